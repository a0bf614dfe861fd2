"""What those who plan are told of what families looked for: nothing small, and nothing that gives a small one away."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert

from hub_finder.directory import looked_for
from hub_finder.directory.told import LookedFor, tell
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.looked_for import Counted, ListingCount, SearchCount, SearchPhrase
from tests.counting import counting_searches
from tests.factories import Catalogue
from tests.merging import stored
from tests.reading import read
from tests.signing_in import sign_in

MONTH = date(2026, 3, 1)
Count = Callable[..., None]


@pytest.fixture(autouse=True)
def _counting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(looked_for, "today", lambda: date(2026, 4, 15))
    with counting_searches(app):
        yield


@pytest.fixture
def count(app: Flask) -> Count:
    """Call with a count, and what it is of: it stands in the table."""

    def add(number: int, what: Counted = Counted.SEARCH, value: str = "", **given: object) -> None:
        row = {"month": MONTH, "place": "FA1", "found": "1-4", "refined": False, **given}
        with app.app_context():
            db.session.execute(insert(SearchCount).values(what=what, value=value, count=number, **row))
            db.session.commit()

    return add


def told(catalogue: Catalogue) -> LookedFor:
    with catalogue.app.app_context():
        return tell(catalogue.area)


def add_phrase(app: Flask, words: str, days: int) -> None:
    with app.app_context():
        row = {"hash": words, "first_on": MONTH, "last_on": MONTH, "days": days, "words": words}
        db.session.execute(insert(SearchPhrase).values(**row))
        db.session.commit()


def add_listing_count(app: Flask, slug: str, *, found: int, opened: int) -> None:
    with app.app_context():
        row = {"service_id": stored(slug).id, "month": MONTH, "found": found, "opened": opened}
        db.session.execute(insert(ListingCount).values(**row))
        db.session.commit()


def test_outward_codes_and_months_add_up_to_a_locality(catalogue: Catalogue, count: Count) -> None:
    count(3)
    count(4, month=date(2026, 4, 1))
    count(5, place="FA2")
    count(6, place="elsewhere")
    count(90, month=date(2025, 3, 1))

    searches = {one.locality: one.count for one in told(catalogue).searches}

    assert searches == {"": 5, "north-fair": 10}


def test_each_number_is_a_sum_of_rounded_cells(catalogue: Catalogue, count: Count) -> None:
    for number, (found, refined) in zip((4, 9, 14, 3), (("0", False), ("0", True), ("20+", False), ("1-4", True))):  # noqa: B905
        count(number, found=found, refined=refined)

    looked = told(catalogue)

    assert {(one.found, one.refined): one.count for one in looked.searches} == {("0", True): 5, ("20+", False): 10}
    assert [looked.sum_searches(), looked.sum_searches(refined=True), looked.sum_searches(found="0")] == [15, 5, 5]


def test_total_gives_no_small_count_away(catalogue: Catalogue, count: Count) -> None:
    """A hidden cell may be anything from 0 to 4, whatever is told of the others: all that is told stays the same."""

    def numbers(hidden: int) -> str:
        with catalogue.app.app_context():
            db.session.execute(SearchCount.__table__.delete())  # type: ignore[attr-defined]
            db.session.commit()
        for found in ("5-9", "10-19", "20+"):
            count(4, found=found)
            count(4, Counted.NEED, "sleep", found=found, place="FA3")
        if hidden:
            count(hidden, found="0")
            count(hidden, Counted.NEED, "sleep", found="0")
            count(hidden, Counted.AGE, "0-1", place="", found="")
        planner = sign_in(catalogue.app.test_client(), Role.PLANNER)
        page = read(planner.get("/insight/looked-for")).select_one("main")
        file = planner.get("/insight/looked-for.csv").get_data(as_text=True)
        return f"{' '.join(page.get_text().split()) if page else ''}\n{file}"

    assert len({numbers(hidden) for hidden in range(5)}) == 1


def test_nothing_found_is_told_by_need_and_locality(catalogue: Catalogue, count: Count) -> None:
    count(9, found="0")
    count(7, Counted.NEED, "sleep", found="0", place="FA1")
    count(8, Counted.NEED, "sleep", found="0", place="FA3")
    count(25, Counted.NEED, "sleep", found="5-9", place="FA3")
    planner = sign_in(catalogue.app.test_client(), Role.PLANNER)

    page = read(planner.get("/insight/looked-for"))

    row = next(row for row in page.select("tbody tr") if row.select_one("a[href$='/insight/gaps/sleep']"))
    assert [cell.get_text(strip=True) for cell in row.select("td")] == ["35", "10", "5", "5", "not told"]


def test_words_are_told_until_a_need_understands_them(catalogue: Catalogue) -> None:
    add_phrase(catalogue.app, "zumba quizzle", 12)
    add_phrase(catalogue.app, "sleep", 7)

    assert [(one.words, one.days) for one in told(catalogue).phrases] == [("zumba quizzle", 10)]


def test_words_lead_staff_to_the_thesaurus_and_planners_nowhere(catalogue: Catalogue, count: Count) -> None:
    count(9)
    add_phrase(catalogue.app, "zumba quizzle", 12)

    seen = []
    for role in (Role.MANAGER, Role.PLANNER):
        client = sign_in(catalogue.app.test_client(), role)
        link = read(client.get("/insight/looked-for")).select_one("a[href*='/moderation/words']")
        seen.append(link is not None)
        if link:
            filled = read(client.get(str(link["href"])))
            assert "zumba quizzle" in str(filled.select_one("#phrases"))

    assert seen == [True, False]


def test_listings_that_are_hardly_found_or_opened_are_named(catalogue: Catalogue, count: Count) -> None:
    for name in ("acorn", "birch", "cedar", "damson"):
        catalogue.add(id=name, name=name.title())
    add_listing_count(catalogue.app, "birch", found=4, opened=0)
    add_listing_count(catalogue.app, "cedar", found=20, opened=4)
    add_listing_count(catalogue.app, "damson", found=20, opened=6)

    looked = told(catalogue)

    assert [one.slug for one in looked.hardly_found] == ["acorn", "birch"]
    assert [(one.slug, one.found) for one in looked.hardly_opened] == [("cedar", 20)]


def test_page_names_some_listings_and_says_how_many_there_are(
    catalogue: Catalogue, count: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub_finder.insight.looked_for.MOST_LISTINGS", 1)
    count(9)
    for name in ("acorn", "birch"):
        catalogue.add(id=name, name=name.title())
    planner = sign_in(catalogue.app.test_client(), Role.PLANNER)

    text = read(planner.get("/insight/looked-for")).get_text()

    assert "These are 1 of 2, by name." in text
    assert "Birch" not in text


def test_file_holds_what_is_told_and_no_formula(catalogue: Catalogue, count: Count) -> None:
    count(7, Counted.NEED, "sleep", found="0")
    count(3, Counted.AGE, "0-1", place="", found="")
    count(9, Counted.AGE, "2-4", place="", found="")
    add_phrase(catalogue.app, "=cmd zumba", 6)
    planner = sign_in(catalogue.app.test_client(), Role.PLANNER)

    rows = list(csv.reader(io.StringIO(planner.get("/insight/looked-for.csv").get_data(as_text=True))))

    assert rows[1:] == [
        ["searches for a need", "sleep", "north-fair", "", "nothing", "5"],
        ["searches for an age", "2-4", "", "", "", "5"],
        ["days on which words were typed that no need understands", "'=cmd zumba", "", "", "", "5"],
    ]


def test_page_says_that_too_little_was_counted_yet(catalogue: Catalogue, count: Count) -> None:
    count(4)
    planner = sign_in(catalogue.app.test_client(), Role.PLANNER)

    assert "No 5 searches were counted" in read(planner.get("/insight/looked-for")).get_text()
