"""Days and hours in a form: what is typed, what it makes, and the words for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.days import DAYS
from hub_finder.providers.drafts import Draft, draft_of
from hub_finder.providers.sessions import (
    WEEKS,
    SessionForm,
    choices_of,
    entries,
    form_of,
    line_of,
    put,
    read_form,
    session_lines,
    take_away,
)


def typed(**given: str | list[str]) -> SessionForm:
    return read_form(
        MultiDict([(name, one) for name, many in given.items() for one in ([many] if isinstance(many, str) else many)])
    )


@pytest.mark.parametrize(
    ("given", "line", "words"),
    [
        (
            {
                "often": "weekly",
                "days": ["TU"],
                "opens": "10am",
                "closes": "11:30am",
                "when": "term",
                "starts": "2026-09-08",
            },
            "WEEKLY TU 10:00-11:30 term from 2026-09-08",
            "Tuesday, 10am to 11:30am, in term time, from 8 September 2026",
        ),
        (
            {"often": "fortnightly", "days": ["SA"], "opens": "2pm", "starts": "5/9/2026"},
            "WEEKLY/2 SA 14:00 from 2026-09-05",
            "Saturday, every 2 weeks, from 2pm, from 5 September 2026",
        ),
        (
            {"often": "monthly", "weeks": ["1", "-1"], "days": ["SA"], "opens": "9.30", "closes": "noon"},
            "MONTHLY 1SA,-1SA 09:30-12:00",
            "First Saturday and last Saturday of the month, 9:30am to 12pm",
        ),
        (
            {"often": "once", "on": "20 December 2026", "opens": "10am", "days": ["MO"], "when": "term"},
            "ONCE 2026-12-20 10:00",
            "Sunday 20 December 2026, from 10am",
        ),
        (
            {"often": "weekly", "days": ["FR", "MO"], "but_not": "1 January 2027\n25/12/2026\n25/12/2026"},
            "WEEKLY MO,FR except 2026-12-25,2027-01-01",
            "Monday and Friday, not on 25 December 2026 and 1 January 2027",
        ),
    ],
)
def test_what_is_typed_makes_a_pattern_and_is_read_back(
    given: dict[str, str | list[str]], line: str, words: str
) -> None:
    form = typed(**given)

    assert form.errors == {}
    assert form.schedule
    assert (line_of(form.schedule), form.words) == (line, words)


@pytest.mark.parametrize(
    ("given", "box"),
    [
        ({}, "often"),
        ({"often": "daily"}, "often"),
        ({"often": "weekly"}, "days"),
        ({"often": "monthly", "days": ["MO"]}, "weeks"),
        ({"often": "once"}, "on"),
        ({"often": "once", "on": "soon"}, "on"),
        ({"often": "fortnightly", "days": ["MO"]}, "starts"),
        ({"often": "weekly", "days": ["MO"], "opens": "10am", "closes": "9am"}, "closes"),
        ({"often": "weekly", "days": ["MO"], "closes": "9am"}, "opens"),
        ({"often": "weekly", "days": ["MO"], "opens": "2"}, "opens"),
        ({"often": "weekly", "days": ["MO"], "starts": "2026-02-01", "ends": "2026-01-01"}, "ends"),
        ({"often": "weekly", "days": ["MO"], "but_not": "half term"}, "but_not"),
    ],
)
def test_what_is_wrong_is_told_by_its_box_and_kept(given: dict[str, str | list[str]], box: str) -> None:
    form = typed(**given)

    assert list(form.errors) == [box]
    assert form.schedule is None
    assert {name: form.values[name] for name, text in given.items() if isinstance(text, str)} == {
        name: text for name, text in given.items() if isinstance(text, str)
    }


times = st.times().map(lambda moment: f"{moment:%H:%M}")


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """A pattern in its one-line form that the boxes can say."""
    days = ",".join(sorted(draw(st.sets(st.sampled_from(DAYS), min_size=1)), key=DAYS.index))
    opens, closes = sorted((draw(times), draw(times)))
    hours = draw(st.sampled_from(["", f" {opens}", f" {opens}-{closes}" if opens < closes else ""]))
    season = draw(st.sampled_from(["", " term", " holidays"]))
    span = draw(st.sampled_from(["", " from 2026-01-03", " to 2026-07-04", " from 2026-01-03 to 2026-07-04"]))
    but_not = draw(st.sampled_from(["", " except 2026-02-03,2026-03-04"]))
    kind = draw(st.sampled_from(["WEEKLY", "WEEKLY/2", "MONTHLY", "ONCE"]))
    if kind == "ONCE":
        return f"ONCE 2026-05-05{hours}{but_not}"
    if kind == "MONTHLY":
        weeks = draw(st.sets(st.sampled_from(list(WEEKS)), min_size=1))
        days = ",".join(f"{week}{day}" for week in WEEKS if week in weeks for day in days.split(","))
    if kind == "WEEKLY/2" and "from" not in span:
        span = f" from 2026-01-03{span}"
    return f"{kind} {days}{hours}{season}{span}{but_not}"


@given(patterns())
def test_pattern_in_boxes_comes_back_as_it_was(line: str) -> None:
    form = form_of(line.replace("00:00-", "00:01-"), None)

    assert form
    again = typed(**form.values, **form.several)
    assert (again.errors, again.schedule) == ({}, form.schedule)


@pytest.mark.parametrize("line", ["WEEKLY/3 MO", "MONTHLY/2 1MO", "MONTHLY 1MO,2TU", "MONTHLY 5MO"])
def test_pattern_that_the_boxes_cannot_say_has_none(line: str) -> None:
    assert form_of(line, None) is None


def draft(*places: tuple[str, str]) -> Draft:
    """A draft with places, each a name ("" for no one place) and its times."""
    blank = dict.fromkeys(COLUMNS, "")
    return draft_of([{**blank, "location_name": name, "schedule": times} for name, times in places])


def test_patterns_are_counted_through_all_places() -> None:
    known = draft(("Mill Hall", "WEEKLY MO|WEEKLY TU"), ("Library", "WEEKLY WE"), ("", "WEEKLY TH"))

    assert [(line.number, line.words, line.place) for line in session_lines(known)] == [
        (0, "Monday", "Mill Hall"),
        (1, "Tuesday", "Mill Hall"),
        (2, "Wednesday", "Library"),
        (3, "Thursday", "all places"),
    ]


def test_pattern_is_put_in_the_place_of_another_or_moved() -> None:
    known = draft(("Mill Hall", "WEEKLY MO|WEEKLY TU"), ("Library", "WEEKLY WE"))

    put(known, 1, "WEEKLY FR", 0)
    put(known, 0, "WEEKLY SA", 1)
    put(known, 9, "WEEKLY SU", None)

    assert entries(known) == [(0, "WEEKLY FR"), (1, "WEEKLY WE"), (1, "WEEKLY SA"), (2, "WEEKLY SU")]


def test_pattern_is_taken_away() -> None:
    known = draft(("Mill Hall", "WEEKLY MO|WEEKLY TU"), ("Library", "WEEKLY WE"))

    take_away(known, 1)
    take_away(known, 7)

    assert entries(known) == [(0, "WEEKLY MO"), (1, "WEEKLY WE")]


def test_place_is_asked_for_only_where_there_are_several() -> None:
    assert choices_of(draft(("Mill Hall", ""))) == {}
    assert choices_of(draft(("Mill Hall", ""), ("Library", ""))) == {
        "0": "Mill Hall",
        "1": "Library",
        "": "At all of them",
    }
