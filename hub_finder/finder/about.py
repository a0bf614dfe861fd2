"""What this site is made of, what it keeps, and for whom it works."""

from flask import current_app, render_template

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.directory.catalogue import count_by_kind
from hub_finder.directory.places import get_dataset_or_none
from hub_finder.directory.reports import ADDRESS_DAYS, DETAILS_DAYS
from hub_finder.directory.targets import measure
from hub_finder.directory.urgent import urgent_of
from hub_finder.finder import blueprint
from hub_finder.models.places import POSTCODES
from hub_finder.open_data import FILES, MANIFEST, find_file
from hub_finder.web import be_discreet


@blueprint.get("/about/data")
@public
def show_data() -> str:
    area = current_area()
    return render_template(
        "finder/show_data.html",
        tallies=measure(area),
        total=sum(count_by_kind().values()),
        postcodes=get_dataset_or_none(POSTCODES),
        dumped=FILES if find_file(current_app.config["HUB_DATA_FOLDER"], MANIFEST) else (),
    )


@blueprint.get("/about/privacy")
@public
def show_privacy() -> str:
    return render_template("finder/show_privacy.html", details_days=DETAILS_DAYS, address_days=ADDRESS_DAYS)


@blueprint.get("/about/hide-your-tracks")
@public
def show_hide_your_tracks() -> str:
    be_discreet()
    return render_template("finder/show_hide_your_tracks.html", urgent=urgent_of("danger", area=current_area()))


@blueprint.get("/about/accessibility")
@public
def show_accessibility() -> str:
    return render_template("finder/show_accessibility.html")
