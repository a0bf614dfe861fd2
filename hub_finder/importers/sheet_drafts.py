"""From rows of a spreadsheet to drafts, each for itself: what cannot be read stays to be mended. Nothing commits."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from hub_finder.area import Area
from hub_finder.database import begin_writing
from hub_finder.directory.accounts import now
from hub_finder.directory.catalogue import with_everything
from hub_finder.directory.listings import Problem, Row, Vocabulary, compare_rows, rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.speaking import Actor, find_memberships, get_organisation_or_none
from hub_finder.directory.submissions import EDITABLE, WAITING, begin, find_of, read_listing, write
from hub_finder.extensions import db
from hub_finder.importers.guides import holiday_rules
from hub_finder.importers.sheets import Fault, Sheet, column_of, group_again, lay_over, read_cells
from hub_finder.models.accounts import Account
from hub_finder.models.services import Confidence, Precision, Service, Status
from hub_finder.models.sheets import SheetListing
from hub_finder.models.submissions import MembershipStatus, Submission

Outcome = Literal["new", "change", "same", "to_mend"]
# All that keeps rows from being sent, beside what a listing must be.
Finder = Callable[[Sequence[Row], Vocabulary], Sequence[Problem]]
WITH_THE_TEAM = "is with the team, and says something else there. Take that back first, then try again"
_PLACE = ("location_name", "postal_code", "address_1", "city")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What somebody has here: an open proposal, or a listing of an organisation that they speak for."""

    submission: Submission | None = None
    service: Service | None = None
    live: Sequence[Row] = ()

    @property
    def rows(self) -> Sequence[Row]:
        return self.submission.rows if self.submission else self.live


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a sheet would be: the rows of a listing, of what is known or of something new; or what is wrong with it."""

    known: Known | None
    rows: Sequence[dict[str, str]]
    faults: Sequence[Fault]


@dataclass(frozen=True, kw_only=True)
class Taker:
    """Takes the sheets of one person in. `known` are what they have here already, by name and organisation."""

    actor: Actor
    area: Area
    vocabulary: Vocabulary
    find_problems: Finder
    known: dict[tuple[str, str], list[Known]]

    def look(self, sheet: Sheet) -> Look:
        """Read a sheet over what is known of the same, changing nothing."""
        cells, faults = read_cells(sheet, self.area)
        known = self._get_known_or_none(cells[0])
        rows = lay_over(sheet, cells, known.rows if known else ())
        _fill_in(sheet, rows, is_new=known is None)
        faults = [*sheet.faults, *faults]
        if not faults:
            faults = [
                Fault(min(one.row, len(sheet.cells) - 1), column_of(sheet, one.column), one.reason)
                for one in self.find_problems(rows, self.vocabulary)
            ]
        if faults:
            return Look(known=known, rows=rows, faults=faults)
        rows = [{**row, "id": rows[0]["id"]} for row in rows_of(read_listing(rows, self.vocabulary))]
        if known and known.submission and known.submission.status not in EDITABLE and compare_rows(known.rows, rows):
            faults = [Fault(0, column_of(sheet, "name"), WITH_THE_TEAM)]
        return Look(known=known, rows=rows, faults=faults)

    def take(self, sheet: Sheet) -> tuple[Outcome, Submission | None]:
        """Make a draft of a sheet, or a change of what it lists where that stands here, unless something is wrong."""
        look = self.look(sheet)
        if look.faults:
            return "to_mend", None
        submission = look.known.submission if look.known else None
        if look.known and not compare_rows(look.known.rows, look.rows):
            return "same", submission
        if submission is None:
            name = look.rows[0]["organisation"]
            organisation, service = get_organisation_or_none(name), look.known.service if look.known else None
            submission = begin(self.actor, organisation=organisation, organisation_name=name, service=service)
            if look.known is None:
                self.known.setdefault(_name_of(look.rows[0]), []).append(Known(submission=submission))
        write(submission, actor=self.actor, rows=look.rows)
        return "change" if look.known else "new", submission

    def _get_known_or_none(self, first: Row) -> Known | None:
        return next((one for one in self.known.get(_name_of(first), []) if _is_same_place(one.rows[0], first)), None)


def taker_for(actor: Actor, *, area: Area, vocabulary: Vocabulary, find_problems: Finder) -> Taker:
    """One who takes in what this person sends; nothing else of theirs is taken in until the transaction ends."""
    begin_writing(db.session.connection())
    db.session.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update())
    return _taker(actor, area, vocabulary, find_problems)


def looker_for(actor: Actor, *, area: Area, vocabulary: Vocabulary, find_problems: Finder) -> Taker:
    """The same, for who only looks."""
    return _taker(actor, area, vocabulary, find_problems)


def _taker(actor: Actor, area: Area, vocabulary: Vocabulary, find_problems: Finder) -> Taker:
    known: dict[tuple[str, str], list[Known]] = {}
    for one in _find_known(actor):
        known.setdefault(_name_of(one.rows[0]), []).append(one)
    return Taker(actor=actor, area=area, vocabulary=vocabulary, find_problems=find_problems, known=known)


def _find_known(actor: Actor) -> Iterable[Known]:
    changing = set()
    for submission in find_of(actor):
        if submission.status in EDITABLE | WAITING:
            changing.add(submission.service_id)
            yield Known(submission=submission)
    approved = [
        id_ for id_, one in find_memberships(actor.account_id).items() if one.status == MembershipStatus.APPROVED
    ]
    theirs = select(Service).where(
        Service.organisation_id.in_(approved), Service.status.in_((Status.PUBLISHED, Status.PAUSED))
    )
    for service in db.session.scalars(with_everything(theirs)) if approved else ():
        if service.id not in changing:
            yield Known(live=rows_of(listing_of(service)), service=service)


# ---- what is kept of a sheet


def keep_sheets(taker: Taker, sheets: Iterable[Sheet]) -> dict[Outcome, int]:
    """Take in a new file: how many listings became what. What an earlier file said of the same things is forgotten."""
    counts: dict[Outcome, int] = {"new": 0, "change": 0, "same": 0, "to_mend": 0}
    _forget_what_is_done(taker.actor)
    for sheet in sheets:
        db.session.execute(
            delete(SheetListing).where(SheetListing.account_id == taker.actor.account_id, SheetListing.key == sheet.key)
        )
        counts[_keep(taker, sheet)] += 1
    db.session.flush()
    return counts


def mend(taker: Taker, stored: SheetListing, cells: Sequence[dict[str, str]]) -> None:
    """Try the rows of a listing again, as they are typed now, with all other rows of the same thing."""
    form = sheet_of(stored).form
    lines = stored.lines
    db.session.delete(stored)
    db.session.flush()
    for sheet in group_again(form, lines, cells, taker.area):
        joined = sheet
        for other in find_sheets(taker.actor):
            if (other.form, other.key) == (form, sheet.key):
                joined = replace(joined, lines=[*other.lines, *joined.lines], cells=[*other.cells, *joined.cells])
                db.session.delete(other)
        _keep(taker, joined)


def find_sheets(actor: Actor) -> list[SheetListing]:
    """What somebody sent and is not done with, in the order of its file."""
    theirs = select(SheetListing).where(SheetListing.account_id == actor.account_id)
    return list(db.session.scalars(theirs.options(selectinload(SheetListing.submission)).order_by(SheetListing.id)))


def sheet_of(stored: SheetListing) -> Sheet:
    """A kept sheet as it was read."""
    return Sheet(
        form="holiday" if stored.form == "holiday" else "listings",
        key=stored.key,
        lines=stored.lines,
        cells=stored.cells,
        faults=[Fault(*one) for one in stored.faults],
    )


def _keep(taker: Taker, sheet: Sheet) -> Outcome:
    outcome, submission = taker.take(sheet)
    if outcome == "to_mend" or submission is not None:
        db.session.add(
            SheetListing(
                account_id=taker.actor.account_id,
                form=sheet.form,
                key=sheet.key,
                lines=list(sheet.lines),
                cells=[dict(row) for row in sheet.cells],
                faults=[tuple(one) for one in sheet.faults],
                submission_id=submission.id if submission else None,
                sent_at=now(),
            )
        )
        db.session.flush()
    return outcome


def _forget_what_is_done(actor: Actor) -> None:
    for one in find_sheets(actor):
        if one.submission and one.submission.status not in EDITABLE | WAITING:
            db.session.delete(one)
    db.session.flush()


def _fill_in(sheet: Sheet, rows: list[dict[str, str]], *, is_new: bool) -> None:
    """What a form does not ask, and a listing must say; where that is said already, it stays."""
    first = rows[0]
    usual = {"confidence": str(Confidence.HIGH), "location_precision": str(Precision.NONE)}
    if sheet.form == "holiday":
        usual |= holiday_rules()["listing"]
        usual["source_title"] = ""
        if is_new:
            first["source_title"] = ""  # it is its maker's own word, not the list of a co-ordinator
    first |= {name: text for name, text in usual.items() if not first[name]}


def _is_same_place(one: Row, other: Row) -> bool:
    """Whether two listings of one name may be the same: they agree on where they are, or neither says it."""
    said = [{name: _fold(text) for name in _PLACE if (text := row.get(name, ""))} for row in (one, other)]
    shared = next((name for name in _PLACE if name in said[0] and name in said[1]), None)
    return said[0][shared] == said[1][shared] if shared else said[0] == said[1] == {}


def _name_of(row: Row) -> tuple[str, str]:
    return _fold(row.get("name", "")), _fold(row.get("organisation", ""))


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
