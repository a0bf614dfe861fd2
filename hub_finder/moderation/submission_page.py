"""What the page of one proposal shows: beside what stands here, in words, with all that helps to decide."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template

from hub_finder import access
from hub_finder.area import Area, current_area
from hub_finder.directory.columns import REPEATED, SPEC
from hub_finder.directory.duplicates import find_duplicates_of
from hub_finder.directory.evidence import Candidate
from hub_finder.directory.hints import find_hints, risk_of
from hub_finder.directory.listings import Listing, Row, Vocabulary, compare_rows, stamp_of
from hub_finder.directory.organisations import find_by_ids, find_requests
from hub_finder.directory.publishing import UpToDate, bring_up_to_date
from hub_finder.directory.references import spoken
from hub_finder.directory.reviewing import concerned, find_cases
from hub_finder.directory.schedules import in_words as schedule_in_words
from hub_finder.directory.schedules import parse_schedules
from hub_finder.directory.stock import find_named
from hub_finder.directory.submissions import NotReady, find_events, may, read_listing
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.models.services import Delivery, Need, Organisation, Service, Status
from hub_finder.models.submissions import (
    Action,
    Membership,
    MembershipStatus,
    Submission,
    SubmissionEvent,
    SubmissionStatus,
)
from hub_finder.moderation.candidates import likely
from hub_finder.moderation.fields import LABELS, SECTIONS, in_words, tell

# What is asked about keeping people safe, and its answers.
SAFEGUARDING = {
    "policy": "A safeguarding policy",
    "checks": "Checks (DBS) of those who work with children",
    "insurance": "Public liability insurance",
    "more": "More about this",
}
ANSWERS = {"yes": "Yes", "no": "No", "not_needed": "Not needed for what they do", "not_sure": "They are not sure"}
# A part of a listing that a word to the maker can be about, by the name of its box.
PARTS = {f"part-{number}": section.title for number, section in enumerate(SECTIONS)}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One column that would change. `began`: what stood here when the proposal was begun, where that is another now."""

    label: str
    here: str
    proposed: str
    began: str | None
    is_clash: bool


@dataclass(frozen=True, kw_only=True)
class Done:
    """One thing that was done to a proposal, and what it changed of what someone else wrote."""

    event: SubmissionEvent
    label: str
    changes: Sequence[tuple[str, str, str]]


def page(
    submission: Submission,
    *,
    problem: str = "",
    at: str = "",
    typed: Mapping[str, str] | None = None,
    overtaken: str = "",
) -> str:
    """The page. `problem` is about the form of the action `at`; nothing that was `typed` is lost."""
    area, actor = current_area(), access.actor()
    needs, vocabulary = load_vocabulary(area)
    current = bring_up_to_date(submission)
    is_decided = submission.status in (SubmissionStatus.APPROVED, SubmissionStatus.REJECTED)
    words = Words(area, needs)
    [case] = find_cases([submission])
    hints = find_hints(case, area)
    others = _duplicates(submission, vocabulary)
    return render_template(
        "moderation/show_submission.html",
        submission=submission,
        reference=spoken(submission.reference),
        status=SubmissionStatus(submission.status),
        name=submission.rows[0]["name"] or "A listing without a name",
        is_new=submission.base is None,
        shown=stamp_of(current.live),
        changes=list(_changes(submission, current, words, decided=is_decided)),
        sections=tell(words.of(submission.rows if is_decided else current.rows), area),
        hints=hints,
        risk=risk_of(sum(hint.weight for hint in hints)),
        others=others,
        named=find_named(others),
        likely=likely,
        safeguarding=_safeguarding(submission),
        speaking=_speaking(submission),
        membership_statuses=MembershipStatus,
        history=_history(submission, words),
        labels=LABELS,
        may={str(action): may(submission, action, actor) for action in Action},
        is_mine=submission.holder_id == actor.account_id,
        standing=Status(submission.service.status) if submission.service else None,
        parts=PARTS,
        problem=problem,
        at=at,
        typed=typed or {},
        overtaken=overtaken,
    )


class Words:
    """Rows of text with the words for what staff would have to know by heart."""

    def __init__(self, area: Area, needs: Mapping[str, Need]) -> None:
        self._area, self._needs = area, needs

    def of(self, rows: Sequence[Row]) -> list[dict[str, str]]:
        """The same rows; codes, short names and patterns of times are words."""
        return [{name: self._cell(name, text) for name, text in row.items()} for row in rows]

    def _cell(self, name: str, text: str) -> str:
        if not text:
            return text
        if name == "needs":
            return ", ".join(self._needs[one].label if one in self._needs else one for one in text.split("|"))
        if name == "delivery":
            return ", ".join(Delivery(one).label if one in set(Delivery) else one for one in text.split("|"))
        if name == "schedule":
            return self._times(text)
        return in_words(name, text, self._area)

    @staticmethod
    def _times(text: str) -> str:
        try:
            return "; ".join(map(schedule_in_words, parse_schedules(text)))
        except ValueError:
            return text


def _changes(submission: Submission, current: UpToDate, words: Words, *, decided: bool) -> Iterator[Change]:
    """What a change would do; of one that was decided, what it said. Nothing of a new listing."""
    if submission.base is None:
        return
    base = words.of(submission.base)
    live, proposed = (base, words.of(submission.rows)) if decided else (words.of(current.live), words.of(current.rows))
    began = {name: cells for name, cells, _here in compare_rows(base, live)}
    for name, here, new in compare_rows(live, proposed):
        if name in ("id", "uuid", "organisation_uuid"):
            continue
        group = SPEC[name].group
        is_clash = (group if group in REPEATED else name) in current.clashes and not decided
        yield Change(label=LABELS[name], here=here, proposed=new, began=began.get(name), is_clash=is_clash)


def _duplicates(submission: Submission, vocabulary: Vocabulary) -> Mapping[str, Candidate]:
    """The listings that it may be the same as, by slug, the surest first."""
    listing: Service | Listing | None = submission.service
    if listing is None:
        try:
            listing = read_listing(submission.rows, vocabulary)
        except NotReady:
            return {}
    return {one.first if one.second == listing.slug else one.second: one for one in find_duplicates_of(listing)}


def _safeguarding(submission: Submission) -> list[tuple[str, str]]:
    said = {name: text for name, text in submission.safeguarding.items() if name in SAFEGUARDING}
    return [(SAFEGUARDING[name], ANSWERS.get(text, text) or "No answer") for name, text in said.items()]


def _speaking(submission: Submission) -> list[tuple[Organisation, Membership | None]]:
    """The stored organisations that it is for, each with what its maker asked or was given."""
    ids = concerned(submission)
    asked = find_requests(submission.account_id, ids)
    return [(one, asked.get(one.id)) for one in find_by_ids(ids)]


def _history(submission: Submission, words: Words) -> list[Done]:
    """All that was done, the latest first. What an edit left is what the next one found, or what stands there now."""
    history, after = [], submission.rows
    for event in find_events(submission, for_staff=True):
        changes = compare_rows(words.of(event.rows), words.of(after)) if event.rows is not None else []
        history.append(Done(event=event, label=Action(event.action).label, changes=changes))
        after = event.rows if event.rows is not None else after
    return history
