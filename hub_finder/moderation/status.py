"""How the site itself is: what waits, what failed, what did not run."""

from flask import render_template

from hub_finder import mail
from hub_finder.access import staff
from hub_finder.config import VERSION
from hub_finder.directory.readiness import look
from hub_finder.directory.upkeep import find_upkeep
from hub_finder.models.feeds import Health
from hub_finder.moderation import blueprint


@blueprint.get("/status")
@staff
def show_status() -> str:
    return render_template(
        "moderation/show_status.html",
        readiness=look(),
        upkeep=find_upkeep(),
        version=VERSION,
        can_send=mail.can_send(),
        health={str(one): one.label for one in Health},
    )
