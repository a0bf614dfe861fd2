"""Who was asked whether their listings are right, who answered, and about which ones nobody can be asked."""

from collections import Counter

from flask import render_template, request

from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory import freshness
from hub_finder.directory.reminders import find_sent_before, find_standings, holiday_to_ask_about
from hub_finder.models.reminders import Answer
from hub_finder.moderation import blueprint
from hub_finder.moderation.forms import STANDINGS, RemindersForm


@blueprint.get("/reminders")
@staff
def list_reminders() -> str:
    form = RemindersForm(request.args)
    form.validate()
    area, today = current_area(), freshness.today()
    every = find_standings(area, today)
    wanted = form.show.data if not form.show.errors else ""
    cut = form.cut([one for one in every if wanted in ("", one.state)])
    holiday = holiday_to_ask_about(area, today)
    return render_template(
        "moderation/list_reminders.html",
        form=form,
        standings=cut.shown,
        counts=Counter(one.state for one in every),
        states=STANDINGS,
        page=cut.page,
        pages=cut.pages,
        limits=area.reminders,
        due=area.freshness.due,
        holiday=holiday,
        before=find_sent_before(holiday) if holiday else (),
        answers=Answer,
    )
