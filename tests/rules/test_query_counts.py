"""How often a page asks the database: seldom, and as often for a thousand listings as for one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from hub_finder.area import current_area
from hub_finder.directory import freshness
from hub_finder.directory.feeds import keep_feed
from hub_finder.directory.listings import parse_listing, rows_of
from hub_finder.directory.proposals import propose
from hub_finder.directory.records import listing_of
from hub_finder.directory.reports import add_report
from hub_finder.directory.saving import save_listing
from hub_finder.directory.speaking import ask_to_speak
from hub_finder.directory.stock import get_stored
from hub_finder.directory.times import ZONE
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.reports import Reason
from tests.factories import Catalogue
from tests.proposing import change_of, claim, moderator, person, proposed, submit
from tests.signing_in import add_account, forget_tries, sign_in
from tests.whole_listing import add_whole_listing

# Address -> the most queries it may need.
MOST = {
    "/": 1,
    "/?postcode=FA1+1AA&age=3": 3,
    "/search": 1,
    "/search?postcode=FA1+1AA": 3,
    "/search?postcode=FA1+1AA&view=timetable": 5,
    "/search?postcode=FA1+1AA&q=stay&age=3&need=sleep&need=baby-toddler-groups": 6,
    "/search?q=stay+play": 5,
    "/search?q=zzzz&postcode=FA1+1AA&within=1": 8,
    "/easy": 2,
    "/easy/place?need=sleep": 1,
    "/easy/ages?need=sleep&postcode=FA1+1AA": 2,
    "/easy/search?need=sleep&postcode=FA1+1AA": 2,
    "/easy/search?need=sleep&elsewhere=1": 1,
    "/easy/search?q=zzzz&postcode=FA1+1AA": 2,
    "/easy/services/group-0": 10,
    "/easy/services/everything-group?need=sleep": 10,
    "/easy/how-to-get-help": 0,
    "/services/group-0": 16,
    "/services/everything-group": 17,
    "/services/everything-group.json": 12,
    "/services/everything-group.ics": 11,
    "/services/everything-group.ics?on=2026-12-01": 11,
    "/needs": 2,
    "/needs/baby-toddler-groups": 2,
    "/hubs": 12,
    "/localities": 0,
    "/localities/north-fair": 5,
    "/localities/north-fair/pack": 5,
    "/about/coverage": 6,
    "/about/coverage.csv": 6,
    "/about/data": 5,
    "/about/data/columns": 0,
    "/about/data/template.csv": 0,
    "/about/data/template.xlsx": 0,
    "/about/data/haf-template.csv": 0,
    "/about/data/haf-template.xlsx": 0,
    "/start-for-life": 3,
    "/start-for-life?postcode=FA1+1AA": 5,
    "/start-for-life/activities": 4,
    "/shortlist": 0,
    "/shortlist/share": 0,
    "/shortlist/print": 0,
    "/shortlist.ics": 1,
    "/shortlist/compare?service=group-0&service=group-1&service=everything-group": 8,
    "/shortlist/shared?services=group-0,group-1,everything-group": 8,
    "/service-worker.js": 0,
    "/embed?need=baby-toddler-groups&postcode=FA1+1AA": 3,
    "/embed.css?text=000000": 0,
    "/about/embed?need=baby-toddler-groups&postcode=FA1+1AA": 3,
    "/about/privacy": 0,
    "/about/hide-your-tracks": 0,
    "/leave": 0,
    # One counts the tries.
    "/reports": 1,
    "/reports?reference=KKK": 1,
    "/reports/000-000-000": 2,
    "/missing": 1,
    "/missing?sent=1": 0,
    "/services/group-0/report": 11,
    "/about/accessibility": 0,
    "/nowhere": 0,
    "/api/search?postcode=FA1+1AA": 3,
    "/api/needs?q=sleep": 2,
    "/api/needs?q=group&typing=1": 5,
    "/api/places/FA1": 1,
    "/api/places/Oakhm+Green": 2,
    "/api/openapi.json": 1,
    "/api": 1,
    "/api/v3/": 0,
    "/api/v3/services": 12,
    "/api/v3/services?full=true&postcode=FA1+1AA&proximity=1000&search=stay": 18,
    "/api/v3/services?format=ndjson&full=true": 13,
    "/api/v3/service_at_locations?full=true": 13,
    "/api/v3/organizations?full=true": 13,
    "/api/v1/services": 12,
    "/api/v3/taxonomies": 1,
    "/api/v3/taxonomy_terms": 1,
    "/services.geojson": 2,
    "/services/group-0.json": 11,
    "/services.csv": 10,
    "/services.csv?postcode=FA1+1AA": 13,
    "/services.ics": 13,
    "/services/everything-group.csv": 10,
    "/services/everything-group.geojson": 10,
    "/services.atom?need=sleep": 13,
    "/services.atom": 13,
    "/sitemap.xml": 1,
    "/sitemap/pages.xml": 1,
    "/sitemap/services-1.xml": 2,
    "/robots.txt": 0,
    "/health/live": 0,
    "/health/ready": 1,
    "/accounts/sign-in": 0,
    "/accounts/single-sign-on/return": 2,
    "/accounts/code": 0,
    "/providers": 0,
    "/providers/find": 1,
    "/providers/find?q=group": 5,
    "/providers/join": 0,
}
# The same for those who are signed in; one query finds out who they are.
MOST_FOR_STAFF = {
    "/accounts": 3,
    "/accounts/second-step": 2,
    "/providers/begin": 1,
    "/providers/bulk": 7,
    "/providers/listings": 4,
    "/signposting": 3,
    "/signposting/find": 1,
    "/signposting/find?q=group": 12,
    "/insight": 3,
    "/insight/targets": 7,
    "/insight/targets.csv": 3,
    # Things are done to the listings of this test on the day of its run.
    f"/insight/report/{freshness.today().year}": 5,
    f"/insight/report/{freshness.today().year}.csv": 5,
    "/insight/localities/north-fair": 10,
    "/insight/gaps": 7,
    "/insight/gaps.csv": 6,
    "/insight/gaps/sleep?postcode=FA1+1AA": 14,
    "/insight/looked-for": 6,
    "/insight/looked-for.csv": 6,
    "/moderation": 24,
    "/moderation/queue": 9,
    "/moderation/queue?kind=submission&locality=north-fair&whose=free&q=group": 9,
    "/moderation/organisations": 3,
    "/moderation/organisations?q=trust": 3,
    "/moderation/reports": 3,
    "/moderation/reports/missing": 2,
    "/moderation/mail": 5,
    "/moderation/status": 11,
    "/moderation/texts": 2,
    "/moderation/people": 5,
    "/moderation/reminders": 6,
    "/moderation/duplicates": 4,
    "/moderation/duplicates/compare?keep=group-0&lose=group-1": 22,
    "/moderation/feeds": 4,
    "/moderation/proposals": 2,
    "/moderation/listings": 3,
    "/moderation/listings?q=group&show=open": 4,
    "/moderation/listings/group-0": 22,
    "/moderation/listings/group-0/edit": 12,
    "/moderation/listings/group-0/restore/2": 12,
    "/moderation/quality": 10,
    "/moderation/quality/missing": 11,
    "/moderation/quality/missing?fact=times&kind=outreach&locality=north-fair": 11,
    "/moderation/quality.csv": 9,
    "/moderation/words": 4,
    "/moderation/words?need=sleep&q=zonked": 4,
    "/moderation/words/try": 1,
    "/moderation/words/try?said=stay+play": 6,
    "/moderation/words/add": 2,
    "/moderation/words/history": 4,
}


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept for a minute is kept for the whole test."""
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 24, 10, 0, tzinfo=ZONE))


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def add_groups(catalogue: Catalogue) -> Callable[[int, int], None]:
    """Adds listings with everything that a page may load, from one number to another."""
    add_whole_listing(catalogue, date(2026, 11, 24))
    catalogue.add(id="other-group", name="Other Group", organisation="Everything Trust")

    def add(start: int, end: int) -> None:
        for number in range(start, end):
            catalogue.add(
                id=f"group-{number}",
                name=f"Group {number}",
                organisation=f"Organisation {number}",
                kind="family_hub" if number % 2 else "outreach",
                latitude=f"52.1{number:02}",
                longitude="-1.2",
                city="Oakham Green",
                locality="north-fair",
                needs="baby-toddler-groups|sleep",
                service_area="council:E09999001",
                source_title=f"Leaflet {number}",
                schedule="WEEKLY TU 10:00-12:00",
            )
            add_account(catalogue.app, Role.PROVIDER, email=f"provider-{number}@fairshire.example")
            catalogue.add(id=f"line-{number}", name=f"Line {number}", delivery="phone", organisation=f"Line {number}")
            add_work(catalogue.app, number)

    return add


def add_work(app: Flask, number: int) -> None:
    """One more of all that waits for the team."""
    with app.app_context():
        mo, service = person("Mo Hill"), get_stored(f"group-{number}")
        new = proposed(mo, name=f"New {number}", organisation=f"New {number}", postal_code="FA1 1AA")
        claim(new, moderator())
        submit(change_of(service, mo, email="group@fairshire.example"), mo)
        looked = proposed(mo, name=f"Looked at {number}", organisation=f"Looked at {number}")
        looked.status, looked.due_look = "approved", True
        ask_to_speak(mo.account_id, service.organisation_id, why="I do.")
        add_report(service, reason=Reason.TIME, details="", email=None)
        feed = keep_feed("https://elm.example/v1", name="Elm", trusted=True)
        propose(service, feed, listing_of(service))
        db.session.commit()


def test_page_asks_the_database_as_often_for_many_listings_as_for_few(
    app: Flask, add_groups: Callable[[int, int], None]
) -> None:
    staff = sign_in(app.test_client(), Role.MANAGER)
    add_groups(0, 11)
    correct_one(app)
    few = statements(app, staff)

    add_groups(11, 18)
    many = statements(app, staff)

    more = {path: (len(few[path]), len(many[path])) for path in few if len(few[path]) != len(many[path])}
    assert more == {}, "one more query for each listing"
    most = MOST | MOST_FOR_STAFF
    too_many = {path: (len(said), most[path], said) for path, said in many.items() if len(said) > most[path]}
    assert {path: counts[:2] for path, counts in too_many.items()} == {}


def statements(app: Flask, staff: FlaskClient) -> dict[str, list[str]]:
    """What each address asks the database, once it has kept what it keeps for each state of the catalogue."""
    said = {}
    for address in (*MOST, *MOST_FOR_STAFF):
        forget_tries(app)
        client = staff if address in MOST_FOR_STAFF else app.test_client()
        client.get(address)
        with counted(app) as said[address]:
            client.get(address)
    return said


def correct_one(app: Flask) -> None:
    """Save a listing again with another name, so that it has something to be put back to."""
    with app.app_context():
        needs, vocabulary = load_vocabulary(current_area())
        service = get_stored("group-0")
        rows = rows_of(listing_of(service))
        listing, _ = parse_listing([{**rows[0], "name": "Group nought"}], vocabulary)
        assert listing
        save_listing(listing, needs, actor="a test")
        db.session.commit()


def test_every_address_without_a_slug_is_counted(app: Flask) -> None:
    counted_paths = {address.partition("?")[0] for address in MOST | MOST_FOR_STAFF}
    plain = {rule.rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())}

    # What the area and the settings of these tests have not.
    unset = {"/brand.css", "/brand/logo", "/.well-known/security.txt", "/metrics"}
    assert plain - counted_paths == {"/basemap.json"} | unset
