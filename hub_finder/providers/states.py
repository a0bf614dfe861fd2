"""How far a proposal is: what is wrong with it, in words for who typed it, and how each part stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub_finder.directory.columns import GROUPS, REPEATED, SPEC
from hub_finder.directory.listings import Problem, Row, Vocabulary
from hub_finder.directory.submissions import NotReady, read_listing
from hub_finder.models.submissions import Submission
from hub_finder.providers.boxes import box_name
from hub_finder.providers.drafts import cells_of, draft_of
from hub_finder.providers.part import Part
from hub_finder.providers.parts import LABELS, LONGEST_SUMMARY, MOST_NEEDS, PARTS, part_of

NOT_STARTED, DONE, LOOK, AS_BEFORE, CHANGED = "not started", "done", "needs a look", "as it is now", "changed"
# What to say of a column, by the beginning of the reason why it cannot be taken.
SAID: Mapping[tuple[str, str], str] = {
    ("name", "must be filled in"): "Enter the name that families know",
    ("kind", "must be filled in"): "Choose what kind of thing it is",
    ("organisation", "must be filled in"): "Enter the name of your organisation",
    ("summary", "must be filled in"): "Say what happens there",
    ("phone", "or an email"): "Give a phone number, an email address or a website: families need one way to reach you",
    ("phone", "is not a phone"): "Enter one phone number with digits and spaces only, like 01632 960001",
    ("email", "is not an email"): "Enter one email address, like name@example.org",
    ("website", "must be a web"): "Enter one web address, like https://www.example.org",
    ("organisation_website", "must be a web"): "Enter one web address, like https://www.example.org",
    ("referral_url", "must be a web"): "Enter one web address, like https://www.example.org/refer",
    ("referral_phone", "is "): "Enter one phone number with digits and spaces only, like 01632 960001",
    ("wait_time", "must say"): "Say how long people wait, or leave out when that was true",
    ("wait_time_date", "must be"): "Enter a year, a month or a day, like 2026, 2026-04 or 2026-04-28",
    ("booking_url", "must be a web"): "Enter one web address, like https://www.example.org/book",
    ("min_age", "must be a number"): "Enter the youngest age as a whole number of years, like 0 or 5",
    ("max_age", "must be a number"): "Enter the oldest age as a whole number of years, like 4 or 16",
    ("max_age", "is under"): "The oldest age is under the youngest. Look at both again",
    ("min_age", "is "): "Enter the youngest age as a whole number of years, like 0 or 5",
    ("max_age", "is "): "Enter the oldest age as a whole number of years, like 4 or 16",
    ("cost_amount", "is "): "Enter pounds and pence as a number, like 2.50 or 3",
    ("phone", "is "): "Enter one phone number with digits and spaces only, like 01632 960001",
    ("booking_from", "is "): "Enter a real date",
    ("cost_amount", "must be pounds"): "Enter pounds and pence as a number, like 2.50 or 3",
    ("booking_from", "must be a date"): "Enter a real date",
    ("booking_to", "must be a date"): "Enter a real date",
    ("booking_to", "is before"): "The last day is before the first. Look at both again",
    ("booking_to", "is "): "Enter a real date",
    ("booking_places", "must be one"): "Choose whether there are places left",
    ("languages", "is not the code"): "We do not know this language. Look at how it is spelled",
    ("postal_code", "is not a full"): "Enter a full postcode",
}


@dataclass(frozen=True, kw_only=True)
class State:
    """How a part stands. `asks` are what the team asks for of it."""

    part: Part
    words: str
    problems: Sequence[Problem]


def find_problems(rows: Sequence[Row], vocabulary: Vocabulary) -> list[Problem]:
    """All that keeps a proposal from being sent."""
    first, found = rows[0], list[Problem]()
    try:
        read_listing(rows, vocabulary)
    except NotReady as not_ready:
        found += not_ready.problems
    if len(first["summary"]) > LONGEST_SUMMARY:
        said = f"is {len(first['summary'])} characters long; the most is {LONGEST_SUMMARY}"
        found = [one for one in found if one.column != "summary"] + [Problem("summary", first["summary"], said)]
    if first["needs"].count("|") >= MOST_NEEDS:
        found.append(Problem("needs", first["needs"], f"are more than {MOST_NEEDS}"))
    return found


def in_words(problem: Problem, rows: Sequence[Row]) -> str:
    """A problem for who typed it."""
    for (column, start), said in SAID.items():
        if problem.column == column and problem.reason.startswith(start):
            whole = rows[problem.row].get(column, "").strip() if problem.row < len(rows) else ""
            return f"{said}: “{problem.value}”" if problem.value and problem.value != whole else said
    if problem.column == "needs" and problem.reason.startswith("are more"):
        return f"Choose at most {MOST_NEEDS}"
    return f"{LABELS.get(problem.column, problem.column)} {problem.reason}"


def errors_of(part: Part, problems: Sequence[Problem], rows: Sequence[Row]) -> dict[str, str]:
    """What to say beside each box of a part."""
    errors: dict[str, str] = {}
    for problem in problems:
        if problem.column in part.all_columns:
            several = SPEC[problem.column].group in REPEATED and any(
                problem.column in GROUPS[table.group] for table in part.tables
            )
            name = box_name(problem.column, problem.row if several else None)
            errors.setdefault(_BESIDE.get(name, name), in_words(problem, rows))
    return errors


# Where a column has no box of its own name, the one beside which to tell.
_BESIDE = {"languages": "other_languages"}


def states_of(submission: Submission, problems: Sequence[Problem]) -> list[State]:
    """How each part stands, in the order of the form."""
    by_part: dict[str, list[Problem]] = {}
    for problem in problems:
        if part := part_of(problem.column):
            by_part.setdefault(part.slug, []).append(problem)
    changed = _changed_parts(submission)
    return [
        State(part=part, words=_words(part, submission, wrong, changed), problems=wrong)
        for part in PARTS
        for wrong in [by_part.get(part.slug, [])]
    ]


def _words(part: Part, submission: Submission, problems: Sequence[Problem], changed: set[str] | None) -> str:
    visited = part.slug in submission.parts
    if problems and (visited or changed is not None):
        return LOOK
    if changed is not None and part.public:
        return CHANGED if part.slug in changed else AS_BEFORE
    return DONE if visited else NOT_STARTED


def _changed_parts(submission: Submission) -> set[str] | None:
    """The parts in which a change differs from what it was made from; None for a new listing."""
    if submission.base is None:
        return None
    now, base = draft_of(submission.rows), draft_of(submission.base)
    return {
        part.slug
        for part in PARTS
        if part.public and cells_of(now, part.all_columns) != cells_of(base, part.all_columns)
    }
