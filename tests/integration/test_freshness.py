"""What follows from the age of a check: on pages, in searches and files, and by command."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from click.testing import Result
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from hub_finder.directory import freshness
from hub_finder.directory.catalogue import (
    count_by_kind,
    count_by_need,
    find_services,
    get_service,
    iterate_services,
    published,
)
from hub_finder.directory.freshness import is_overdue, mark_checked, mark_unreachable, state_now
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status
from tests.factories import Catalogue, origin
from tests.integration.asking import ask, north, slugs
from tests.page_client import words_of
from tests.reading import listed, main_words, only, read

TODAY = date(2026, 11, 23)
CHECKED, DUE, OVERDUE, LAPSED = date(2026, 11, 2), date(2026, 4, 1), date(2025, 9, 1), date(2025, 2, 3)
NEAR = "/search?postcode=FA1+1AA"


@pytest.fixture(autouse=True)
def _a_day_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "today", lambda: TODAY)


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    catalogue.add_places()
    return catalogue


def store(catalogue: Catalogue, slug: str, **columns: object) -> None:
    """Set columns of a stored listing, committed."""
    with catalogue.app.app_context():
        db.session.execute(update(Service).where(Service.slug == slug).values(**columns))
        db.session.commit()


def add(catalogue: Catalogue, slug: str, checked_on: date | None, miles: float = 1, **given: str) -> None:
    catalogue.add(id=slug, **north(miles, **given))
    store(catalogue, slug, checked_on=checked_on)


# ---- the two dates


def test_adding_and_changing_set_the_day_of_the_change_and_saving_the_same_does_not(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_on() -> date | None:
        with catalogue.app.app_context():
            return get_service("a").changed_on

    catalogue.add(id="a")
    added = changed_on()
    monkeypatch.setattr(freshness, "today", lambda: date(2026, 12, 1))
    catalogue.add(id="a")
    same = changed_on()
    catalogue.add(id="a", summary="Put right.")

    assert (added, same, changed_on()) == (TODAY, TODAY, date(2026, 12, 1))


def test_correcting_a_typo_keeps_the_check(catalogue: Catalogue, session: object) -> None:
    add(catalogue, "a", LAPSED)
    store(catalogue, "a", checked_by="Ann", unreachable_times=1)

    catalogue.add(id="a", **north(1, summary="Put right."))

    service = get_service("a")
    assert service.summary == "Put right."
    assert (service.checked_on, service.checked_by, service.unreachable_times) == (LAPSED, "Ann", 1)


# ---- marking


def test_a_check_keeps_who_and_when_and_forgets_that_nobody_was_reached(catalogue: Catalogue, session: object) -> None:
    catalogue.add(id="a")
    service = get_service("a")
    mark_unreachable(service, by="Bo")

    mark_checked(service, by="  Ann   Lee ", on=CHECKED)

    assert (service.checked_on, service.checked_by, service.unreachable_times) == (CHECKED, "Ann Lee", 0)


@pytest.mark.parametrize(
    ("by", "on"), [("", CHECKED), ("  ", CHECKED), ("A" * 81, CHECKED), ("Ann", date(2026, 11, 24))]
)
def test_a_check_by_nobody_or_on_a_day_to_come_is_refused(
    catalogue: Catalogue, session: object, by: str, on: date
) -> None:
    catalogue.add(id="a")
    service = get_service("a")

    with pytest.raises(ValueError, match=r"Say who checked it|still to come"):
        mark_checked(service, by=by, on=on)

    assert service.checked_on is None


def test_nobody_reached_twice_takes_a_checked_listing_away_until_the_next_check(
    catalogue: Catalogue, session: object
) -> None:
    add(catalogue, "a", CHECKED)
    service = get_service("a")

    found = []
    marks: tuple[Callable[[], None], ...] = (
        lambda: mark_unreachable(service, by="Bo"),
        lambda: mark_unreachable(service, by="Bo"),
        lambda: mark_checked(service, by="Ann", on=TODAY),
    )
    for mark in marks:
        mark()
        found.append((state_now(service), [one.slug for one in find_services()]))

    assert found == [("checked", ["a"]), ("lapsed", []), ("checked", ["a"])]


# ---- the conditions


def test_the_conditions_agree_with_the_state_on_every_day(catalogue: Catalogue, session: object) -> None:
    limits = catalogue.area.freshness
    edges = [freshness.months_before(TODAY, months) for months in (0, limits.due, limits.overdue, limits.lapsed)]
    days = [
        None,
        *(edge + timedelta(days=n) for edge in edges for n in (-1, 0, 1) if edge + timedelta(days=n) <= TODAY),
    ]
    cases = {f"a-{i}-{times}": (day, times) for i, day in enumerate(days) for times in (0, 1, 2, 3)}
    for slug, (day, times) in cases.items():
        catalogue.add(id=slug)
        store(catalogue, slug, checked_on=day, unreachable_times=times)

    found = set(db.session.scalars(select(Service.slug).where(published())))
    old = set(db.session.scalars(select(Service.slug).where(published(), is_overdue(limits, TODAY))))

    states = {slug: state_now(get_service(slug)) for slug in cases}
    assert set(states.values()) == {"not_checked", "checked", "due", "overdue", "lapsed"}
    assert found == {slug for slug, state in states.items() if state != "lapsed"}
    assert old == {slug for slug, state in states.items() if state == "overdue"}


def test_a_listing_that_is_not_published_stays_hidden_however_fresh(catalogue: Catalogue, client: FlaskClient) -> None:
    add(catalogue, "a", CHECKED)
    store(catalogue, "a", status=Status.PAUSED)

    assert listed(read(client.get("/search?q=acorn"))) == []
    assert "/services/a" not in client.get("/services.atom").get_data(as_text=True)


# ---- searches


def test_an_overdue_listing_comes_after_others_about_as_near(town: Catalogue, session: object) -> None:
    add(town, "overdue", OVERDUE, 0.5)
    add(town, "never", None, 1)
    add(town, "due", DUE, 2)
    add(town, "further", CHECKED, 4)

    by_default = slugs(ask(town, origin=origin()).results)
    nearest = slugs(ask(town, origin=origin(), sort="nearest").results)
    anywhere = slugs(ask(town).results)

    assert by_default == ["never", "due", "overdue", "further"]
    assert nearest == ["overdue", "never", "due", "further"]
    assert anywhere == ["due", "further", "never", "overdue"]


@pytest.mark.parametrize("sort", ["nearest", "best"])
def test_an_overdue_listing_comes_after_others_at_the_same_distance(
    town: Catalogue, session: object, sort: str
) -> None:
    add(town, "a-overdue", OVERDUE)
    add(town, "b-due", DUE)

    assert slugs(ask(town, origin=origin(), sort=sort).results) == ["b-due", "a-overdue"]


def test_an_overdue_listing_without_a_place_comes_after_others_like_it(town: Catalogue, session: object) -> None:
    for slug, day in (("a-overdue", OVERDUE), ("b-due", DUE)):
        town.add(id=slug, delivery="phone")
        store(town, slug, checked_on=day)

    assert slugs(ask(town, origin=origin()).without_a_place) == ["b-due", "a-overdue"]
    assert slugs(ask(town, origin=origin(), sort="name").without_a_place) == ["a-overdue", "b-due"]


def test_a_lapsed_listing_is_in_no_search_count_list_or_file(town: Catalogue, client: FlaskClient) -> None:
    add(town, "fresh", CHECKED, locality="north-fair", kind="family_hub")
    add(town, "old", LAPSED, locality="north-fair", kind="family_hub", name="Old Oak", needs="sleep")

    with town.app.app_context():
        page = ask(town, origin=origin())
        assert slugs(page.results) == ["fresh"]
        assert {choice.value: choice.count for choice in page.facets["kind"]} == {"family_hub": 1}
        assert slugs(ask(town, words="old oak").results) == []
        assert count_by_kind() == {"family_hub": 1}
        assert count_by_need().get("sleep", 0) == 0
        assert [service.slug for service in iterate_services()] == ["fresh"]
    for address in (
        NEAR,
        "/hubs",
        "/localities/north-fair",
        "/needs/sleep",
        "/services/fresh",
        "/api/search",
        "/services.geojson",
        "/services.csv",
        "/sitemap/services-1.xml",
        "/services.atom",
    ):
        said = client.get(address).get_data(as_text=True)
        assert "services/old" not in said, address
        assert "Old Oak" not in said, address


def test_a_lapsed_listing_keeps_its_words_when_the_index_is_made_again(town: Catalogue, hub: "Hub") -> None:
    add(town, "old", LAPSED, name="Old Oak")

    assert hub("reindex").stdout == "1 listings indexed.\n"
    hub("mark-checked", "old", "--by", "Ann")

    assert "Old Oak" in hub("search", "q=oak").stdout


# ---- pages and JSON


@pytest.mark.parametrize(
    ("checked_on", "said"),
    [
        (None, "We have not checked this ourselves yet"),
        (CHECKED, "Checked on 2 November 2026"),
        (DUE, "Checked on 1 April 2026: due for another check"),
        (OVERDUE, "Not checked since 1 September 2025: ask before you go"),
    ],
)
def test_a_listing_says_how_old_its_check_is(
    town: Catalogue, client: FlaskClient, checked_on: date | None, said: str
) -> None:
    add(town, "a", checked_on)

    response = client.get("/services/a")

    assert said in main_words(response)
    assert not read(response).select("meta[name=robots]")


def test_a_card_and_a_row_say_that_a_check_is_overdue(town: Catalogue, client: FlaskClient) -> None:
    add(town, "old", OVERDUE, needs="sleep", locality="north-fair")
    said = "Not checked since 1 September 2025: ask before you go"

    results = read(client.get(NEAR))

    assert listed(results) == ["old"]
    assert said in words_of(only(results, "article"))
    for address in ("/needs/sleep", "/localities/north-fair"):
        assert said in main_words(client.get(address)), address


@pytest.mark.parametrize(
    ("checked_on", "times", "state"),
    [
        (None, 0, "not_checked"),
        (CHECKED, 0, "checked"),
        (DUE, 1, "due"),
        (OVERDUE, 0, "overdue"),
        (LAPSED, 0, "lapsed"),
        (CHECKED, 2, "lapsed"),
    ],
)
def test_json_says_the_state(
    town: Catalogue, client: FlaskClient, checked_on: date | None, times: int, state: str
) -> None:
    add(town, "a", checked_on, schedule="WEEKLY TU 09:30-11:00")
    store(town, "a", unreachable_times=times)

    facts = client.get("/services/a.json").get_json()

    assert facts["freshness"] == state
    assert facts["checked_on"] == (checked_on.isoformat() if checked_on else None)
    assert facts["changed_on"] == "2026-11-23"
    assert (facts["next_session"] is None) == (state == "lapsed")
    assert "checked_by" not in facts


def test_a_lapsed_page_opens_and_says_that_it_may_have_ended(town: Catalogue, client: FlaskClient) -> None:
    add(
        town,
        "old",
        LAPSED,
        name="Old Oak",
        locality="north-fair",
        address_1="1 Mill Lane",
        phone="01632 960123",
        email="hello@oak.example",
        website="https://oak.example/",
        schedule_note="Tuesday mornings.",
        cost="paid",
        cost_note="£2 a family",
        caution="The hall floods.",
    )
    add(town, "close", CHECKED, 2)

    response = client.get("/services/old")

    page, words = read(response), main_words(response)
    assert response.status_code == 200
    assert only(page, "meta[name=robots]")["content"] == "noindex"
    assert "This may have ended. We last checked it on 3 February 2025." in words
    assert "could not reach" not in words
    for link in ("/services/close", "/needs/baby-toddler-groups", "/localities/north-fair", "/needs"):
        assert page.select(f"main a[href='{link}']"), link
    assert town.area.front_door.phone in words
    knew = words_of(only(page, "section[aria-labelledby=last-knew]"))
    assert knew.startswith("What we last knew")
    for fact in (
        "Toys and songs",
        "1 Mill Lane",
        "01632 960123",
        "hello@oak.example",
        "Tuesday mornings.",
        "£2 a family",
    ):
        assert fact in knew
    assert "The hall floods." in knew
    assert "Acorn Families" in knew
    assert not page.select("a.hf-button")


def test_a_listing_that_nobody_answers_for_says_so_and_needs_no_place(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="line", delivery="phone", organisation="Line")
    store(town, "line", checked_on=CHECKED, unreachable_times=2)

    words = main_words(client.get("/services/line"))

    assert "Since then we could not reach anyone to ask." in words
    assert "What is near" not in words


# ---- commands

Hub = Callable[..., Result]


@pytest.fixture
def hub(town: Catalogue) -> Hub:
    def run(*args: str) -> Result:
        return town.app.test_cli_runner().invoke(args=["hub", *args])

    return run


def test_the_command_marks_a_check(town: Catalogue, hub: Hub) -> None:
    town.add(id="a")

    today = hub("mark-checked", "a", "--by", "Ann Lee")
    then = hub("mark-checked", "a", "--by", "Ann Lee", "--on", "2026-04-01")

    assert (today.exit_code, today.stdout) == (0, "Acorn Stay and Play: Checked on 23 November 2026.\n")
    assert then.stdout == "Acorn Stay and Play: Checked on 1 April 2026: due for another check.\n"
    with town.app.app_context():
        service = get_service("a")
        assert (service.checked_on, service.checked_by) == (DUE, "Ann Lee")


def test_the_command_counts_how_often_nobody_was_reached(town: Catalogue, hub: Hub) -> None:
    add(town, "a", CHECKED)

    first, second = hub("mark-unreachable", "a"), hub("mark-unreachable", "a")

    assert "nobody could be reached, 1 since the last check.\nChecked on 2 November 2026." in first.stdout
    assert "2 since the last check.\nLast checked on 2 November 2026: it may have ended." in second.stdout
    assert hub("mark-checked", "a", "--by", "Ann").exit_code == 0
    with town.app.app_context():
        assert get_service("a").unreachable_times == 0


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("mark-checked", "none", "--by", "Ann"), 1, "No published listing has the slug none."),
        (("mark-unreachable", "none"), 1, "No published listing has the slug none."),
        (("mark-checked", "a", "--by", " "), 1, "Say who checked it"),
        (("mark-checked", "a", "--by", "Ann", "--on", "2026-11-24"), 1, "still to come"),
        (("mark-checked", "a", "--by", "Ann", "--on", "soon"), 2, "soon"),
        (("mark-checked", "a"), 2, "--by"),
    ],
)
def test_a_mark_that_cannot_be_made_says_why(
    town: Catalogue, hub: Hub, command: tuple[str, ...], code: int, said: str
) -> None:
    town.add(id="a")

    result = hub(*command)

    assert result.exit_code == code
    assert said in result.stderr
    with town.app.app_context():
        assert get_service("a").checked_on is None


# ---- the migration


def test_listings_from_before_are_not_checked_and_have_no_day_of_change(catalogue: Catalogue, session: object) -> None:
    catalogue.add(id="a")
    columns = (
        "slug, name, kind, organisation_id, summary, alternate_names, delivery, cost, referral, status, confidence"
    )
    given = columns.replace("slug", "'before'", 1)
    db.session.execute(text(f"INSERT INTO service ({columns}) SELECT {given} FROM service"))  # noqa: S608

    service = get_service("before")

    assert (service.changed_on, service.checked_by, service.unreachable_times) == (None, None, 0)
    assert state_now(service) == "not_checked"
