"""Files as a whole: what a dry run tells, what a whole list takes out, checks that travel, and the way round."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from hub_finder.directory import freshness
from hub_finder.directory.catalogue import get_service, iterate_services, iterate_stored
from hub_finder.directory.checks import FILE_COLUMNS
from hub_finder.directory.columns import COLUMNS
from hub_finder.extensions import db
from hub_finder.importers.export import export_services, write_whole
from hub_finder.importers.services import ServicesReport, import_services
from hub_finder.models.feeds import Feed, FeedListing
from hub_finder.models.history import Event
from hub_finder.models.services import Location, Organisation, Service, Status
from tests.factories import Catalogue, cells
from tests.integration.test_import_services import table

TODAY = date(2026, 11, 20)
Load = Callable[..., ServicesReport]


@pytest.fixture(autouse=True)
def _a_day_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "today", lambda: TODAY)


@pytest.fixture
def load(catalogue: Catalogue, session: object, tmp_path: Path) -> Load:
    """Imports a file of these rows, or of this text."""

    def load_file(*rows: dict[str, str], text: str = "", **options: bool) -> ServicesReport:
        path = tmp_path / "listings.csv"
        path.write_text(text or table(*rows, columns=FILE_COLUMNS), encoding="utf-8", newline="")
        dry_run, whole = options.get("dry_run", False), options.get("whole", False)
        return import_services(path, area=catalogue.area, dry_run=dry_run, whole=whole)

    return load_file


def exported() -> str:
    db.session.expire_all()
    return "".join(export_services(iterate_services()))


def shown() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Service.slug).where(Service.status == Status.PUBLISHED)))


def events(slug: str) -> list[tuple[str, str, str]]:
    found = select(Event.kind, Event.actor, Event.note).join(Service, Service.id == Event.service_id)
    rows = db.session.execute(found.where(Service.slug == slug).order_by(Event.id))
    return [(kind, actor, note) for kind, actor, note in rows]


# ---- dry runs


def test_a_dry_run_tells_each_change_field_by_field(load: Load) -> None:
    load(cells(id="a", phone="01632 960001"), cells(id="b"), cells(id="c"))

    report = load(cells(id="a", phone="01632 960009", email="a@b.example"), cells(id="b"), cells(id="d"), dry_run=True)

    assert report.lines() == [
        "1 stored listings are not in the file and stay as they are.",
        "1 added, 1 changed, 1 unchanged.",
        "changed a, phone: 01632 960001 → 01632 960009",
        "changed a, email: (blank) → a@b.example",
        "added d: Acorn Stay and Play",
    ]
    assert shown() == ["a", "b", "c"]
    assert get_service("a").phone == "01632 960001"


def test_a_dry_run_of_a_whole_list_names_what_would_go(load: Load) -> None:
    load(cells(id="a"), cells(id="b", name="Bees"))

    report = load(cells(id="a"), dry_run=True, whole=True)

    assert report.lines() == ["0 added, 0 changed, 1 lapsed, 1 unchanged.", "lapsed b: Bees"]
    assert shown() == ["a", "b"]


# ---- whole lists


def test_a_whole_list_takes_out_the_others_of_its_kinds_with_an_event(load: Load) -> None:
    load(cells(id="a"), cells(id="b"), cells(id="food-bank", kind="food"))

    report = load(cells(id="a"), cells(id="c"), whole=True)

    assert report.counts() == "1 added, 0 changed, 1 lapsed, 1 unchanged."
    assert shown() == ["a", "c", "food-bank"]
    assert events("b")[-1] == ("retired", "import-services", "Not in listings.csv")


def test_a_listing_that_a_feed_keeps_is_not_taken_out(load: Load) -> None:
    load(cells(id="a"), cells(id="fed"))
    feed = Feed(name="Nextshire", address="https://feed.example", trusted=False)
    db.session.add(feed)
    db.session.flush()
    fed = db.session.scalars(select(Service.id).where(Service.slug == "fed")).one()
    db.session.add(FeedListing(service_id=fed, feed_id=feed.id, uid="1", fingerprint="x"))
    db.session.commit()

    assert load(cells(id="a"), whole=True).lapsed == 0


def test_a_refused_listing_is_not_taken_out(load: Load) -> None:
    load(cells(id="a"), cells(id="b"), cells(id="c"))

    report = load(cells(id="a"), cells(id="b", min_age="two"), whole=True)

    assert report.counts() == "0 added, 0 changed, 1 lapsed, 1 unchanged, 1 refused."
    assert shown() == ["a", "b"]


@pytest.mark.parametrize("slug", ["", "B B", "bb"])
def test_nothing_is_taken_out_while_a_refused_row_may_be_any_listing(load: Load, slug: str) -> None:
    load(cells(id="a"), cells(id="b"))

    report = load(cells(id="a"), cells(id="a") | {"id": slug, "name": "Bees", "min_age": "two"}, whole=True)

    assert report.lapsed == 0
    assert report.notes[-1].startswith("Nothing was taken out: the listing on line 3 was refused")
    assert shown() == ["a", "b"]


def test_a_row_that_adds_to_a_listing_and_is_broken_takes_the_listing_with_it(load: Load) -> None:
    rows = table(cells(id="a"), {"id": "a", "contact_name": "Sam"}, cells(id="b"), columns=FILE_COLUMNS)
    lines = rows.splitlines()
    lines[2] = lines[2] + ",too,many"

    report = load(text="\n".join(lines))

    assert (report.added, [one.line for one in report.refused]) == (1, [3])
    assert shown() == ["b"]


def test_two_listings_with_one_id_for_feeds_are_refused(load: Load) -> None:
    uuid = "8a5c2a3e-4a0f-4a53-9f3e-2d1b6a0c7e11"

    first = load(cells(id="a", uuid=uuid), cells(id="b", uuid=uuid))
    second = load(cells(id="c", uuid=uuid))

    assert (first.added, [one.column for one in first.refused]) == (1, ["uuid"])
    assert (second.added, [one.column for one in second.refused]) == (0, ["uuid"])


def test_two_organisations_with_one_id_for_feeds_are_refused(load: Load) -> None:
    uuid = "8a5c2a3e-4a0f-4a53-9f3e-2d1b6a0c7e11"

    report = load(
        cells(id="a", organisation="One", organisation_uuid=uuid),
        cells(id="b", organisation="Two", organisation_uuid=uuid),
    )

    assert (report.added, [one.column for one in report.refused]) == (1, ["organisation_uuid"])


# ---- checks


def test_a_later_check_is_noted_and_an_earlier_or_blank_one_changes_nothing(load: Load) -> None:
    load(cells(id="a", checked_on="2026-05-01", checked_by="Sam"))
    first = events("a")

    same = load(cells(id="a", checked_on="2026-05-01", checked_by="Kim"))
    earlier = load(cells(id="a", checked_on="2026-04-01", checked_by="Kim"))
    blank = load(cells(id="a", summary="A typo put right."))
    checked = get_service("a").checked_on, get_service("a").checked_by
    later = load(cells(id="a", summary="A typo put right.", checked_on="2026-06-01", checked_by=" Kim  Oak "))

    assert first[-1] == ("checked", "Sam", "On 2026-05-01")
    assert checked == (date(2026, 5, 1), "Sam")
    assert [report.unchanged for report in (same, earlier)] == [1, 1]
    assert blank.changed == 1
    assert later.lines() == ["1 checks are noted.", "Nothing changed (1 rows)."]
    assert (get_service("a").checked_on, get_service("a").checked_by) == (date(2026, 6, 1), "Kim Oak")


@pytest.mark.parametrize(
    ("on", "by", "column", "reason"),
    [
        ("2026-11-21", "Sam", "checked_on", "is still to come"),
        ("2026-05", "Sam", "checked_on", "must be a date"),
        ("2026-05-01", "", "checked_by", "must be filled in"),
        ("", "Sam", "checked_on", "must be filled in"),
        ("2026-05-01", "x" * 81, "checked_by", "81 characters long"),
        ("2026-05-01", "a\x00b", "checked_by", "cannot be seen"),
    ],
)
def test_a_check_that_is_none_is_refused(load: Load, on: str, by: str, column: str, reason: str) -> None:
    report = load(cells(id="a", checked_on=on, checked_by=by))

    [refusal] = report.refused
    assert refusal.column == column
    assert reason in refusal.reason
    assert shown() == []


def test_a_check_may_not_stand_in_a_further_row(load: Load) -> None:
    report = load(cells(id="a"), {"id": "a", "contact_name": "Sam", "checked_by": "Sam"})

    assert [(one.line, one.column) for one in report.refused] == [(3, "checked_by")]


# ---- round and round

ODD = (
    '=cmd|"/c calc"!A1',
    "+1",
    "@x",
    '"',
    '""',
    ",",
    ";",
    "'",
    "🧸👨\u200d👩\u200d👧",
    "عربي",
    "  a  ",
    "x" * 100,
    "|",
    "a, b",
    "-",
)
HOSTILE = st.one_of(
    st.sampled_from(ODD),
    st.text(
        st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), exclude_characters="\ufffd"),
        min_size=1,
        max_size=60,
    ),
).filter(lambda text: bool(text.strip()))
MAYBE = st.one_of(st.just(""), HOSTILE)
WITHOUT_BARS = HOSTILE.map(lambda text: text.replace("|", "/"))
SEVERAL = st.lists(WITHOUT_BARS.map(str.strip), max_size=3, unique=True).map("|".join)
NUMBER = st.decimals(-90, 90, places=8, allow_nan=False, allow_infinity=False).map(lambda number: f"{number:f}")
MANY_DAYS = "|".join(f"ONCE 2026-12-{day} 10:00" for day in range(10, 31))
TIMES = st.sampled_from(["", "WEEKLY MO,TU 10:00-12:00 term", "ONCE 2026-12-20", MANY_DAYS])
PLACE = st.fixed_dictionaries({"location_name": MAYBE, "city": MAYBE, "schedule": TIMES})
POINT = st.fixed_dictionaries({"latitude": NUMBER, "longitude": NUMBER, "location_precision": st.just("exact")})
FURTHER = st.fixed_dictionaries(
    {
        "contact_name": MAYBE,
        "contact_role": MAYBE,
        "cost_option": MAYBE,
        "cost_amount": st.sampled_from(["", "2.50", "0", "3"]),
        "booking_for": MAYBE,
        "booking_food": st.sampled_from(["", "yes", "no"]),
        "source_title": HOSTILE,
    }
)
FACTS = st.fixed_dictionaries(
    {
        "name": HOSTILE,
        "organisation": HOSTILE,
        "organisation_description": MAYBE,
        "summary": HOSTILE,
        "eligibility": MAYBE,
        "alternate_names": SEVERAL,
        "caution": MAYBE,
        "checked_on": st.sampled_from(["", "2026-05-01"]),
    }
)


@st.composite
def whole_listings(draw: st.DrawFn) -> list[list[dict[str, str]]]:
    """Several listings, each of one row or more."""
    listings = []
    for number in range(draw(st.integers(1, 3))):
        first = cells(**draw(FACTS), **draw(PLACE), **(draw(POINT) if draw(st.booleans()) else {}), id=f"n-{number}")
        first["organisation"] = f"{number} {first['organisation']}"
        first["checked_by"] = draw(HOSTILE)[:80] if first["checked_on"] else ""
        if not first["checked_by"].strip():
            first["checked_on"] = first["checked_by"] = ""
        further = draw(st.lists(st.builds(lambda one, place: one | place, FURTHER, PLACE), max_size=3))
        listings.append([first, *({"id": first["id"], **row} for row in further)])
    return listings


@given(listings=whole_listings())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_goes_out_comes_in_again_byte_for_byte(load: Load, listings: list[list[dict[str, str]]]) -> None:
    empty()
    report = load(*(row for rows in listings for row in rows))
    assert [str(one) for one in report.refused] == []
    first = exported()

    same = load(text=first)
    again = exported()
    empty()
    load(text=first)

    assert same.lines() == [f"Nothing changed ({len(listings)} rows)."]
    assert again == first
    assert exported() == first


def empty() -> None:
    db.session.rollback()
    for model in (Service, Organisation, Location):
        db.session.execute(delete(model))
    db.session.commit()
    db.session.expunge_all()


def test_the_header_is_every_column_and_the_check() -> None:
    assert (*COLUMNS, "checked_on", "checked_by") == FILE_COLUMNS


def test_hidden_listings_go_out_only_when_asked_for(load: Load, catalogue: Catalogue) -> None:
    load(cells(id="a"), cells(id="b"))
    load(cells(id="a"), whole=True)

    everything = list(csv.DictReader(io.StringIO("".join(export_services(iterate_stored())))))

    assert [row["id"] for row in everything] == ["a", "b"]
    assert "\nb," not in exported()


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")

    def parts() -> object:
        yield "new"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_whole(path, parts())  # type: ignore[arg-type]

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
