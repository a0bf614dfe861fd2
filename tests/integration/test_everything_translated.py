"""Nothing of ours stays English in another language: every text is looked up, wherever it stands."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from hub_finder.area import Area
from hub_finder.config import ROOT
from hub_finder.directory.access import access_labels
from hub_finder.directory.columns import language_name
from hub_finder.directory.times import ZONE
from hub_finder.said import load_translations
from tests.accents import make_translations, texts_in, untranslated
from tests.factories import HALL, LISTING, Catalogue
from tests.reading import read
from tests.shortlists import add
from tests.translating import catalogues_of
from tests.whole_listing import add_whole_listing, whole_listing

TODAY = date(2026, 11, 26)
LANGUAGES = ("en", "pl", "bfi")
# What is typed into the address of a page, and said back, or can be; and a name.
TYPED = {"oakam", "sleep", "sleep for my baby", "nearest", "best", "soonest", "name", "Open Government Licence"}
MUCH = (
    "need=debt&kind=childcare&age=4&age=0&send=1&referral=self&time=morning&when=term&border=over&language=pl"
    "&on=2026-12-05&day=MO&cost=paid&within=0.5&postcode=FA1+1AA"
)
PAGES = {
    "a listing with everything": "/services/everything-group",
    "a listing with the least": "/services/least",
    "a hub": "/services/hub",
    "a paused listing": "/services/paused",
    "a listing that has ended": "/services/ended",
    "a listing that may have ended": "/services/lapsed",
    "a listing that keeps its place secret": "/services/secret",
    "a listing by phone": "/services/line",
    "no dates for a calendar": "/services/least.ics",
    "no session on a day": "/services/least.ics?on=2026-12-01",
    "no date": "/services/least.ics?on=x",
    "needs": "/needs",
    "a need": "/needs/sleep",
    "a need that nobody helps with": "/needs/debt",
    "hubs": "/hubs",
    "parts of the area": "/localities",
    "a part": "/localities/north-fair",
    "a part without anything": "/localities/south-fair",
    "a sheet": "/localities/north-fair/pack",
    "a narrowed sheet": "/localities/north-fair/pack?cost=free&size=large",
    "Start for Life": "/start-for-life",
    "Start for Life near by": "/start-for-life?postcode=FA1+1AA",
    "Start for Life with a wrong place": "/start-for-life?postcode=oakam",
    "a kind of service": "/start-for-life/feeding",
    "a timetable": "/search?view=timetable&locality=north-fair",
    "a timetable near by": "/search?view=timetable&kind=family_hub&postcode=FA1+1AA",
    "a timetable over Christmas": "/search?view=timetable&locality=north-fair&week=2026-W53",
    "a timetable without a day": "/search?view=timetable&kind=outreach&day=SU",
    "a bad link": "/shortlist/shared?services=~~",
    "nothing": "/nowhere",
    "the start": "/",
    "the start, asked before": "/?q=sleep&postcode=FA1+1AA&age=0&age=pregnant",
    "a search for nothing": "/search",
    "a search without a place": "/search?postcode=",
    "results": "/search?q=sleep+for+my+baby&postcode=FA1+1AA&age=1",
    "results of a kind": "/search?kind=family_hub&age=pregnant&age=3&sort=soonest",
    "more pages": "/search?locality=north-fair&per_page=1&page=2",
    "no such page": "/search?locality=north-fair&page=9",
    "nothing found": "/search?need=debt&cost=free&postcode=FA1+1AA&within=2",
    "nothing found for much": f"/search?{MUCH}",
    "wrong filters": "/search?within=x&on=2020-01-01&age=x&cost=y&day=SU&week=z&page=x&per_page=x&sort=x",
    "danger": "/search?q=he+hits+me",
    "what is listed": "/about/coverage",
    "the data": "/about/data",
    "a list for another site": "/embed?need=sleep&postcode=FA1+1AA",
    "a list that is wrong": "/embed?need=x&postcode=FA1+1AA&text=eeeeee&link=x",
    "a list for another site with nothing in it": "/embed?need=debt&postcode=FA1+1AA&cost=free&within=1",
    "privacy": "/about/privacy",
    "tracks": "/about/hide-your-tracks",
    "accessibility": "/about/accessibility",
    "what is missing": "/missing?q=sleep",
    "a report": "/services/everything-group/report",
    "reports": "/reports",
    "no such report": "/reports?reference=x",
    "an empty list": "/shortlist",
}
# With a few listings in it.
OF_A_LIST = {
    "a list": "/shortlist",
    "a comparison": "/shortlist/compare",
    "a list to print": "/shortlist/print",
    "a list to send": "/shortlist/share",
    "a list with an error": "/shortlist/share?email=x",
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("translations")
    make_translations(made, "uk")
    return made


@pytest.fixture
def places(catalogue: Catalogue, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalogue]:
    """Listings of every sort, on a day of ours, and the made-up translations in the place of the real ones."""
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 26, 15, tzinfo=ZONE))
    add_whole_listing(catalogue, TODAY)
    here, day_and_night = {"locality": "north-fair"}, "WEEKLY MO,TU,WE,TH,FR,SA,SU 00:00-23:59"
    catalogue.add(id="least", **here)
    catalogue.add(
        id="hub", **here, **HALL, kind="family_hub", schedule="WEEKLY MO,FR 09:00-17:00", checked_on=str(TODAY)
    )
    catalogue.add(id="likely-hub", **here, kind="family_hub", confidence="medium", website="https://hub.example/")
    catalogue.add(id="point", **here, **HALL, kind="outreach", schedule="WEEKLY MO 09:00", cost="free")
    catalogue.add(id="likely-point", **here, kind="outreach", confidence="low", email="a@point.example")
    catalogue.add(id="paused", status="paused", confidence="low")
    catalogue.add(id="ended", status="retired", **here)
    catalogue.add(id="lapsed", checked_on="2022-01-01", languages="pl", cost="free", min_age="3", phone="01632 960001")
    catalogue.add(id="secret", sensitive="yes", **here, schedule="WEEKLY MO 09:00-17:00", delivery="in_person")
    catalogue.add(id="line", **here, delivery="phone|online", schedule=day_and_night, phone="01632 960002")
    for number in range(7):
        catalogue.add(id=f"other-{number}", organisation="Everything Trust")
    with catalogues_of(folder):
        yield catalogue


@pytest.fixture(scope="session")
def data(area: Area) -> set[str]:
    """Texts that are not marked: of the area, the needs and the listings, and names of languages and access; said in
    the language of the pages too.
    """
    with (ROOT / "data/needs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    listings = [LISTING, HALL, *whole_listing(TODAY)]
    names = {language_name(code) or code for code in LANGUAGES} | set(access_labels().values())
    said = set(load_translations(ROOT / "data", area.folder)["uk"].values())
    return texts_in(area) | texts_in(rows) | texts_in(listings) | names | said | TYPED


def test_plain_english_is_found() -> None:
    page = '<html lang="uk"><p title="Say hello">Hélló <b>there</b> at Mill Hall</p><p lang="en">Hello</p>'

    assert untranslated(BeautifulSoup(page, "html5lib"), {"Mill Hall"}) == ["Say hello", "at Mill Hall", "there"]


def test_nothing_of_ours_stays_english(places: Catalogue, client: FlaskClient, data: set[str]) -> None:
    left: dict[str, str] = {}

    def look(pages: Mapping[str, str]) -> None:
        for name, address in pages.items():
            page = read(client.get(f"/uk{address}", headers={"Accept": "text/html"}))
            left.update(dict.fromkeys(untranslated(page, data), name))

    look(PAGES)
    add(client, "everything-group", "secret", "lapsed")
    look(OF_A_LIST)

    assert left == {}
