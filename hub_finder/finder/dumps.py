"""The files of the last dump, as `flask hub dump` wrote them."""

from flask import Response, abort, current_app, send_file

from hub_finder.access import public
from hub_finder.finder import blueprint
from hub_finder.open_data import FILES, TABLE, find_file

HOUR = 3600


@blueprint.get("/data/<name>")
@public
def download_dumped(name: str) -> Response:
    """404 unless HUB_DATA_FOLDER is set and holds a dump; no file but those of a dump."""
    file = find_file(current_app.config["HUB_DATA_FOLDER"], name)
    if file is None:
        abort(404)
    response = send_file(
        file, mimetype=FILES[name], conditional=True, max_age=HOUR, as_attachment=name == TABLE, download_name=name
    )
    response.headers["Cache-Control"] = f"public, max-age={HOUR}"
    return response
