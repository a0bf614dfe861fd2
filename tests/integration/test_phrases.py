"""Keeping phrases: what is understood from then on, in every process, the history, and the way back."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import delete, select

from hub_finder.directory.needs import understand, understand_with
from hub_finder.directory.phrases import (
    CannotKeep,
    PhraseNotFound,
    Step,
    changes_of,
    fault_of_phrase,
    find_changes,
    find_phrases,
    find_same,
    get_change,
    get_phrase,
    keep,
    step_back,
)
from hub_finder.directory.thesaurus import Wording, find_wordings, read_stamp
from hub_finder.extensions import db
from hub_finder.models.thesaurus import Phrase, PhraseChange, Thesaurus
from tests.factories import Catalogue

pytestmark = pytest.mark.usefixtures("catalogue", "session")
ZONKED = Wording("sleep", "zonked", "slang")


def first(text: str) -> str | None:
    return next((one.need.slug for one in understand(text, most=1)), None)


def do(*steps: tuple[Wording | None, Wording | None], undoes: PhraseChange | None = None) -> int:
    """Make changes as a person would, committed."""
    count = keep([Step(*step) for step in steps], actor="Robin Moss", undoes=undoes)
    db.session.commit()
    return count


def undo(number: int) -> bool:
    """Undo the change that came so many before the last; whether there was anything to undo."""
    change = find_changes().rows[number]
    step = step_back(change)
    return bool(step and do(step, undoes=change))


# ---- what is understood


def test_phrase_counts_from_the_moment_it_is_added_changed_and_removed() -> None:
    before = first("zonked")
    do((None, ZONKED))
    added = first("zonked")
    do((ZONKED, ZONKED._replace(need="food")))
    moved = first("zonked")
    do((ZONKED._replace(need="food"), None))

    assert (before, added, moved, first("zonked")) == (None, "sleep", "food", None)


def test_database_that_never_had_phrases_knows_the_needs_by_their_own_words() -> None:
    assert read_stamp() == ("", 0, None)
    assert first("sleep") == "sleep"
    assert first("zonked") is None


def test_stamp_is_another_after_each_change_and_the_same_without() -> None:
    stamps = [read_stamp()]
    for step in ((None, ZONKED), (ZONKED, None)):
        do(step)
        stamps += [read_stamp(), read_stamp()]

    assert [one.version for one in stamps] == [0, 1, 1, 2, 2]
    assert len({one.epoch for one in stamps[1:]}) == 1


def test_change_that_is_rolled_back_was_never_there() -> None:
    keep([Step(None, ZONKED)], actor="Robin Moss")
    db.session.rollback()

    assert first("zonked") is None
    assert read_stamp().version == 0
    assert find_changes().total == 0


def test_database_that_was_filled_anew_is_learnt_anew_although_its_versions_are_the_same() -> None:
    do((None, ZONKED))
    was = first("zonked")
    for table in (PhraseChange, Phrase, Thesaurus):
        db.session.execute(delete(table))
    do((None, ZONKED._replace(need="food")))

    assert (was, first("zonked")) == ("sleep", "food")


def test_older_state_brought_back_is_learnt_anew() -> None:
    do((None, ZONKED))
    do((None, ZONKED._replace(text="kip")))
    was = first("kip")
    db.session.execute(delete(Phrase).where(Phrase.version == 2))
    db.session.execute(Thesaurus.__table__.update().values(version=1))  # type: ignore[attr-defined]
    db.session.commit()

    assert (was, first("kip"), first("zonked")) == ("sleep", None, "sleep")


def test_change_can_be_tried_before_it_is_made() -> None:
    do((None, ZONKED))
    steps = [Step(ZONKED, ZONKED._replace(text="kip")), Step(None, Wording("food", "nosh", "slang"))]

    tried = understand_with(changes_of(steps), ["zonked", "kip", "nosh"], most=1)

    assert [[one.need.slug for one in found] for found in tried] == [[], ["sleep"], ["food"]]
    assert (first("zonked"), first("kip")) == ("sleep", None)
    assert read_stamp().version == 1


@contextmanager
def other_process(app: Flask) -> Iterator[Callable[[str], str]]:
    """Asks another process, with a memory of its own, what words mean."""
    command = [sys.executable, "-m", "tests.integration.words_process", app.config["DATABASE_URL"]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        stdin, stdout = process.stdin, process.stdout

        def ask(words: str) -> str:
            stdin.write(f"{words}\n")
            stdin.flush()
            return stdout.readline().strip()

        yield ask
        stdin.close()


def test_another_process_sees_a_change_with_its_next_question(app: Flask) -> None:
    with other_process(app) as ask:
        answers = [ask("zonked")]
        do((None, ZONKED))
        answers.append(ask("zonked"))
        do((ZONKED, Wording("food", "Zonked!", "family")))
        answers.append(ask("zonked"))
        undo(0)
        answers.append(ask("zonked"))
        do((ZONKED, None))
        answers.append(ask("zonked"))

    assert answers == ["nothing", "sleep", "food", "sleep", "nothing"]


def test_second_writer_waits_for_the_first_so_that_no_version_is_seen_before_an_earlier_one(app: Flask) -> None:
    def write() -> None:
        with app.app_context():
            do((None, Wording("food", "nosh", "slang")))

    keep([Step(None, ZONKED)], actor="Robin Moss")
    second = Thread(target=write)
    second.start()
    second.join(timeout=0.5)
    waited = second.is_alive()
    db.session.commit()
    second.join(timeout=30)

    assert waited
    rows = db.session.execute(select(Phrase.text, Phrase.version).order_by(Phrase.version)).all()
    assert [tuple(row) for row in rows] == [("zonked", 1), ("nosh", 2)]
    assert (first("zonked"), first("nosh")) == ("sleep", "food")


# ---- what may stand there


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("zonked", None),
        ("can’t cope", None),
        ("моя дитина", None),
        ("", "is blank"),
        ("?!", "has no word in it"),
        ("z" * 101, "is 101 characters long; the most is 100"),
        ("a\nb", "holds characters that cannot be seen, such as a line break or a control character"),
        ("ﷺ" * 50, "is too long"),
    ],
)
def test_text_that_can_be_no_phrase_says_why(text: str, fault: str | None) -> None:
    assert fault_of_phrase(text) == fault


def test_need_has_a_phrase_once_however_it_is_written() -> None:
    do((None, ZONKED))

    with pytest.raises(CannotKeep, match="“Zonked!” is a phrase of Sleep already"):
        keep([Step(None, ZONKED._replace(text="Zonked!"))], actor="Robin Moss")

    db.session.rollback()
    assert [one.text for one in find_wordings()] == ["zonked"]


def test_two_needs_may_have_the_same_phrase() -> None:
    do((None, ZONKED), (None, ZONKED._replace(need="food")))

    assert [one.need.slug for one in find_same(["ZONKED"])["zonked"]] == ["sleep", "food"]
    assert len(understand("zonked", most=2)) == 2


def test_whoever_comes_second_to_a_phrase_is_told() -> None:
    do((None, ZONKED))
    do((ZONKED, ZONKED._replace(kind="family")))

    with pytest.raises(CannotKeep, match="someone changed it"):
        keep([Step(ZONKED, None)], actor="Kim Ash")


def test_removed_phrase_can_be_added_again() -> None:
    do((None, ZONKED))
    do((ZONKED, None))

    do((None, ZONKED._replace(text="Zonked")))

    assert find_wordings() == [ZONKED._replace(text="Zonked")]
    assert db.session.scalars(select(Phrase.key)).all() == ["zonked"]


def test_step_that_changes_nothing_is_none() -> None:
    do((None, ZONKED))

    assert do((ZONKED, ZONKED)) == 0
    assert find_changes().total == 1


def test_phrases_are_found_by_their_words_and_their_need_in_order() -> None:
    do(
        *(
            (None, Wording(need, text, "family"))
            for need, text in [("sleep", "b%c"), ("sleep", "A b c"), ("food", "bc")]
        )
    )

    assert [one.text for one in find_phrases().rows] == ["A b c", "b%c", "bc"]
    assert [one.text for one in find_phrases("B c").rows] == ["A b c", "b%c"]
    assert [one.text for one in find_phrases("c", need="food").rows] == ["bc"]
    assert find_phrases("?").total == 0
    assert (find_phrases(page=9).rows, find_phrases(page=9).pages) == ([], 1)


@pytest.mark.parametrize("number", [1, 10**9, 10**30])
def test_number_of_no_phrase_is_told(number: int) -> None:
    with pytest.raises(PhraseNotFound):
        get_phrase(number)
    with pytest.raises(PhraseNotFound):
        get_change(number)


# ---- history


def test_history_tells_who_did_what_with_before_and_after() -> None:
    do((None, ZONKED))
    do((ZONKED, ZONKED._replace(need="food")))

    moved, added = find_changes().rows

    assert (added.actor, added.before, added.after) == ("Robin Moss", None, ZONKED._asdict())
    assert (moved.before, moved.after) == (ZONKED._asdict(), ZONKED._replace(need="food")._asdict())
    assert moved.undoes_id is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, ZONKED),
        (ZONKED, None),
        (ZONKED, ZONKED._replace(text="kip")),
        (ZONKED, ZONKED._replace(text="Zonked!", kind="family")),
        (ZONKED, ZONKED._replace(need="food")),
    ],
)
def test_any_change_can_be_undone_and_the_undoing_too(before: Wording | None, after: Wording | None) -> None:
    if before:
        do((None, before))
    do((before, after))

    undone = undo(0) and find_wordings()
    redone = undo(0) and find_wordings()

    assert undone == [before] * bool(before)
    assert redone == [after] * bool(after)
    last, last_but_one = find_changes().rows[:2]
    assert last.undoes_id == last_but_one.id


def test_undoing_what_was_changed_again_leaves_the_later_words() -> None:
    do((None, ZONKED))
    do((ZONKED, ZONKED._replace(text="kip")))
    do((ZONKED._replace(text="kip"), ZONKED._replace(text="forty winks")))

    undo(1)

    assert [one.text for one in find_wordings()] == ["zonked", "forty winks"]


def test_what_is_undone_already_cannot_be_undone_again() -> None:
    do((None, ZONKED))

    assert (undo(0), undo(1)) == (True, False)


def test_catalogue_without_the_vocabulary_understands_nothing(catalogue: Catalogue) -> None:
    do((None, ZONKED))
    for table in ("need", "phrase"):
        db.session.execute(delete(db.metadata.tables[table]))
    db.session.commit()

    assert understand("zonked") == []
