"""Keeping the phrases of the thesaurus: what may stand there, changes of any kind, and the way back. Never commits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import false, func, select
from sqlalchemy.orm import joinedload

from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.listings import fault_of
from hub_finder.directory.needs import Changes
from hub_finder.directory.thesaurus import Wording, key_of, raise_version
from hub_finder.extensions import db
from hub_finder.models.services import Need
from hub_finder.models.thesaurus import LONGEST_KEY, LONGEST_PHRASE, Phrase, PhraseChange

PER_PAGE = 50
# Numbers that no stored phrase has, for phrases that are only tried.
_TRIED = 2_000_000_000

# A need by its slug, and the key of a phrase.
Place = tuple[str, str]
Row = TypeVar("Row")


class PhraseNotFound(LookupError):
    """No phrase, or no change, has this number."""


class CannotKeep(ValueError):
    """A step does not fit what stands there now; the message says why."""


class Step(NamedTuple):
    """One change: what stands there before it and what after it; None is nothing."""

    before: Wording | None
    after: Wording | None


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """One page of rows. `pages` is at least 1."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int


def fault_of_phrase(text: str) -> str | None:
    """Why a text can be no phrase, to stand after its name; None when it can."""
    if not text:
        return "is blank"
    if fault := fault_of(text, longest=LONGEST_PHRASE):
        return fault
    key = key_of(text)
    if not key:
        return "has no word in it"
    return "is too long" if len(key) > LONGEST_KEY else None


# ---- what stands there


def find_phrases(words: str = "", *, need: str | None = None, page: int = 1) -> Page[Phrase]:
    """Phrases that hold the words, in that order, by need and then by the alphabet."""
    asked = [~Phrase.removed]
    if words:
        key = key_of(words)
        asked.append(Phrase.key.contains(key, autoescape=True) if key else false())
    if need:
        asked.append(Need.slug == need)
    total = db.session.scalar(select(func.count()).select_from(Phrase).join(Phrase.need).where(*asked)) or 0
    statement = select(Phrase).join(Phrase.need).where(*asked).options(joinedload(Phrase.need))
    statement = statement.order_by(Need.position, Phrase.key).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return Page(rows=db.session.scalars(statement).all(), total=total, page=page, pages=_pages(total))


def get_phrase(number: int) -> Phrase:
    """The phrase with this number, if it counts. Raises PhraseNotFound."""
    statement = select(Phrase).where(Phrase.id == number, ~Phrase.removed).options(joinedload(Phrase.need))
    phrase = db.session.scalar(statement) if number < _TRIED else None
    if phrase is None:
        raise PhraseNotFound(number)
    return phrase


def find_same(texts: Iterable[str]) -> Mapping[str, Sequence[Phrase]]:
    """The phrases that say the same as these texts, by their key."""
    same: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in _stored(map(key_of, texts)).values():
        if not phrase.removed:
            same[phrase.key].append(phrase)
    return same


def wording_of(phrase: Phrase) -> Wording:
    """A stored phrase as people write it down."""
    return Wording(phrase.need.slug, phrase.text, phrase.kind)


# ---- changing it


def keep(steps: Sequence[Step], *, actor: str, undoes: PhraseChange | None = None) -> int:
    """Make changes, with the history. Returns how many were made; a step that changes nothing is none.

    Raises CannotKeep when something else stands there than a step says: someone was quicker.
    """
    version = raise_version()
    stored = dict(_stored(key_of(one.text) for step in steps for one in step if one))
    needs = {need.slug: need for need in find_needs()}
    made = [step for step in steps if step.before != step.after]
    for step in made:
        _keep(step, stored, needs, version)
        db.session.add(record(step, actor=actor, undoes=undoes))
    db.session.flush()
    return len(made)


def record(step: Step, *, actor: str, undoes: PhraseChange | None = None) -> PhraseChange:
    """A row of the history, to be added to the session."""
    before, after = (one and one._asdict() for one in step)
    return PhraseChange(
        at=datetime.now(UTC), actor=actor, before=before, after=after, undoes_id=undoes.id if undoes else None
    )


def changes_of(steps: Sequence[Step]) -> Changes:
    """What the steps would change in what is learnt, to try them before they are made."""
    stored = _stored(key_of(one.text) for step in steps for one in step if one)
    changes: dict[int, Wording | None] = {}
    for number, step in enumerate(steps, start=_TRIED):
        for one in step:
            if one and (row := stored.get(_place(one))):
                changes[row.id] = None
        if step.after:
            changes[number] = step.after
    return changes


def _keep(step: Step, stored: dict[Place, Phrase], needs: Mapping[str, Need], version: int) -> None:
    if step.before:
        gone = stored.get(_place(step.before))
        if gone is None or gone.removed or wording_of(gone) != step.before:
            raise CannotKeep(f"“{step.before.text}” is no longer what it was: someone changed it.")
        gone.removed, gone.edited, gone.version = True, True, version
    if step.after:
        need, key = _place(step.after)
        phrase = stored.setdefault((need, key), Phrase(need=needs[need], key=key, removed=True))
        if not phrase.removed:
            raise CannotKeep(f"“{step.after.text}” is a phrase of {phrase.need.label} already.")
        phrase.text, phrase.kind = step.after.text, step.after.kind
        phrase.removed, phrase.edited, phrase.version = False, True, version
        db.session.add(phrase)


def _stored(keys: Iterable[str]) -> Mapping[Place, Phrase]:
    """The phrases with these keys, removed ones too, as they stand now and not as this session saw them before."""
    statement = select(Phrase).where(Phrase.key.in_(set(keys))).options(joinedload(Phrase.need))
    found = db.session.scalars(statement.order_by(Phrase.id).execution_options(populate_existing=True))
    return {(phrase.need.slug, phrase.key): phrase for phrase in found}


def _place(wording: Wording) -> Place:
    return wording.need, key_of(wording.text)


# ---- what was done


def find_changes(*, page: int = 1) -> Page[PhraseChange]:
    """What was done to phrases, the latest first."""
    total = db.session.scalar(select(func.count()).select_from(PhraseChange)) or 0
    statement = select(PhraseChange).order_by(PhraseChange.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return Page(rows=db.session.scalars(statement).all(), total=total, page=page, pages=_pages(total))


def get_change(number: int) -> PhraseChange:
    """The change with this number. Raises PhraseNotFound."""
    change = db.session.get(PhraseChange, number) if number < _TRIED else None
    if change is None:
        raise PhraseNotFound(number)
    return change


def step_of(change: PhraseChange) -> Step:
    """What a change did."""
    before, after = (said and Wording(**said) for said in (change.before, change.after))
    return Step(before or None, after or None)


def step_back(change: PhraseChange) -> Step | None:
    """What would undo a change as things stand now; None when there is nothing to undo.

    What the change brought goes, and what it took away comes back. What was done since to other wordings stays.
    """
    old, new = step_of(change)
    stored = _stored(key_of(one.text) for one in (old, new) if one)
    stands = {place: wording_of(row) for place, row in stored.items() if not row.removed}
    brought = stands.get(_place(new)) if new else None
    if old and new and _place(old) == _place(new):
        step = Step(brought, old)
    else:
        step = Step(brought, old if old and _place(old) not in stands else None)
    return step if step.before != step.after else None


def _pages(total: int) -> int:
    return max(1, ceil(total / PER_PAGE))
