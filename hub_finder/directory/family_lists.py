"""Lists that practitioners make for families: what is in them, who may see them, their links. Nothing here commits."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, and_, bindparam, delete, func, or_, select, text, update
from sqlalchemy.orm import selectinload

from hub_finder.database import begin_writing, change
from hub_finder.directory.freshness import today
from hub_finder.directory.shortlist import MOST, ListFull, moved
from hub_finder.directory.whereabouts import Whereabouts, find_whereabouts
from hub_finder.extensions import db
from hub_finder.models.accounts import Account
from hub_finder.models.services import Location, Service, ServiceAtLocation
from hub_finder.models.signposting import FamilyList, FamilyListEntry, Helped, HelpedCount

# For how many days a link may open its list; the usual one first.
LASTS_DAYS = (90, 14, 30, 180, 365)
LONGEST_TITLE, LONGEST_WORDS = 120, 300
# A list that was never handed over, and a count of what helped, are kept so long.
IDLE_DAYS = 365

# One statement, so that no two at once count as one.
_COUNT_HELPED = text("""
    INSERT INTO helped_count (service_id, month, answer, count) VALUES (:service_id, :month, :answer, 1)
    ON CONFLICT (service_id, month, answer) DO UPDATE SET count = helped_count.count + 1
""").bindparams(bindparam("month", type_=Date))


class ListNotFound(LookupError):
    """There is no such list, or it is not theirs, or its link has ended."""


def begin_list(account_id: int, *, title: str = "") -> FamilyList:
    """A new list of a practitioner, empty."""
    made = FamilyList(title=title, account_id=account_id, made_at=datetime.now(UTC), entries=[], opened=0)
    db.session.add(made)
    db.session.flush()
    return made


class ListOvertaken(Exception):
    """Somebody changed the list since the page was opened that this change was typed on."""


def get_list_to_change(list_id: int, account_id: int, *, manages: bool) -> FamilyList:
    """A list or template that this person made; a template whose maker left; for who manages, any template.

    Raises ListNotFound.
    """
    asked = select(FamilyList).where(FamilyList.id == list_id, _may_change(account_id, manages=manages))
    return _one(db.session.scalar(asked.options(selectinload(FamilyList.entries))))


def _may_change(account_id: int, *, manages: bool) -> ColumnElement[bool]:
    left = or_(FamilyList.account_id.is_(None), FamilyList.account.has(Account.disabled))
    free = FamilyList.is_template if manages else and_(FamilyList.is_template, left)
    return or_(FamilyList.account_id == account_id, free)


def begin_change(listed: FamilyList, *, version: int, by: int) -> None:
    """Take a list for a change typed on this version of it. Who comes later waits here. Raises ListOvertaken."""
    seen = update(FamilyList).where(FamilyList.id == listed.id, FamilyList.version == version)
    if not change(seen.values(version=version + 1, changed_at=datetime.now(UTC), changed_by_id=by)):
        raise ListOvertaken
    db.session.refresh(listed)


def get_list_to_copy(list_id: int, account_id: int) -> FamilyList:
    """A list of their own, or any template of the team. Raises ListNotFound."""
    theirs = or_(FamilyList.account_id == account_id, FamilyList.is_template)
    asked = select(FamilyList).where(FamilyList.id == list_id, theirs)
    return _one(db.session.scalar(asked.options(selectinload(FamilyList.entries))))


def find_own_lists(account_id: int) -> Sequence[FamilyList]:
    """Their own lists, the newest first; no templates."""
    own = select(FamilyList).where(FamilyList.account_id == account_id, FamilyList.is_template.is_(False))
    loaded = own.options(selectinload(FamilyList.entries))
    return db.session.scalars(loaded.order_by(FamilyList.id.desc())).all()


def find_templates() -> Sequence[FamilyList]:
    """The templates of the team, by title, with who changed them last."""
    loaded = selectinload(FamilyList.entries), selectinload(FamilyList.changed_by), selectinload(FamilyList.account)
    kept = select(FamilyList).where(FamilyList.is_template).options(*loaded)
    return db.session.scalars(kept.order_by(FamilyList.title, FamilyList.id)).all()


def may_change(listed: FamilyList, account_id: int, *, manages: bool) -> bool:
    """Whether `get_list_to_change` gives them this list."""
    left = listed.account is None or listed.account.disabled
    return listed.account_id == account_id or (listed.is_template and (manages or left))


def copy_list(source: FamilyList, account_id: int, *, as_template: bool = False) -> FamilyList:
    """A list of their own with the same listings and words, or a template of it."""
    made = begin_list(account_id, title=source.title)
    made.is_template = as_template
    made.entries = [
        FamilyListEntry(position=at, service_uid=one.service_uid, words=one.words)
        for at, one in enumerate(source.entries)
    ]
    db.session.flush()
    return made


def add_entry(listed: FamilyList, service_uid: str) -> None:
    """Put a listing at the end, once, also when two do so at the same time. Raises ListFull."""
    begin_writing(db.session.connection())
    db.session.refresh(listed, ["entries", "version"], with_for_update={"of": FamilyList})
    if any(one.service_uid == service_uid for one in listed.entries):
        return
    if len(listed.entries) >= MOST:
        raise ListFull
    listed.entries.append(FamilyListEntry(position=len(listed.entries), service_uid=service_uid, words=""))
    db.session.flush()


def move_entry(listed: FamilyList, service_uid: str, *, by: int) -> None:
    """Put a listing so many places further down, up when negative; never beyond an end."""
    entries = {one.service_uid: one for one in listed.entries}
    listed.entries = [entries[uid] for uid in moved([*entries], service_uid, by=by)]
    _number(listed)


def remove_entry(listed: FamilyList, service_uid: str) -> None:
    """Take a listing out."""
    listed.entries = [one for one in listed.entries if one.service_uid != service_uid]
    _number(listed)


def present(listed: FamilyList) -> Whereabouts:
    """The listings of a list as they are now."""
    return find_whereabouts([one.service_uid for one in listed.entries])


def explained(listed: FamilyList, now: Whereabouts) -> dict[str, str]:
    """Why each listing is there, by the id that it has now: what was merged takes its words along."""
    words = {one.service_uid: one.words for one in listed.entries}
    joined = {one.service.uid: " ".join(words[uid] for uid in one.asked if words.get(uid)) for one in now.found}
    return {uid: text for uid, text in joined.items() if text}


def _number(listed: FamilyList) -> None:
    for at, one in enumerate(listed.entries):
        one.position = at
    db.session.flush()


# ---- the link


def hand_over(listed: FamilyList, *, days: int, keys: Sequence[str]) -> None:
    """Let the link open the list for so many days from today: the link that it has, or a new one."""
    if listed.salt is None or token_of(listed, keys=keys) is None:
        listed.salt = secrets.token_urlsafe(16)
        listed.token_hash = _hash(_token(listed.id, listed.salt, keys[0]))
    listed.ends_on = today() + timedelta(days=days)
    db.session.flush()


def end_link(listed: FamilyList) -> None:
    """Let the link open nothing from now on. A later one is another."""
    listed.salt = listed.token_hash = listed.ends_on = None
    db.session.flush()


def token_of(listed: FamilyList, *, keys: Sequence[str]) -> str | None:
    """What stands in the link, made anew from the site's key or one before it; None without a link of `keys`."""
    if listed.salt is None or listed.ends_on is None or listed.ends_on < today():
        return None
    tokens = [_token(listed.id, listed.salt, key) for key in keys]
    return next((token for token in tokens if _hash(token) == listed.token_hash), None)


def get_handed_over(token: str) -> FamilyList:
    """The list that a link opens. Raises ListNotFound."""
    asked = select(FamilyList).where(FamilyList.token_hash == _hash(token), FamilyList.ends_on >= today())
    return _one(db.session.scalar(asked.options(selectinload(FamilyList.entries))))


def count_opening(listed: FamilyList) -> None:
    change(update(FamilyList).where(FamilyList.id == listed.id).values(opened=FamilyList.opened + 1))


def _token(list_id: int, salt: str, key: str) -> str:
    return hmac.digest(key.encode(), f"list for a family\0{list_id}\0{salt}".encode(), "sha256").hex()[:40]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


# ---- whether it helped


def count_helped(service_id: int, answer: Helped) -> None:
    """Count a family's answer about a listing in this month."""
    month = today().replace(day=1)
    db.session.execute(_COUNT_HELPED, {"service_id": service_id, "month": month, "answer": str(answer)})


def find_helped(service_id: int) -> dict[Helped, int]:
    """How often each answer was given about a listing."""
    counted = select(HelpedCount.answer, func.sum(HelpedCount.count)).where(HelpedCount.service_id == service_id)
    rows = {str(row[0]): int(row[1]) for row in db.session.execute(counted.group_by(HelpedCount.answer))}
    return {answer: rows.get(str(answer), 0) for answer in Helped}


# ---- what is forgotten, and what is known


def forget_over() -> int:
    """Delete lists whose link has ended, and what was never handed over and is old; returns how many lists."""
    long_ago: date = today() - timedelta(days=IDLE_DAYS)
    idle = and_(FamilyList.ends_on.is_(None), FamilyList.made_at < datetime.now(UTC) - timedelta(days=IDLE_DAYS))
    # Whoever left can hand over nothing.
    left = and_(FamilyList.ends_on.is_(None), FamilyList.account_id.is_(None))
    change(delete(HelpedCount).where(HelpedCount.month < long_ago))
    over = or_(FamilyList.ends_on < today(), idle, left)
    return change(delete(FamilyList).where(FamilyList.is_template.is_(False), over))


def find_open_ways(uids: Sequence[str]) -> set[str]:
    """The phone numbers, addresses of mail and postcodes that these listings show."""
    rows = (
        select(Service.phone, Service.referral_phone, Service.email, Location.postal_code)
        .outerjoin(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .outerjoin(Location, Location.id == ServiceAtLocation.location_id)
        .where(Service.uid.in_(uids))
    )
    return {value for row in db.session.execute(rows) for value in row if value}


def _one(found: FamilyList | None) -> FamilyList:
    if found is None:
        raise ListNotFound
    return found
