"""What runs by itself: how often it should, when it last did, and how that ended. Nothing here commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from hub_finder.database import aware
from hub_finder.directory.accounts import now
from hub_finder.extensions import db
from hub_finder.models.jobs import Job

MINUTES, DAYS = timedelta(minutes=10), timedelta(hours=26)
# The commands that must run by themselves, each with how long after its last run somebody should look.
NEEDED: Mapping[str, timedelta] = {
    "send-mail": MINUTES,
    "review-due": DAYS,
    "purge": DAYS,
    "snapshot-targets": DAYS,
    "forget-pictures": DAYS,
    "backup": DAYS,
}
# Those that not every council has: they are late only where they ran before.
OPTIONAL: Mapping[str, timedelta] = {"dump": DAYS, "read-bounces": timedelta(hours=1), "import-open-referral": DAYS}
SCHEDULED = {**NEEDED, **OPTIONAL}
LONGEST_PROBLEM = 300


@dataclass(frozen=True, kw_only=True)
class JobState:
    """A command that runs by itself, and whether somebody should look at it: it failed, or did not run in time."""

    name: str
    ended_at: datetime | None
    succeeded_at: datetime | None
    problem: str
    late: bool

    @property
    def is_well(self) -> bool:
        return not self.problem and not self.late


def note_run(name: str, *, problem: str = "") -> None:
    """Keep that a command ran until now; `problem` says in a few words without personal data why it did not do all."""
    job = db.session.get(Job, name) or Job(name=name)
    job.ended_at, job.problem = now(), problem[:LONGEST_PROBLEM]
    if not problem:
        job.succeeded_at = job.ended_at
    db.session.add(job)
    db.session.flush()


def get_idle_time(name: str) -> timedelta:
    """How long ago a command last did all that it should, by the clock; nothing where it never did."""
    at = db.session.scalar(select(Job.succeeded_at).where(Job.name == name))
    return now() - aware(at) if at else timedelta()


def find_jobs() -> list[JobState]:
    """Each command that must run by itself, and of the others those that ever ran, in one query."""
    ran = {job.name: job for job in db.session.scalars(select(Job))}
    return [_state(name, ran.get(name), most) for name, most in SCHEDULED.items() if name in NEEDED or name in ran]


def _state(name: str, job: Job | None, most: timedelta) -> JobState:
    if job is None:
        return JobState(name=name, ended_at=None, succeeded_at=None, problem="", late=True)
    age = now() - aware(job.ended_at)
    return JobState(
        name=name,
        ended_at=aware(job.ended_at),
        succeeded_at=aware(job.succeeded_at) if job.succeeded_at else None,
        problem=job.problem,
        # A moment that is still to come was noted by a clock that went wrong, and says nothing.
        late=not -most <= age <= most,
    )
