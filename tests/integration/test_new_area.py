"""Another council's folder: begun by one command, filled by CSV, and families search there."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from hub_finder.area import load_area
from hub_finder.config import ROOT
from hub_finder.directory.freshness import today
from hub_finder.directory.gaps import ANY_NEED, measure_gaps
from hub_finder.directory.quality import assess
from hub_finder.directory.start_for_life import in_localities
from hub_finder.extensions import db
from hub_finder.importers.needs import import_needs
from hub_finder.models.services import Service
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


def import_listings(app: Flask, folder: Path, *listings: dict[str, str]) -> None:
    """From a file with the headings that the area's own has."""
    with (folder / "services.csv").open(newline="") as file:
        columns = next(csv.reader(file))
    with (folder.parent / "listings.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(cells(**listing) for listing in listings)
    from_csv = run(app, "import-services", str(folder.parent / "listings.csv"))
    assert from_csv.exit_code == 0, from_csv.output


def test_families_of_another_council_search_within_the_hour(begin: Callable[..., Flask], tmp_path: Path) -> None:
    folder = tmp_path / "glenshire"
    begun = new_area(begin(tmp_path), folder)
    assert begun.exit_code == 0, begun.output
    assert begun.output.startswith(f"{folder} is there, with 4 postcodes on the map.")

    app = begin(tmp_path, folder)
    with app.app_context():
        import_needs(ROOT / "data/needs.csv")
    assert run(app, "import-places", str(folder / "places.csv")).output.startswith("1 added")
    import_listings(app, folder, LISTING)

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


WARDS = """Postcode,Ward Name
ZE91 1AA,Upper Glen
ze911ae,Upper  Glen
ZE91 1AB,Lower Glen
ZE92 2AA,Lower Glen
ZE93 3AA,Beyond
"""


def begin_with_wards(begin: Callable[..., Flask], tmp_path: Path, wards: str = WARDS) -> Result:
    (tmp_path / "wards.csv").write_text(wards, encoding="utf-8")
    return new_area(begin(tmp_path), tmp_path / "glenshire", wards=str(tmp_path / "wards.csv"))


def test_localities_of_wards_go_by_the_whole_postcode(begin: Callable[..., Flask], tmp_path: Path) -> None:
    begun = begin_with_wards(begin, tmp_path)
    assert begun.exit_code == 0, begun.output
    assert begun.output.endswith(
        "Localities made of wards: 2. Postcodes of other councils, left out: 1. Postcodes of the council that are in "
        "no ward of the file: 1. Each counts to the locality that most of its district is in.\n"
    )
    folder = tmp_path / "glenshire"
    area = load_area(folder)
    assert {one.slug: (one.name, one.outcodes, one.places) for one in area.localities.values()} == {
        "lower-glen": ("Lower Glen", ("ZE92",), ()),
        "upper-glen": ("Upper Glen", ("ZE91",), ("Strathglen",)),
    }

    app = begin(tmp_path, folder)
    with app.app_context():
        import_needs(ROOT / "data/needs.csv")
    import_listings(
        app,
        folder,
        LISTING | {"id": "clinic", "locality": "lower-glen"},
        LISTING | {"id": "talk", "name": "Sleep talk", "locality": "upper-glen"},
        LISTING | {"id": "song", "name": "Sleep songs", "locality": ""},
    )

    client = app.test_client()
    asked = {place: client.get("/api/search", query_string={"postcode": place}) for place in ("ZE91 1AB", "ZE91")}
    assert [answer.get_json()["origin"]["locality"] for answer in asked.values()] == ["lower-glen", "upper-glen"]
    found = client.get("/search", query_string={"postcode": "ZE91 1AB", "locality": "lower-glen"}).text
    assert "Sleep clinic" in found
    assert "Sleep talk" not in found
    with app.app_context():
        homes = {gap.locality: gap.postcodes for gap in measure_gaps(area, [ANY_NEED])}
        odd = [one.reason for one in assess(area=area, today=today()).odd if one.field == "postal_code"]
        placed = in_localities(area)
        rows = select(Service.slug, placed.c.locality).join(placed, placed.c.service_id == Service.id)
        here = {(slug, locality) for slug, locality in db.session.execute(rows)}
    assert homes == {"lower-glen": 3, "upper-glen": 1}
    assert odd == ["is not in Upper Glen (ZE91)"]
    by_point = {(slug, "lower-glen") for slug in ("clinic", "talk", "song")}
    assert here == by_point | {("talk", "upper-glen")}


def test_several_wards_make_a_locality_where_the_file_says_so(begin: Callable[..., Flask], tmp_path: Path) -> None:
    rows = "ward,locality,pcds\nTop,The Glen,ZE91 1AA\nBottom,The Glen,ZE91 1AB\nBridge,,ZE92 2AA\nBridge,,ZE92 2AB\n"

    begun = begin_with_wards(begin, tmp_path, rows + "Top,The Glen,ZE91 1AE\n")

    assert begun.output.endswith("Localities made of wards: 2. Every postcode of the council is in one.\n")
    area = load_area(tmp_path / "glenshire")
    assert {one.name: one.note for one in area.localities.values()} == {
        "Bridge": "Made of wards: Bridge. Postcodes: locality_postcodes.csv.",
        "The Glen": "Made of wards: Bottom, Top. Postcodes: locality_postcodes.csv.",
    }


@pytest.mark.parametrize(
    ("wards", "why"),
    [
        ("ward,of\nTop,us\n", "wards.csv has no column postcode. It needs a line for each postcode, with the headings"),
        ("name,of\nTop,us\n", "wards.csv has no column postcode and no column ward."),
        ("", "wards.csv is empty."),
        ("postcode,ward\nZE91 1AA,\n", "wards.csv:\nline 2, ward: “” is empty: each postcode is in a ward"),
        ("postcode,ward\nZE91,Top\n", "wards.csv:\nline 2, postcode: “ZE91” is no whole postcode"),
        (
            "postcode,ward\nZE91 1AA,E05010937\n",
            "line 2, ward: “E05010937” is a code: families read this, so write the",
        ),
        (f"postcode,ward\nZE91 1AA,{'x' * 61}\n", "… is longer than 60 characters".replace("… ", "")),
        ("postcode,ward\nZE91 1AA,A\nZE91 1AA,B\n", "line 3, postcode: “ZE91 1AA” is in A too, further up"),
        ("postcode,ward\nZE91 1AA\n", "line 2, (row): “ZE91 1AA” has too few cells"),
        ("postcode,ward\nZE93 3AA,Beyond\n", "No postcode of the file of wards is in the area of Glenshire Council."),
        ("postcode,ward\nZE91 1AA,St Ann\nZE91 1AB,St. Ann\n", "“St Ann” and “St. Ann” would be one locality"),
        ("postcode,ward\n" + "ZE91,Top\n" * 25, "\nand 5 more. Nothing was written.\n"),
    ],
)
def test_a_file_of_wards_that_does_not_fit_is_told(
    begin: Callable[..., Flask], tmp_path: Path, wards: str, why: str
) -> None:
    result = begin_with_wards(begin, tmp_path, wards)

    assert result.exit_code == 2
    assert why in result.output
    assert result.output.endswith("Nothing was written.\n")
    assert not (tmp_path / "glenshire").exists()


def test_a_postcode_of_no_locality_is_told_when_the_site_starts(begin: Callable[..., Flask], tmp_path: Path) -> None:
    begin_with_wards(begin, tmp_path)
    with (tmp_path / "glenshire/locality_postcodes.csv").open("a") as file:
        file.write("ZE92 2AB,nowhere\n")

    with pytest.raises(ValueError, match=r"postcodes\.csv, line 6: “nowhere” is no slug of localities\.csv"):
        load_area(tmp_path / "glenshire")


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
