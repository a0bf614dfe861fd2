"""What needs doing."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template, url_for

from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory.dead_letters import count_dead
from hub_finder.directory.feeds import find_feeds
from hub_finder.directory.missing import count_missing
from hub_finder.directory.queue import Kind, count_waiting
from hub_finder.directory.reminders import count_told
from hub_finder.directory.reports import count_open_reports
from hub_finder.directory.stock import count_stored
from hub_finder.models.feeds import Health
from hub_finder.moderation import blueprint
from hub_finder.moderation.candidates import count_candidates
from hub_finder.moderation.quality import assess_now


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do, how much of it there is (None: too much to count here), and where it is done."""

    label: str
    count: int | None
    url: str
    why: str


@blueprint.get("")
@staff
def show_start() -> str:
    return render_template("moderation/show_start.html", tasks=list(find_tasks()))


def find_tasks() -> Iterator[Task]:
    """All that may need doing, the most urgent first. A new kind of work is one more of these."""
    limits = current_area().freshness
    quality = assess_now()
    feeds = find_feeds()
    reports, unsafe = count_open_reports()
    waiting = count_waiting()
    yield Task(
        label="Queue",
        count=sum(waiting.values()),
        url=url_for("moderation.list_queue"),
        why="All that waits for us in one list, the riskiest first.",
    )
    yield Task(
        label="Listings and changes that were sent to us",
        count=waiting[Kind.SUBMISSION],
        url=url_for("moderation.list_queue", kind=Kind.SUBMISSION),
        why="Families find them once we have read them.",
    )
    yield Task(
        label="Reports of a problem",
        count=reports,
        url=url_for("moderation.list_reports"),
        why=f"{unsafe} of something unsafe: look today." if unsafe else "Visitors say that a listing is wrong.",
    )
    if dead := count_dead():
        yield Task(
            label="Mail that could not be sent",
            count=dead,
            url=url_for("moderation.list_mail"),
            why="Somebody waits for an answer.",
        )
    yield Task(
        label="Feeds to look at",
        count=sum(1 for one in feeds if one.feed.health not in (None, Health.HEALTHY)),
        url=url_for("moderation.list_feeds"),
        why="They could not be read, or are not what they were.",
    )
    yield Task(
        label="Requests to speak for an organisation",
        count=waiting[Kind.SPEAKER],
        url=url_for("moderation.list_queue", kind=Kind.SPEAKER),
        why="Until we decide, they can change nothing.",
    )
    yield Task(
        label="Changes that were published at once",
        count=waiting[Kind.LOOK],
        url=url_for("moderation.list_queue", kind=Kind.LOOK),
        why="Of organisations that we trust: look at one in four.",
    )
    yield Task(
        label="Odd values",
        count=len(quality.odd),
        url=url_for("moderation.show_quality", _anchor="odd"),
        why="They may send a family wrong. The worst come first.",
    )
    yield Task(
        label="Proposals from feeds",
        count=waiting[Kind.PROPOSAL],
        url=url_for("moderation.list_proposals"),
        why="A feed says something else than a listing that was edited here.",
    )
    yield Task(
        label="Listings that may be the same",
        count=count_candidates(),
        url=url_for("moderation.list_duplicates"),
        why="A family that finds both does not know which is right.",
    )
    yield Task(
        label="Lapsed listings",
        count=count_stored("lapsed"),
        url=url_for("moderation.list_listings", show="lapsed"),
        why=f"Families do not find them: no check in {limits.lapsed} months, or nobody could be reached.",
    )
    yield Task(
        label="Overdue checks",
        count=count_stored("overdue"),
        url=url_for("moderation.list_listings", show="overdue"),
        why=f"No check in {limits.overdue} months. Families are told to ask before they go.",
    )
    yield Task(
        label="Checks that are due",
        count=count_stored("due"),
        url=url_for("moderation.list_listings", show="due"),
        why=f"The last check was {limits.due} months ago or more.",
    )
    if silent := count_told():
        yield Task(
            label="Checks that nobody answers for",
            count=silent,
            url=url_for("moderation.list_reminders"),
            why="We asked by mail, or there is nobody to ask: call them.",
        )
    yield Task(
        label="Never checked",
        count=count_stored("not_checked"),
        url=url_for("moderation.list_listings", show="not_checked"),
        why="Nobody who knows has said that they are right.",
    )
    yield Task(
        label="Listings that lack something",
        count=sum(1 for facts in quality.missing.values() if set(facts) - {"check"}),
        url=url_for("moderation.show_quality", _anchor="gaps"),
        why="They do not say a place, times, ages, a price or a contact.",
    )
    yield Task(
        label="Help that families did not find",
        count=count_missing(),
        url=url_for("moderation.list_missing_help"),
        why="They told us what they looked for.",
    )
