"""Made-up postcodes, places and listings for tests, stored the way the importers store them."""

from flask import Flask

from hub_finder.area import Area
from hub_finder.config import ROOT
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.listings import Row, parse_listing
from hub_finder.directory.places import Origin
from hub_finder.directory.saving import save_listing
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.importers.needs import import_needs
from hub_finder.importers.places import import_places
from hub_finder.models.places import Outcode, Postcode, Sector

LISTING = {
    "name": "Acorn Stay and Play",
    "kind": "early_years",
    "organisation": "Acorn Families",
    "summary": "Toys and songs for small children.",
    "needs": "baby-toddler-groups",
    "confidence": "high",
    "source_title": "A made-up leaflet",
    "source_date": "2026-05",
}
# A place with a door.
HALL = {
    "location_name": "Mill Hall",
    "address_1": "1 Mill Lane",
    "city": "Oakham Green",
    "postal_code": "FA1 1AA",
    "latitude": "52.1",
    "longitude": "-1.2",
}


def cells(**given: str) -> dict[str, str]:
    """A row of text with a listing's least, and what is given."""
    row = {**dict.fromkeys(COLUMNS, ""), **LISTING, **given}
    row["id"] = given.get("id") or "-".join(row["name"].lower().replace("’", "").split())
    if row["latitude"] and not row["location_precision"]:
        row["location_precision"] = "exact"
    return row


class Catalogue:
    """Puts rows into an app's database, committed, so that requests see them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.area: Area = app.extensions["hub_area"]
        with app.app_context():
            import_needs(ROOT / "data/needs.csv")

    def add(self, *further: Row, **given: str) -> str:
        """Add a listing; returns its slug. `latitude`, `longitude` give it a place; `further` are its other rows."""
        row = cells(**given)
        rows = [row, *({"id": row["id"], **one} for one in further)]
        with self.app.app_context():
            needs, words = load_vocabulary(self.area)
            listing, problems = parse_listing(rows, words)
            assert listing, problems
            save_listing(listing, needs, actor="a test")
            db.session.commit()
        return row["id"]

    def add_places(self) -> None:
        """The made-up area's towns, and a few postcodes: FA1 1AA in the middle of Oakham Green."""
        with self.app.app_context():
            import_places(self.area.places_file)
            db.session.add_all(
                [
                    Postcode(
                        code="FA11AA", latitude_e5=5210000, longitude_e5=-120000, council="E09999001", terminated=False
                    ),
                    Postcode(
                        code="FA31ZZ", latitude_e5=5200000, longitude_e5=-110000, council="E09999001", terminated=True
                    ),
                    Postcode(
                        code="NX11AA", latitude_e5=5230000, longitude_e5=-100000, council="E09999002", terminated=False
                    ),
                    Outcode(code="FA1", latitude=52.1, longitude=-1.2, postcodes=1, radius_m=500, council="E09999001"),
                    Sector(code="FA1 1", latitude=52.1, longitude=-1.2, postcodes=1, radius_m=300, council="E09999001"),
                ]
            )
            db.session.commit()


def origin(latitude: float = 52.1, longitude: float = -1.2, **given: object) -> Origin:
    """A place to search from in the made-up area; by default the middle of Oakham Green."""
    facts: dict[str, object] = {
        "kind": "postcode",
        "label": "FA1 1AA",
        "approximate": False,
        "council": "E09999001",
        "council_name": "Fairshire Council",
        "in_area": True,
        "outcode": "FA1",
        "locality": "north-fair",
        **given,
    }
    return Origin(latitude=latitude, longitude=longitude, **facts)  # type: ignore[arg-type]
