"""Many activities at once, from a spreadsheet: what can be read becomes drafts, the rest is mended in boxes here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from hub_finder import access
from hub_finder.access import signed_in
from hub_finder.area import current_area
from hub_finder.directory.submissions import (
    EDITABLE,
    WAITING,
    CannotAct,
    NotReady,
    Overtaken,
    get_submission_to_change,
    submit,
)
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.importers.guides import read_guide
from hub_finder.importers.report import UnreadableFile
from hub_finder.importers.sheet_drafts import (
    Outcome,
    Taker,
    find_sheets,
    keep_sheets,
    looker_for,
    mend,
    sheet_of,
    taker_for,
)
from hub_finder.importers.sheets import LARGEST_FILE, Fault, Sheet, read_sheets
from hub_finder.models.sheets import SheetListing
from hub_finder.models.submissions import Submission
from hub_finder.parameters import tidy
from hub_finder.providers import blueprint
from hub_finder.providers.parts import LABELS
from hub_finder.providers.states import find_problems
from hub_finder.uploads import takes_files

FILE = "sheet"
# So many that have to be mended are on the page at once.
AT_ONCE = 20
LONGEST_CELL = 10_000
TOLD: dict[Outcome, tuple[str, str]] = {
    "new": ("{} is new.", "{} are new."),
    "change": ("{} changes what you have here already.", "{} change what you have here already."),
    "same": ("{} stands here already, just like that.", "{} stand here already, just like that."),
    "to_mend": ("{} needs mending first.", "{} need mending first."),
}


@dataclass(frozen=True)
class Cell:
    """A cell to mend: the name of its box, what it is, what was typed, and what is wrong with it."""

    name: str
    label: str
    text: str
    hint: str
    error: str


@dataclass(frozen=True)
class ToMend:
    """A listing whose rows cannot be a draft yet."""

    id: int
    name: str
    rows: Sequence[tuple[int, Sequence[Cell]]]


@blueprint.get("/bulk")
@signed_in
def show_bulk() -> str:
    return _page()


@blueprint.post("/bulk")
@signed_in
@takes_files
def send_sheet() -> str | Response | tuple[str, int]:
    """Take in a spreadsheet: each listing of it for itself, so that one that is wrong holds up no other."""
    file = request.files.get(FILE)
    if file is None or not file.filename:
        return _page(error="Choose a spreadsheet"), 400
    notes: list[str] = []
    try:
        sheets = _read(file, notes)
    except UnreadableFile as error:
        return _page(error=str(error)), 400
    counts = keep_sheets(_taker(), sheets)
    db.session.commit()
    told = [words[count != 1].format(count) for outcome, words in TOLD.items() if (count := counts[outcome])]
    for line in [" ".join(told) or "The file lists nothing.", *notes]:
        flash(line)
    return _back()


@blueprint.post("/bulk/mend")
@signed_in
def mend_sheets() -> Response:
    """Try again with what was typed. What still cannot be read stays, as it is typed now."""
    taker = _taker()
    shown = [one for one in find_sheets(taker.actor) if one.submission_id is None and _box(one, 0, 0) in request.form]
    for stored in shown:
        if request.form.get(f"out-{stored.id}"):
            db.session.delete(stored)
        else:
            mend(taker, stored, _typed(stored))
    db.session.commit()
    left = sum(one.submission_id is None for one in find_sheets(taker.actor))
    flash(f"{left} still to mend." if left else "All that you sent can be read now.")
    return _back()


@blueprint.post("/bulk/send")
@signed_in
def send_bulk() -> Response:
    """Send all drafts that came of the spreadsheet to the team."""
    actor, sent, left = access.actor(), 0, 0
    taker = _taker()
    for stored in find_sheets(actor):
        if stored.submission and stored.submission.status in EDITABLE:
            is_sent = _submit(stored.submission, taker)
            sent, left = sent + is_sent, left + (not is_sent)
    db.session.commit()
    if sent:
        flash(f"{sent} {'is' if sent == 1 else 'are'} with our team now. We write to you when they are read.")
    if left:
        flash(f"{left} could not be sent: open {'it' if left == 1 else 'them'} below, and see what is missing.")
    return _back()


def _submit(submission: Submission, taker: Taker) -> bool:
    if find_problems(submission.rows, taker.vocabulary):
        return False
    try:
        with db.session.begin_nested():
            get_submission_to_change(submission.reference, version=submission.version)
            submit(submission, actor=taker.actor, vocabulary=taker.vocabulary)
    except (NotReady, CannotAct, Overtaken):
        return False
    return True


def _read(file: FileStorage, notes: list[str]) -> list[Sheet]:
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise UnreadableFile(f"The file must be smaller than {LARGEST_FILE // 1_000_000} MB. Send it in parts.")
    with TemporaryDirectory() as folder:
        path = Path(folder) / (secure_filename(file.filename or "")[-60:] or "file")
        path.write_bytes(content)
        return read_sheets(path, current_area(), notes)


def _taker() -> Taker:
    area = current_area()
    return taker_for(access.actor(), area=area, vocabulary=load_vocabulary(area)[1], find_problems=find_problems)


def _back() -> Response:
    return redirect(url_for("providers.show_bulk"), 303)


# ---- the boxes


def _columns(stored: SheetListing) -> list[str]:
    """The columns that have a box: all of the short form, or those that the file has and those that must be filled."""
    sheet = sheet_of(stored)
    named = [guide.column for guide in read_guide(sheet.form)]
    if sheet.form == "holiday":
        return named
    said = {column for row in sheet.cells for column in row} | {"name", "kind", "organisation", "summary", "phone"}
    return [column for column in named if column in said]


def _box(stored: SheetListing, row: int, column: int) -> str:
    return f"s{stored.id}-{row}-{column}"


def _typed(stored: SheetListing) -> list[dict[str, str]]:
    """The cells as they were sent. A blank one that the file does not have still says nothing."""
    rows = []
    for number, cells in enumerate(stored.cells):
        typed = dict(cells)
        for at, column in enumerate(_columns(stored)):
            text = tidy(request.form.get(_box(stored, number, at), cells.get(column, "")))[:LONGEST_CELL]
            if text or column in cells:
                typed[column] = text
        rows.append(typed)
    return rows


def _to_mend(stored: SheetListing, faults: Sequence[Fault]) -> ToMend:
    columns = _columns(stored)
    hints = {guide.column: guide.meaning.replace("`", "") for guide in read_guide(sheet_of(stored).form)}
    errors: dict[tuple[int, str], str] = {}
    for fault in faults:
        column = fault.column if fault.column in columns else columns[0]
        errors.setdefault((fault.row, column), f"{_label(fault.column)} {fault.reason}")
    rows = [
        (
            stored.lines[number],
            [
                Cell(
                    _box(stored, number, at),
                    _label(column),
                    _on_one_line(cells.get(column, "")),
                    hints[column] if (number, column) in errors else "",
                    errors.get((number, column), ""),
                )
                for at, column in enumerate(columns)
            ],
        )
        for number, cells in enumerate(stored.cells)
    ]
    first = stored.cells[0]
    return ToMend(stored.id, first.get("Activity") or first.get("name") or "Without a name", rows)


def _on_one_line(text: str) -> str:
    """Ways to book may stand on lines of their own; a box has one line."""
    return ", ".join(line.strip() for line in text.splitlines() if line.strip())


def _label(column: str) -> str:
    return LABELS.get(column, column)


def _page(*, error: str = "") -> str:
    area = current_area()
    looker = looker_for(access.actor(), area=area, vocabulary=load_vocabulary(area)[1], find_problems=find_problems)
    sheets = find_sheets(looker.actor)
    unread = sorted((one for one in sheets if one.submission_id is None), key=lambda one: (one.lines[0], one.id))
    drafts = [one.submission for one in sheets if one.submission]
    return render_template(
        "providers/show_bulk.html",
        error=error,
        to_mend=[_to_mend(one, looker.look(sheet_of(one)).faults) for one in unread[:AT_ONCE]],
        all_to_mend=len(unread),
        ready=[one for one in drafts if one.status in EDITABLE],
        waiting=[one for one in drafts if one.status in WAITING],
    )
