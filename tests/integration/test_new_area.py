"""Another council's folder: begun by one command, filled by CSV, and families search there."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from hub_finder.area import load_area
from hub_finder.config import ROOT
from hub_finder.extensions import db
from hub_finder.importers.needs import import_needs
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import cells

numbers = iter(range(1000))
CODE = "E06999777"
# Two districts of a made-up council, one over its border, a postcode that has ended, and one without a place.
POSTCODES = f"""pcds,doterm,lad25cd,lat,long
ZE91 1AA,,{CODE},57.10,-4.20
ZE91 1AB,,{CODE},57.11,-4.21
ZE91 1AD,202001,{CODE},57.19,-4.29
ZE91 1AE,,{CODE},99.999999,0
ZE92 2AA,,{CODE},57.30,-4.55
ZE92 2AB,,{CODE},57.31,-4.56
ZE93 3AA,,E06999778,57.60,-4.90
"""
TOLD = {
    "--council": "Glenshire Council",
    "--code": CODE,
    "--line": "Glenshire “Family” Line",
    "--phone": "01632 960123",
    "--website": "https://glenshire.example/families",
    "--town": "Strathglen, ZE91 1AA",
}
LISTING = {
    "name": "Sleep clinic",
    "needs": "sleep",
    "locality": "ze91",
    "location_name": "Glen Hall",
    "address_1": "1 Glen Road",
    "city": "Strathglen",
    "postal_code": "ZE91 1AB",
    "latitude": "57.11",
    "longitude": "-4.21",
}


@pytest.fixture(params=DATABASES)
def begin(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Callable[..., Flask]]:
    """Call for an app of an area with the postcodes of the made-up council, and a database of its own."""
    apps: list[Flask] = []

    def make(folder: Path, area: Path = FAIRSHIRE) -> Flask:
        app = build_app(make_database(request.param, f"area-{next(numbers)}"), HUB_AREA=str(area))
        (folder / "postcodes.csv").write_text(POSTCODES)
        run(app, "import-postcodes", str(folder / "postcodes.csv"))
        apps.append(app)
        return app

    yield make
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=["hub", *args])


def new_area(app: Flask, folder: Path, **told: str) -> Result:
    options = TOLD | {f"--{name}": value for name, value in told.items()}
    given = [part for option, value in options.items() if value for part in (option, value)]
    return run(app, "new-area", "Glenshire", *given, "--folder", str(folder))


def test_families_of_another_council_search_within_the_hour(begin: Callable[..., Flask], tmp_path: Path) -> None:
    folder = tmp_path / "glenshire"
    begun = new_area(begin(tmp_path), folder)
    assert begun.exit_code == 0, begun.output
    assert begun.output.startswith(f"{folder} is there, with 4 postcodes on the map.")

    app = begin(tmp_path, folder)
    with app.app_context():
        import_needs(ROOT / "data/needs.csv")
    assert run(app, "import-places", str(folder / "places.csv")).output.startswith("1 added")
    with (folder / "services.csv").open(newline="") as file:
        columns = next(csv.reader(file))
    with (tmp_path / "listings.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerow(cells(**LISTING))
    from_csv = run(app, "import-services", str(tmp_path / "listings.csv"))
    assert from_csv.exit_code == 0, from_csv.output

    client = app.test_client()
    for place in ("ZE91 1AA", "Strathglen", "ZE91"):
        found = client.get("/search", query_string={"q": "my baby will not sleep", "postcode": place}).text
        assert "Sleep clinic" in found
    start = client.get("/").text
    assert "Family Hubs in Glenshire" in start
    assert "01632 960123" in start
    assert "Dorset" not in start
    assert client.get("/localities/ze91").status_code == 200
    near_by = client.get("/search", query_string={"postcode": "ZE93 3AA"})
    assert near_by.status_code == 200


def test_what_follows_from_postcodes_stands_in_the_folder(begin: Callable[..., Flask], tmp_path: Path) -> None:
    new_area(begin(tmp_path), tmp_path / "glenshire")

    area = load_area(tmp_path / "glenshire")

    assert area.bounds == (57.09, -4.57, 57.32, -4.19)
    assert [(one.slug, one.name, one.outcodes) for one in area.localities.values()] == [
        ("ze91", "Strathglen", ("ZE91",)),
        ("ze92", "ZE92", ("ZE92",)),
    ]
    assert area.front_door.name == "Glenshire “Family” Line"
    assert (area.postcode_example, area.place_example) == ("ZE91 1AA", "Strathglen")
    assert not area.targets
    assert area.services_file.read_text().count("\n") == 1


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"code": "E06999770"}, "No postcode is in a council with the code E06999770."),
        ({"code": ""}, "No council is called “Glenshire Council”: say its code with --code."),
        ({"town": "Strathglen"}, "“Strathglen” is no town with a postcode in its middle, like “Newtown, AB1 2CD”."),
        ({"town": "Strathglen, ZE91 9ZZ"}, "Strathglen: ZE91 9ZZ is no postcode in use that we have on the map."),
        ({"town": "Strathglen, ZE91 1AD"}, "Strathglen: ZE91 1AD is no postcode in use that we have on the map."),
        ({"town": "Strathglen, soon"}, "Strathglen: “soon” is no whole postcode."),
        ({"town": "Farglen, ZE93 3AA"}, "Farglen: ZE93 3AA is not in the area of Glenshire Council."),
        (
            {"colour": "#ffd500"},
            "[brand] colour #ffd500 is too light: words on it and in it could not be read.",
        ),
        ({"colour": "purple"}, "[brand] colour must be # and six digits, like #0b4f5c, not purple."),
        ({"logo": __file__}, "[brand] logo must be a file of .svg, .png, .webp with at most 20,000 bytes."),
        ({"website": "glenshire.example"}, "“glenshire.example” is no web address that begins with https://"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_written(
    begin: Callable[..., Flask], tmp_path: Path, told: dict[str, str], why: str
) -> None:
    result = new_area(begin(tmp_path), tmp_path / "glenshire", **told)

    assert (result.exit_code, result.output) == (2, f"{why} Nothing was written.\n")
    assert not (tmp_path / "glenshire").exists()


LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def test_another_council_looks_as_it_does_elsewhere(begin: Callable[..., Flask], tmp_path: Path) -> None:
    (tmp_path / "ours.svg").write_text(LOGO, encoding="utf-8")
    begun = new_area(begin(tmp_path), tmp_path / "glenshire", colour="#4B2E83", logo=str(tmp_path / "ours.svg"))
    assert begun.exit_code == 0, begun.output

    client = begin(tmp_path, tmp_path / "glenshire").test_client()
    start, sheet, logo = client.get("/").text, client.get("/brand.css"), client.get("/brand/logo")

    assert '<link rel="stylesheet" href="/brand.css">' in start
    assert 'content="#4b2e83"' in start
    assert '<img src="/brand/logo" alt=""' in start
    assert (sheet.mimetype, sheet.text.count("#4b2e83"), sheet.text.count("#382262")) == ("text/css", 2, 1)
    assert (logo.mimetype, logo.text) == ("image/svg+xml", LOGO)
    assert client.get("/brand.css", headers={"If-None-Match": sheet.headers["ETag"]}).status_code == 304


def test_who_says_nothing_of_looks_has_ours(begin: Callable[..., Flask], tmp_path: Path) -> None:
    new_area(begin(tmp_path), tmp_path / "glenshire")
    client = begin(tmp_path, tmp_path / "glenshire").test_client()

    assert "/brand" not in client.get("/").text
    assert [client.get(path).status_code for path in ("/brand.css", "/brand/logo")] == [404, 404]


def test_a_folder_that_is_there_stays(begin: Callable[..., Flask], tmp_path: Path) -> None:
    folder = tmp_path / "glenshire"
    folder.mkdir()

    result = new_area(begin(tmp_path), folder)

    assert (result.exit_code, result.output) == (2, f"{folder} is there already. Nothing was written.\n")
    assert list(folder.iterdir()) == []
