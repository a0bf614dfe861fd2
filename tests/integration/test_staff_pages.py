"""The pages for those who keep the listings: what needs doing, what is missing, and each listing with its history."""

import csv
import io
from datetime import date
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy import select, update
from sqlalchemy.orm import scoped_session

from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.models.history import Event, EventKind
from hub_finder.models.services import Service, Status
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import asked, main_words, only, read, said_beside, summary
from tests.signing_in import press

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "today", lambda: TODAY)


def put(catalogue: Catalogue, slug: str, **columns: object) -> None:
    """Set columns that no import sets."""
    with catalogue.app.app_context():
        db.session.execute(update(Service).where(Service.slug == slug).values(**columns))
        db.session.commit()


@pytest.fixture
def stock(catalogue: Catalogue) -> Catalogue:
    """A listing in each state, with what is missing and odd."""
    catalogue.add(id="fresh", name="Fresh", phone="01632 960001", cost="free", min_age="0")
    catalogue.add(id="due", name="Due", locality="north-fair")
    catalogue.add(id="overdue", name="Overdue", kind="library")
    catalogue.add(id="lapsed", name="Lapsed")
    catalogue.add(id="never", name="Never", phone="01632 9")
    catalogue.add(id="paused", name="Paused")
    for slug, on in (("fresh", TODAY), ("due", date(2026, 3, 1)), ("overdue", date(2025, 9, 1))):
        put(catalogue, slug, checked_on=on, checked_by="Someone")
    put(catalogue, "lapsed", checked_on=TODAY, checked_by="Someone", unreachable_times=2)
    put(catalogue, "paused", status=str(Status.PAUSED))
    return catalogue


def named(client: FlaskClient, address: str) -> list[str]:
    """The slugs of the listings that a page of staff lists."""
    links = read(client.get(address)).select(".hf-rows__link")
    return [str(link["href"]).removeprefix("/moderation/listings/") for link in links]


def stored(session: scoped_session[Session], slug: str) -> Service:
    session.rollback()
    return session.scalars(select(Service).where(Service.slug == slug)).one()


# ---- what needs doing


def test_start_counts_what_needs_doing(stock: Catalogue, staff: FlaskClient) -> None:
    page = read(staff.get("/moderation"))

    tasks = {words_of(only(one, "a")): words_of(only(one, "strong")) for one in page.select(".hf-tasks li")}
    assert tasks == {
        "Queue": "0",
        "Listings and changes that were sent to us": "0",
        "Requests to speak for an organisation": "0",
        "Changes that were published at once": "0",
        "Reports of a problem": "0",
        "Help that families did not find": "0",
        "Feeds to look at": "0",
        "Odd values": "3",
        "Proposals from feeds": "0",
        "Listings that may be the same": "0",
        "Lapsed listings": "1",
        "Overdue checks": "1",
        "Checks that are due": "1",
        "Never checked": "1",
        "Listings that lack something": "5",
    }


def test_every_number_at_the_start_leads_to_so_many(stock: Catalogue, staff: FlaskClient) -> None:
    for one in read(staff.get("/moderation")).select(".hf-tasks li"):
        address = str(only(one, "a")["href"])
        page = staff.get(address)

        assert page.status_code == 200
        assert only(read(page), f"#{urlsplit(address).fragment or 'main'}")
        if "show=" in address:
            assert len(named(staff, address)) == int(words_of(only(one, "strong")))


# ---- quality


def test_quality_page_counts_gaps_and_each_number_leads_to_those_listings(stock: Catalogue, staff: FlaskClient) -> None:
    page = read(staff.get("/moderation/quality"))

    links = page.select(".hf-table tbody a")
    assert links
    for link in [*links, *page.select(".hf-table tfoot a")]:
        assert len(named(staff, str(link["href"]))) == int(words_of(link)), asked(link)


def test_quality_page_tells_odd_values_worst_first(stock: Catalogue, staff: FlaskClient) -> None:
    rows = read(staff.get("/moderation/quality")).select(".hf-rows li")

    assert [words_of(row) for row in rows] == [
        "Never phone “01632 9” has a length that no UK number has",
        "Lapsed unreachable times “2” nobody could be reached: has it ended?",
        "Overdue checked on “2025-09-01” was the last check, which is overdue",
    ]


@pytest.mark.parametrize(
    ("asked_for", "slugs"),
    [
        ("", ["due", "fresh", "lapsed", "never", "overdue"]),
        ("fact=check", ["never"]),
        ("fact=contact&kind=library", ["overdue"]),
        ("fact=contact&locality=north-fair", ["due"]),
        ("fact=price&locality=not-stated&kind=early_years", ["lapsed", "never"]),
        ("fact=&locality=&kind=library", ["overdue"]),
    ],
)
def test_listings_that_lack_something_are_found(
    stock: Catalogue, staff: FlaskClient, asked_for: str, slugs: list[str]
) -> None:
    assert named(staff, f"/moderation/quality/missing?{asked_for}") == slugs


@pytest.mark.parametrize("field", ["fact", "locality", "kind"])
def test_value_that_cannot_be_chosen_is_told_beside_its_field(staff: FlaskClient, field: str) -> None:
    response = staff.get("/moderation/quality/missing", query_string={field: "zzz"})

    page = read(response)
    assert response.status_code == 200
    assert "“zzz” cannot be chosen" in said_beside(page, field)
    assert list(summary(page).values()) == [f"#{field}"]
    assert only(page, f"#{field} option[selected]")["value"] == "zzz"


def test_quality_comes_as_a_file_too(stock: Catalogue, staff: FlaskClient) -> None:
    response = staff.get("/moderation/quality.csv")

    rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))
    assert response.headers["Content-Disposition"] == "attachment; filename=quality.csv"
    assert rows[0] == {
        "slug": "never",
        "field": "phone",
        "value": "01632 9",
        "reason": "has a length that no UK number has",
        "severity": "wrong",
    }


# ---- all listings


@pytest.mark.parametrize(
    ("asked_for", "slugs"),
    [
        ("", ["due", "fresh", "lapsed", "never", "overdue", "paused"]),
        ("show=open", ["due", "fresh", "never", "overdue"]),
        ("show=lapsed", ["lapsed"]),
        ("show=hidden", ["paused"]),
        ("show=not_checked", ["never"]),
        ("show=due", ["due"]),
        ("show=overdue", ["overdue"]),
        ("q=PAUSED", ["paused"]),
        ("q=acorn+famil&show=lapsed", ["lapsed"]),
        ("q=over", ["overdue"]),
        ("q=%25", []),
        ("q=_", []),
        ("q=%22%27%28*", []),
        ("q=zzz", []),
    ],
)
def test_any_stored_listing_is_found(stock: Catalogue, staff: FlaskClient, asked_for: str, slugs: list[str]) -> None:
    assert named(staff, f"/moderation/listings?{asked_for}") == slugs


def test_listings_say_how_they_stand(stock: Catalogue, staff: FlaskClient) -> None:
    words = main_words(staff.get("/moderation/listings"))

    for said in ("6 listings", "Paused", "Checked on 20 November 2026", "Not checked since 1 September 2025"):
        assert said in words


def test_many_listings_are_paged(catalogue: Catalogue, staff: FlaskClient) -> None:
    for number in range(51):
        catalogue.add(id=f"group-{number:02}", name=f"Group {number}")

    first, second = (named(staff, f"/moderation/listings?q=group&page={page}") for page in (1, 2))

    assert (len(first), second) == (50, ["group-50"])
    assert "There is no page 3" in main_words(staff.get("/moderation/listings?page=3"))


@pytest.mark.parametrize(
    ("query", "where"), [({"q": "x" * 201}, "#q"), ({"show": "zzz"}, "#show"), ({"page": "0"}, "#main")]
)
def test_list_that_cannot_be_read_says_why(staff: FlaskClient, query: dict[str, str], where: str) -> None:
    response = staff.get("/moderation/listings", query_string=query)

    assert response.status_code == 200
    assert list(summary(read(response)).values()) == [where]


# ---- one listing


def test_listing_shows_all_its_facts_in_words(catalogue: Catalogue, staff: FlaskClient) -> None:
    slug = catalogue.add(
        {"contact_name": "Bo Green", "source_title": "A poster"},
        contact_name="Ann Lee",
        cost="free_for_some",
        schedule="WEEKLY TU 10:00-12:00",
        city="Oakham Green",
    )

    response = staff.get(f"/moderation/listings/{slug}")

    words = main_words(response)
    for said in (
        "Published. We have not checked this ourselves yet",
        "Kind Baby and toddler group",
        "Price Free for some families",
        "Contact 1 Contact’s name Ann Lee Contact 2 Contact’s name Bo Green",
        "Times WEEKLY TU 10:00-12:00",
        "Source 2 Who published it A poster",
        "Blank: Phone, Email, Website",
        "Places to book None",
        "Added by a test",
    ):
        assert said in words, said


@pytest.mark.parametrize("slug", ["lapsed", "paused"])
def test_listing_that_families_do_not_find_can_be_opened(stock: Catalogue, staff: FlaskClient, slug: str) -> None:
    words = main_words(staff.get(f"/moderation/listings/{slug}"))

    assert ("Families do not find it" in words) == (slug == "lapsed")
    assert ("See it as families do" in words) == (slug == "lapsed")


@pytest.mark.parametrize("slug", ["none", "%00", "a%2Fb", "x" * 300])
@pytest.mark.parametrize("page", ["", "/edit", "/restore/1"])
def test_listing_that_is_not_there_answers_404(staff: FlaskClient, slug: str, page: str) -> None:
    assert staff.get(f"/moderation/listings/{slug}{page}").status_code == 404


def test_marking_as_checked_is_done_in_ones_own_name(
    catalogue: Catalogue, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    slug = catalogue.add()
    page = f"/moderation/listings/{slug}"

    response = press(staff, page, f"{page}/check")

    service = stored(session, slug)
    assert (service.checked_on, service.checked_by) == (TODAY, "Robin Moss")
    assert response.status_code == 303
    words = main_words(staff.get(page))
    assert "You marked it as checked today." in words
    assert "Checked by Robin Moss" in words
    assert "You marked it" not in main_words(staff.get(page)), "it is said once"


def test_nobody_reached_counts_once_for_a_double_click(
    catalogue: Catalogue, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    slug = catalogue.add()
    page = f"/moderation/listings/{slug}"

    press(staff, page, f"{page}/unreachable", times="0")
    press(staff, page, f"{page}/unreachable", times="0")

    assert stored(session, slug).unreachable_times == 1
    assert "Someone has noted this" in main_words(staff.get(page))
    press(staff, page, f"{page}/unreachable", times="1")
    assert stored(session, slug).unreachable_times == 2
    actors = session.scalars(select(Event.actor).where(Event.kind == EventKind.UNREACHABLE)).all()
    assert actors == ["Robin Moss", "Robin Moss"]


def test_long_history_is_shown_in_part_and_whole_when_asked(
    catalogue: Catalogue, staff: FlaskClient, session: scoped_session[Session]
) -> None:
    slug = catalogue.add()
    service = stored(session, slug)
    for _ in range(24):
        freshness.mark_checked(service, by="Ann", on=TODAY)
    session.commit()

    part, whole = (read(staff.get(f"/moderation/listings/{slug}{query}")) for query in ("", "?history=all"))

    assert [len(page.select(".hf-history > li")) for page in (part, whole)] == [20, 25]
    assert only(part, ".hf-history")["start"] == "25"
    assert any(words_of(link) == "Show 5 older" for link in part.select("a"))
