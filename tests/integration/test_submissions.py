"""What may be done to a proposal, by whom, and what stays of it."""

from itertools import product

import pytest
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from hub_finder.directory import submissions
from hub_finder.directory.speaking import ask_to_speak, let_speak
from hub_finder.directory.submissions import (
    CannotAct,
    NotReady,
    Overtaken,
    SubmissionNotFound,
    act,
    find_events,
    find_of,
    get_submission,
    get_submission_to_change,
    is_,
    may,
    write,
)
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.submissions import Action, Submission, SubmissionStatus
from tests.acting import Someone
from tests.factories import Catalogue
from tests.merging import stored
from tests.proposing import change_of, claim, draft, moderator, person, proposed, rows, submit, words

DbSession = scoped_session[Session]

# Written out again: from, what is done, to, and who may. M: the maker; S: any of the staff; H: the one who has it.
TABLE = """
draft              submit    submitted          M
draft              publish   approved           M
draft              withdraw  withdrawn          M
submitted          recall    draft              M
submitted          withdraw  withdrawn          M
submitted          claim     in_review          S
in_review          claim     in_review          S
in_review          release   submitted          H
in_review          edit      in_review          H
in_review          ask       changes_requested  H
in_review          approve   approved           H
in_review          reject    rejected           H
in_review          withdraw  withdrawn          M
changes_requested  submit    submitted          M
changes_requested  withdraw  withdrawn          M
changes_requested  undo      in_review          S
approved           look      approved           S
approved           undo      in_review          S
rejected           undo      in_review          S
withdrawn          reopen    draft              M
draft              note      draft              S
submitted          note      submitted          S
in_review          note      in_review          S
changes_requested  note      changes_requested  S
approved           note      approved           S
rejected           note      rejected           S
withdrawn          note      withdrawn          S
"""
MEANT = {
    (SubmissionStatus(was), Action(what)): (SubmissionStatus(to), who)
    for was, what, to, who in (line.split() for line in TABLE.split("\n") if line)
}
# Each of these people, and which of M, S and H they are.
PEOPLE = {
    "the maker": "M",
    "a speaker of the organisation": "M",
    "another provider": "",
    "someone who asked to speak for it": "",
    "a practitioner": "",
    "the moderator who has it": "SH",
    "another moderator": "S",
    "a manager": "S",
    "an administrator": "S",
    "a moderator who made it and has it": "MSH",
}


@pytest.fixture
def people(catalogue: Catalogue, session: DbSession) -> dict[str, Someone]:
    slug = catalogue.add(organisation="Willow Families")
    organisation = stored(slug).organisation_id
    known = {
        "the maker": person("Mo Hill"),
        "a speaker of the organisation": person("Sal Green"),
        "another provider": person("Pat Moor"),
        "someone who asked to speak for it": person("Kit Wood"),
        "a practitioner": person("Dr Fox", Role.PRACTITIONER),
        "the moderator who has it": moderator("Ann Lee"),
        "another moderator": moderator("Bo Ash"),
        "a manager": person("Max Elm", Role.MANAGER),
        "an administrator": person("Al Oak", Role.ADMINISTRATOR),
        "a moderator who made it and has it": moderator("Cy Birch"),
    }
    let_speak(known["a speaker of the organisation"].account_id, organisation, by="a test")
    ask_to_speak(known["someone who asked to speak for it"].account_id, organisation, why="I help there.")
    return known


def standing_at(status: SubmissionStatus, people: dict[str, Someone], who: str) -> Submission:
    maker = "a moderator who made it and has it" if who.startswith("a moderator who made") else "the maker"
    holder = maker if maker != "the maker" else "the moderator who has it"
    submission = draft(people[maker])
    submission.organisation_id = stored("acorn-stay-and-play").organisation_id
    submission.status = str(status)
    if status == SubmissionStatus.IN_REVIEW:
        submission.holder_id = people[holder].account_id
    db.session.flush()
    return submission


@pytest.mark.parametrize("who", PEOPLE)
def test_what_may_be_done_and_by_whom_is_in_the_table(people: dict[str, Someone], who: str) -> None:
    wrong = []
    for status, action in product(SubmissionStatus, Action):
        submission = standing_at(status, people, who)
        version = submission.version
        to, allowed = MEANT.get((status, action), (status, "nobody"))
        held = "H" not in allowed or status == SubmissionStatus.IN_REVIEW
        right = held and allowed in PEOPLE[who]
        try:
            act(submission, action, actor=people[who], note="So it is.")
        except CannotAct as error:
            told = "now" in str(error)
            as_meant = not right and told and (submission.status, submission.version) == (status, version)
        else:
            as_meant = right and (submission.status, submission.version) == (to, version + 1)
        if not as_meant:
            wrong.append((status, action))

    assert wrong == []


def test_each_move_of_the_program_stands_in_the_table_and_no_other() -> None:
    letters = {submissions.Who.MAKER: "M", submissions.Who.STAFF: "S", submissions.Who.HOLDER: "H"}
    moves = {key: (move.to, letters[move.who]) for key, move in submissions.MOVES.items()}

    assert moves == MEANT


@pytest.mark.parametrize("action", [Action.ASK, Action.REJECT, Action.NOTE])
@pytest.mark.parametrize("note", ["", "  \n ", "x" * 2001])
def test_a_word_that_is_needed_and_fits_is_asked_for(session: DbSession, action: Action, note: str) -> None:
    ann = moderator()
    submission = claim(proposed_here(), ann)
    before = submission.status, submission.version

    with pytest.raises(CannotAct):
        act(submission, action, actor=ann, note=note)

    assert (submission.status, submission.version) == before


def proposed_here() -> Submission:
    """One that waits, made without a catalogue: nothing is read of it."""
    mo = person()
    submission = draft(mo)
    submission.status = str(SubmissionStatus.SUBMITTED)
    db.session.flush()
    return submission


def test_holder_is_named_while_it_is_read_and_no_longer(session: DbSession) -> None:
    ann, bo = moderator("Ann Lee"), moderator("Bo Ash")
    submission = claim(proposed_here(), ann)
    held = [(submission.holder_id, submission.held_since is not None)]

    claim(submission, bo)
    held.append((submission.holder_id, submission.held_since is not None))
    act(submission, Action.RELEASE, actor=bo)
    held.append((submission.holder_id, submission.held_since is not None))
    claim(submission, bo)
    act(submission, Action.REJECT, actor=bo, note="It is a shop.")
    held.append((submission.holder_id, submission.held_since is not None))
    act(submission, Action.UNDO, actor=ann)
    held.append((submission.holder_id, submission.held_since is not None))

    names = {ann.account_id: "Ann", bo.account_id: "Bo", None: None}
    expected = [("Ann", True), ("Bo", True), (None, False), (None, False), ("Ann", True)]
    assert [(names[who], since) for who, since in held] == expected
    assert submission.decided_at is None


def test_notes_between_staff_are_not_for_the_maker(session: DbSession) -> None:
    ann = moderator()
    submission = claim(proposed_here(), ann)
    act(submission, Action.NOTE, actor=ann, note="Is this the one from May?")
    act(submission, Action.ASK, actor=ann, note="Which day is it?")

    told = [(one.action, one.note) for one in find_events(submission, for_staff=False)]
    all_of_it = [one.action for one in find_events(submission, for_staff=True)]

    assert told == [("ask", "Which day is it?"), ("claim", ""), ("begin", "")]
    assert all_of_it == ["ask", "note", "claim", "begin"]


# ---- writing and sending


def test_half_a_listing_is_kept_as_it_was_written(session: DbSession) -> None:
    mo = person()
    submission = draft(mo, name="", phone="call us", min_age="two")
    write(submission, actor=mo, part="name")
    write(submission, actor=mo, part="name", safeguarding={"lead": "Mo"})
    session.commit()

    kept = get_submission(submission.reference)

    assert (kept.rows[0]["phone"], kept.rows[0]["min_age"]) == ("call us", "two")
    assert (kept.parts, kept.safeguarding) == (["name"], {"lead": "Mo"})


@pytest.mark.parametrize(
    ("given", "columns"),
    [
        ({"summary": " "}, {"summary"}),
        ({"email": "", "phone": ""}, {"phone"}),
        ({"name": ""}, {"name"}),
        ({"min_age": "9", "max_age": "3"}, {"max_age"}),
        ({"needs": "nothing-like-it"}, {"needs"}),
        ({"sensitive": "yes", "address_1": "1 Mill Lane"}, {"address_1"}),
        ({"sensitive": "yes", "latitude": "52.1", "longitude": "-1.2"}, {"latitude"}),
        ({"id": "acorn-stay-and-play", "summary": ""}, {"summary"}),
        ({"phone": "x" * 41}, {"phone"}),
    ],
)
def test_what_cannot_be_a_listing_is_not_sent(
    catalogue: Catalogue, session: DbSession, given: dict[str, str], columns: set[str]
) -> None:
    mo = person()
    submission = draft(mo, **given)

    with pytest.raises(NotReady) as error:
        submit(submission, mo)

    assert {one.column for one in error.value.problems} == columns
    assert submission.status == SubmissionStatus.DRAFT


def test_nobody_writes_in_what_the_team_reads_or_in_that_of_another(catalogue: Catalogue, session: DbSession) -> None:
    mo, pat = person(), person("Pat Moor")
    mine = draft(mo)
    sent = proposed(mo, name="Another Group")

    for submission, who in ((mine, pat), (sent, mo), (mine, moderator())):
        with pytest.raises(CannotAct):
            write(submission, actor=who, rows=rows(name="Mine now"))

    assert mine.rows[0]["name"] == "Willow Toddler Group"


def test_all_of_mine_and_of_my_organisation_are_found(catalogue: Catalogue, session: DbSession) -> None:
    organisation = stored(catalogue.add(organisation="Willow Families")).organisation
    mo, sal, pat = person(), person("Sal Green"), person("Pat Moor")
    let_speak(sal.account_id, organisation.id, by="a test")
    first = proposed(mo, name="First")
    draft(pat, name="Nobody else’s", organisation="Another")
    second = draft(sal, name="Second", organisation="Yet Another")

    assert [one.id for one in find_of(sal)] == [second.id, first.id]
    assert [one.id for one in find_of(mo)] == [first.id]


# ---- a later hand


def test_who_saw_an_older_version_is_told(session: DbSession) -> None:
    submission = proposed_here()
    session.commit()

    get_submission_to_change(submission.reference, version=submission.version)
    session.rollback()
    with pytest.raises(Overtaken):
        get_submission_to_change(submission.reference, version=submission.version - 1)


@pytest.mark.parametrize("reference", ["", "000000000", "a\0b", "’" * 200])
def test_unknown_reference_is_told(session: DbSession, reference: str) -> None:
    for find in (get_submission, lambda text: get_submission_to_change(text, version=1)):
        with pytest.raises(SubmissionNotFound):
            find(reference)


def test_everything_that_is_done_counts_the_version_up(catalogue: Catalogue, session: DbSession) -> None:
    mo, ann = person(), moderator()
    submission = draft(mo)
    seen = [submission.version]

    for step in (
        lambda: write(submission, actor=mo, part="name"),
        lambda: submit(submission, mo),
        lambda: claim(submission, ann),
        lambda: act(submission, Action.NOTE, actor=ann, note="Hm."),
        lambda: act(submission, Action.ASK, actor=ann, note="Which day?"),
        lambda: write(submission, actor=mo, rows=rows(schedule_note="Mondays")),
        lambda: submit(submission, mo),
    ):
        step()
        seen.append(submission.version)

    assert seen == list(range(seen[0], seen[0] + len(seen)))


def test_change_begins_with_what_stands_here(catalogue: Catalogue, session: DbSession) -> None:
    service = stored(catalogue.add(phone="01632 960001"))
    submission = change_of(service, person())

    assert submission.base == submission.rows
    assert submission.base
    assert submission.base[0]["phone"] == "01632 960001"
    assert submission.organisation_id == service.organisation_id
    assert words()[1].kinds


def test_maker_is_also_who_speaks_for_the_organisation(catalogue: Catalogue, session: DbSession) -> None:
    service = stored(catalogue.add(phone="01632 960001"))
    mo, sal = person(), person("Sal Green")
    submission = change_of(service, mo)
    before = is_(submissions.Who.MAKER, submission, sal), may(submission, Action.SUBMIT, sal)

    let_speak(sal.account_id, service.organisation_id, by="a test")

    assert before == (False, False)
    assert may(submission, Action.SUBMIT, sal)
