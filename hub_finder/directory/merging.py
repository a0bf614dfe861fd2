"""Making one listing of two, and two of one again. Nothing here commits.

The merged listing stays stored, hidden, and its address leads to the one that it is part of.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from hub_finder.database import begin_writing
from hub_finder.directory import feed_sources
from hub_finder.directory.catalogue import load_whole
from hub_finder.directory.columns import REPEATED
from hub_finder.directory.events import record_event
from hub_finder.directory.fields import (
    SINGLE,
    Choice,
    Fields,
    Value,
    blend,
    fields_of,
    is_said,
    names_a_place,
    options,
    rows_from,
    shown,
)
from hub_finder.directory.listings import Listing, Row, Vocabulary, parse_listing, rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.saving import save_listing
from hub_finder.extensions import db
from hub_finder.models.history import EventKind
from hub_finder.models.merges import Merge
from hub_finder.models.services import Need, Service, Status

LONGEST_NAME = 120
# Field -> (as it is, as it is to be).
Changes = Mapping[str, tuple[Value, Value]]


class CannotMerge(ValueError):
    """These listings cannot be merged, or not be parted again; the message says why, for people."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A field that two listings fill differently: what each says, and what the merged listing would.

    `is_conflict`: both say something. `choice` is whose value it is now; `options` may be chosen instead.
    """

    name: str
    keep: str
    lose: str
    merged: str
    is_conflict: bool
    choice: Choice
    options: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two listings field by field, whether they may be merged like that or not. `merged` is what would come of them."""

    fields: Sequence[Compared]
    merged: Fields
    left_out: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a merge would make, without making it. `left_out` is what found no room, as (field, text)."""

    listing: Listing
    rows: Sequence[Row]
    fields: Sequence[Compared]
    left_out: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Undone:
    """`winner` is the slug that the listing was part of; `stayed` are fields edited since, as (slug, field)."""

    winner: str
    stayed: Sequence[tuple[str, str]]


def compare_listings(keep: Service, lose: Service, choices: Mapping[str, str] | None = None) -> Comparison:
    """What two stored listings say, field by field where they differ. `choices` as for `preview_merge`.

    Raises CannotMerge where no choice would help: one of them is hidden, or there is no such choice.
    """
    _check(keep, lose)
    chosen = dict(choices or {})
    for name, choice in chosen.items():
        if name not in (*SINGLE, *REPEATED) or choice not in options(name):
            raise CannotMerge(f"“{choice}” cannot be chosen for {name}.")
    mine, theirs = (fields_of(rows_of(listing_of(one))) for one in (keep, lose))
    merged, left_out = blend(mine, theirs, chosen, slugs=(keep.slug, lose.slug))
    differing = [name for name in merged if mine[name] != theirs[name]]
    return Comparison(
        fields=[_compare(name, mine[name], theirs[name], merged[name]) for name in differing],
        merged=merged,
        left_out=left_out,
    )


def preview_merge(
    keep: Service, lose: Service, choices: Mapping[str, str] | None = None, *, vocabulary: Vocabulary
) -> Preview:
    """What would become of two stored listings, field by field. Raises CannotMerge.

    `choices` maps fields to "keep", "lose" or, for lists, "both"; see `fields.blend` for what is done without. Columns
    are named as in a file, groups of columns by their group: place, contact, source …
    """
    comparison = compare_listings(keep, lose, choices)
    merged = comparison.merged
    if merged["sensitive"] and names_a_place(merged):
        placed = keep if names_a_place(fields_of(rows_of(listing_of(keep)))) else lose
        raise CannotMerge(
            f"One of these is sensitive and may name no place, and {placed.slug} has one. "
            "Take its place out first, or choose the places of the other."
        )
    listing = _listing(keep.slug, merged, vocabulary)
    return Preview(
        listing=listing,
        rows=rows_of(listing),
        fields=comparison.fields,
        left_out=comparison.left_out,
    )


def merge(
    keep: Service,
    lose: Service,
    choices: Mapping[str, str] | None = None,
    *,
    needs: Mapping[str, Need],
    vocabulary: Vocabulary,
    actor: str,
) -> Preview:
    """Make `lose` part of `keep`, which gets the facts of `preview_merge`. Raises CannotMerge.

    Neither is lost: `undo_merge` parts them again.
    """
    actor = _name(actor)
    _lock(keep, lose)
    preview = preview_merge(keep, lose, choices, vocabulary=vocabulary)
    db.session.add(
        Merge(
            loser_id=lose.id,
            winner_id=keep.id,
            at=datetime.now(UTC),
            actor=actor,
            status=str(lose.status),
            choices=dict(choices or {}),
            lost=rows_of(listing_of(lose)),
            before=rows_of(listing_of(keep)),
            after=[dict(row) for row in preview.rows],
        )
    )
    _save(keep, preview.listing, needs, actor=actor, note=f"With {lose.slug}", kind=EventKind.MERGED)
    lose.status, lose.merged_into_id = Status.MERGED, keep.id
    record_event(lose, EventKind.MERGED, actor=actor, note=f"Into {keep.slug}")
    feed_sources.bring_together(keep, lose, rows_of(listing_of(lose)))
    return preview


def undo_merge(lose: Service, *, needs: Mapping[str, Need], vocabulary: Vocabulary, actor: str) -> Undone:
    """Make a merged listing one of its own again, as it was. Raises CannotMerge.

    What the merge changed in the other goes back, and in what that has become part of since; what was edited since
    the merge stays. Merges may be undone in any order.
    """
    actor = _name(actor)
    done = _merge_of(lose)
    if done:
        _lock(lose, done.winner)
        db.session.expire(done)
        done = _merge_of(lose)
    if done is None:
        raise CannotMerge(f"{lose.slug} is not part of another listing.")
    winner = done.winner
    lose.status, lose.merged_into_id = done.status, None
    changes = _difference(fields_of(done.after), fields_of(done.before))
    put_back = _PutBack(needs, vocabulary, actor, f"Without {lose.slug}")
    stayed = put_back(winner, changes, since=done.id)
    feed_sources.part(winner, lose, done.lost)
    db.session.delete(done)
    record_event(lose, EventKind.UNMERGED, actor=actor, note=f"No longer part of {winner.slug}")
    return Undone(winner=winner.slug, stayed=stayed)


def keep_merged(listings: Sequence[Listing], vocabulary: Vocabulary) -> list[Listing]:
    """Listings of a file, without what would undo a merge.

    A field that a merge changed stays as it is stored where the file says what it said before the merge: the file
    only does not know of it. Where the file says something else, the file is right.
    """
    slugs = [listing.slug for listing in listings]
    merges = db.session.scalars(
        select(Merge).join(Merge.winner).where(Service.slug.in_(slugs)).order_by(Merge.id)
    ).all()
    winners = {service.slug: service for service in load_whole([done.winner_id for done in merges])}
    kept = []
    for listing in listings:
        winner = winners.get(listing.slug)
        own = [done for done in merges if winner and done.winner_id == winner.id]
        kept.append(_keep_merged(listing, winner, own, vocabulary) if winner else listing)
    return kept


def find_merged(slugs: Collection[str]) -> list[str]:
    """Those of these slugs whose listing is part of another, in order."""
    merged = select(Service.slug).where(Service.slug.in_(slugs), Service.status == Status.MERGED)
    return list(db.session.scalars(merged.order_by(Service.slug)))


def _keep_merged(listing: Listing, winner: Service, merges: Sequence[Merge], vocabulary: Vocabulary) -> Listing:
    given, stored = fields_of(rows_of(listing)), fields_of(rows_of(listing_of(winner)))
    unknown = {
        name
        for done in merges
        for name, (_, before) in _difference(fields_of(done.after), fields_of(done.before)).items()
        if given[name] == before
    }
    rows = rows_from(listing.slug, given | {name: stored[name] for name in unknown})
    together, _ = parse_listing(rows, vocabulary)
    # What cannot stand beside the rest of the file gives way to it.
    return together or listing


class _PutBack:
    """Takes changes back out of a listing, out of later merges into it, and out of what it is part of itself."""

    def __init__(self, needs: Mapping[str, Need], vocabulary: Vocabulary, actor: str, note: str) -> None:
        self.needs, self.vocabulary, self.actor, self.note = needs, vocabulary, actor, note

    def __call__(self, winner: Service, changes: Changes, *, since: int) -> list[tuple[str, str]]:
        """Returns the fields that were edited since and stay, as (slug, field)."""
        _lock(winner)
        stayed = []
        later = select(Merge).where(Merge.winner_id == winner.id, Merge.id > since).order_by(Merge.id)
        for done in db.session.scalars(later):
            before = fields_of(done.before)
            changes, edited = _applicable(changes, before)
            stayed += [(winner.slug, name) for name in edited]
            done.before = rows_from(winner.slug, before | _new(changes))
            changes = _blend_again(done)
        now = fields_of(rows_of(listing_of(winner)))
        applicable, edited = _applicable(changes, now)
        stayed += [(winner.slug, name) for name in edited]
        listing = _listing(winner.slug, now | _new(applicable), self.vocabulary)
        _save(winner, listing, self.needs, actor=self.actor, note=self.note, kind=EventKind.UNMERGED)
        above = _merge_of(winner)
        if above is None:
            return stayed
        given = fields_of(above.lost)
        above.lost = rows_from(winner.slug, given | _new(_applicable(changes, given)[0]))
        further = _blend_again(above)
        return stayed + (self(above.winner, further, since=above.id) if further else [])


def _blend_again(done: Merge) -> Changes:
    """Bring what a merge made up to what went into it, and return what that changed."""
    winner, loser = done.before[0]["id"], done.lost[0]["id"]
    old = fields_of(done.after)
    new, _ = blend(fields_of(done.before), fields_of(done.lost), done.choices, slugs=(winner, loser))
    done.after = rows_from(winner, new)
    return _difference(old, new)


def _difference(old: Fields, new: Fields) -> dict[str, tuple[Value, Value]]:
    return {name: (old[name], new[name]) for name in old if old[name] != new[name]}


def _applicable(changes: Changes, fields: Fields) -> tuple[Changes, list[str]]:
    """The changes of fields that are still as they were; and the names of those that were edited."""
    still = {name: change for name, change in changes.items() if fields[name] == change[0]}
    return still, [name for name, change in changes.items() if fields[name] not in change]


def _new(changes: Changes) -> Fields:
    return {name: new for name, (_, new) in changes.items()}


def _compare(name: str, keep: Value, lose: Value, merged: Value) -> Compared:
    return Compared(
        name=name,
        keep=shown(keep),
        lose=shown(lose),
        merged=shown(merged),
        is_conflict=is_said(name, keep) and is_said(name, lose),
        choice="keep" if merged == keep else "lose" if merged == lose else "both",
        options=options(name),
    )


def _check(keep: Service, lose: Service) -> None:
    if keep.id == lose.id:
        raise CannotMerge(f"{keep.slug} cannot be merged with itself.")
    for service in (keep, lose):
        if service.status == Status.MERGED:
            into = service.merged_into.slug if service.merged_into else "another listing"
            raise CannotMerge(f"{service.slug} is part of {into} already.")
        if service.status == Status.RETIRED:
            raise CannotMerge(f"{service.slug} is no longer running: bring it back first.")


def _name(actor: str) -> str:
    name = " ".join(actor.split())
    if not name or len(name) > LONGEST_NAME:
        raise CannotMerge(f"Say who decided so, in at most {LONGEST_NAME} characters.")
    return name


def _lock(*services: Service) -> None:
    """Let nobody else merge these until the commit, and read them as they are now."""
    db.session.flush()
    begin_writing(db.session.connection())
    ids = [service.id for service in services]
    db.session.execute(select(Service.id).where(Service.id.in_(ids)).order_by(Service.id).with_for_update())
    for service in services:
        db.session.expire(service)


def _merge_of(service: Service) -> Merge | None:
    return db.session.scalars(select(Merge).where(Merge.loser_id == service.id)).one_or_none()


def _listing(slug: str, fields: Fields, vocabulary: Vocabulary) -> Listing:
    listing, problems = parse_listing(rows_from(slug, fields), vocabulary)
    if listing is None:
        problem = problems[0]
        raise CannotMerge(f"{slug} cannot be kept like that: {problem.column} “{problem.value}” {problem.reason}.")
    return listing


def _save(
    service: Service, listing: Listing, needs: Mapping[str, Need], *, actor: str, note: str, kind: EventKind
) -> None:
    """Keep a listing's facts with an event, also when they are what they were."""
    if save_listing(listing, needs, actor=actor, note=note, kind=kind) == "unchanged":
        record_event(service, kind, actor=actor, note=note)
