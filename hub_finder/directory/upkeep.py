"""What those who look after the site should know: what waits, what failed, what did not run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from hub_finder.database import aware
from hub_finder.directory.accounts import now
from hub_finder.directory.dead_letters import count_dead, get_waiting
from hub_finder.directory.jobs import JobState, find_jobs
from hub_finder.directory.queue import Kind, count_waiting, find_oldest
from hub_finder.directory.stock import count_stored
from hub_finder.extensions import db
from hub_finder.models.feeds import Feed, Health

NOT_READ = "not read"


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """All of it at one moment. Ages are zero where nothing waits; `feeds` counts them by the value of `Health`."""

    mail_waiting: int
    mail_age: timedelta
    mail_failed: int
    queue: Mapping[Kind, int]
    queue_age: timedelta
    feeds: Mapping[str, int]
    reviews_due: int
    jobs: Sequence[JobState]

    @property
    def feeds_ill(self) -> int:
        return sum(count for health, count in self.feeds.items() if health not in (Health.HEALTHY, NOT_READ))


def find_upkeep() -> Upkeep:
    """Eight queries, whatever there is."""
    waiting = get_waiting()
    feeds = db.session.execute(select(Feed.health, func.count()).group_by(Feed.health))
    return Upkeep(
        mail_waiting=waiting.count,
        mail_age=_age(waiting.oldest_at),
        mail_failed=count_dead(),
        queue=count_waiting(),
        queue_age=_age(find_oldest()),
        feeds=Counter({health or NOT_READ: count for health, count in feeds}),
        reviews_due=count_stored("due") + count_stored("overdue"),
        jobs=find_jobs(),
    )


def _age(since: datetime | None) -> timedelta:
    return max(now() - aware(since), timedelta()) if since else timedelta()
