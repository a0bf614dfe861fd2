"""The words of our mails: standard ones, staff's own, and what may not be sent."""

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import scoped_session

from hub_finder.config import SITE_NAME
from hub_finder.directory.texts import (
    BadText,
    TextNotFound,
    TextOvertaken,
    Wording,
    check,
    compose,
    fill,
    find_changes,
    find_texts,
    find_version,
    get_text,
    get_wording,
    keep_wording,
    preview,
)
from hub_finder.models.reports import OutgoingMail
from hub_finder.models.texts import MessageText

KEY = "speaking_approved"
VALUES = {"name": "Sam", "organisation": "Acorn", "link": "https://hub.example/a"}
OWN = Wording("Welcome, {organisation}", "Dear {name}, go to {link}")


@pytest.mark.parametrize("key", list(find_texts()))
def test_standard_words_make_a_whole_mail(session: scoped_session[Session], key: str) -> None:
    subject, body = preview(get_text(key), get_wording(key))

    assert subject
    assert not set("{}") & set(subject + body)
    assert "\n\n\n" not in body
    assert body.endswith("Nobody reads replies to this message.\n") or "Nobody reads replies to it.\n" in body


def test_mail_says_what_it_is_given(session: scoped_session[Session]) -> None:
    subject, body = compose(KEY, **VALUES)

    assert subject == "You can speak for Acorn now"
    assert body.startswith(f"Hello Sam\n\nYou can speak for Acorn on {SITE_NAME} now.")
    assert "https://hub.example/a" in body


def test_own_words_are_sent_until_somebody_goes_back(session: scoped_session[Session]) -> None:
    keep_wording(KEY, OWN, version=0, actor="Mo")
    own = compose(KEY, **VALUES)
    keep_wording(KEY, None, version=1, actor="Bo")
    standard = compose(KEY, **VALUES)

    assert own == ("Welcome, Acorn", "Dear Sam, go to https://hub.example/a\n")
    assert standard[0] == "You can speak for Acorn now"
    assert [(one.actor, one.version, one.body) for one in find_changes(KEY)] == [("Bo", 2, None), ("Mo", 1, OWN.body)]


def test_blank_value_leaves_no_gap(session: scoped_session[Session]) -> None:
    values = {"name": "Sam", "listing": "Acorn", "link": "https://hub.example/a"}

    _, body = compose("submission_approved", note="", **values)

    assert "\n\n\n" not in body


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_value_is_never_read_as_a_text(app: Flask, value: str) -> None:
    text = get_text(KEY)
    wording = Wording("{organisation}", "{name}|{organisation}|{link}")

    with app.app_context():
        subject, body = fill(text, wording, {"name": "{link}{0.x}%s", "organisation": "x", "link": f"|{value}|"})
        line, _ = fill(text, wording, {"name": "", "organisation": value, "link": ""})

    assert subject == "x"
    assert body.startswith("{link}{0.x}%s|x||")
    assert len(line.splitlines()) <= 1
    assert len(line) <= OutgoingMail.subject.type.length


def test_long_value_is_cut_in_a_subject(session: scoped_session[Session]) -> None:
    subject, _ = compose(KEY, **{**VALUES, "organisation": "Acorn " * 50})

    assert len(subject) == 200
    assert subject.endswith("…")


@pytest.mark.parametrize(
    ("subject", "body", "said"),
    [
        ("", "{link}", "Write the subject"),
        ("Hello", " \n ", "Write the body"),
        ("x" * 151, "{link}", "Use 150 characters or fewer: these are 151"),
        ("Hello", "{link}" + "x" * 4000, "Use 4,000 characters or fewer: these are 4,006"),
        ("Hello", "Go there", "The body must hold {link}: the address of the page where they go on"),
        ("Hello {nam}", "{link}", "{nam} is not something that this mail can say. Do you mean {name}?"),
        ("Hello", "{link} {price}", "{price} is not something that this mail can say. Use those of the list below."),
        ("Hello", "{link} {}", "There is a “{” on its own."),
        ("Hello", "{link} {name!r}", "There is a “{” on its own."),
        ("Hello", "{link} {name.__class__}", "There is a “{” on its own."),
        ("Hello", "{link} {{name}}", "There is a “{” on its own."),
        ("Hello", "{link} }", "There is a “}” on its own."),
        ("Hello", "{link} {Name}", "There is a “{” on its own."),
        ("Hello", "{ link }", "There is a “{” on its own."),
    ],
)
def test_words_that_cannot_be_sent_are_refused(subject: str, body: str, said: str) -> None:
    with pytest.raises(BadText) as refused:
        check(get_text(KEY), Wording(subject, body))

    assert any(why.startswith(said) for _part, why in refused.value.faults), refused.value.faults


def test_what_takes_several_lines_has_no_place_in_a_subject() -> None:
    with pytest.raises(BadText, match="can be several lines: put it into the body"):
        check(get_text("submission_rejected"), Wording("About {note}", "{note}"))


def test_bad_words_are_not_kept(session: scoped_session[Session]) -> None:
    with pytest.raises(BadText):
        keep_wording(KEY, Wording("Hello", "{nobody}"), version=0, actor="Mo")

    assert find_version(KEY) == 0


def test_of_two_who_change_the_same_words_one_is_told(session: scoped_session[Session]) -> None:
    keep_wording(KEY, OWN, version=0, actor="Mo")

    with pytest.raises(TextOvertaken):
        keep_wording(KEY, Wording("Other", "{link}"), version=0, actor="Bo")
    assert get_wording(KEY) == OWN


def test_database_refuses_a_change_that_was_made_meanwhile(
    session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_wording(KEY, OWN, version=0, actor="Mo")
    monkeypatch.setattr("hub_finder.directory.texts.find_version", lambda _key: 0)

    with pytest.raises(TextOvertaken):
        keep_wording(KEY, Wording("Other", "{link}"), version=0, actor="Bo")
    assert get_wording(KEY) == OWN


def test_own_words_that_no_longer_fit_give_way_to_the_standard_ones(session: scoped_session[Session]) -> None:
    keep_wording(KEY, OWN, version=0, actor="Mo")
    last = session.query(MessageText).one()
    last.body = "{link} {gone_since}"
    session.flush()

    assert get_wording(KEY) == get_text(KEY).standard


@pytest.mark.parametrize("values", [{}, {"name": "Sam"}, {**VALUES, "price": "free"}])
def test_every_value_is_given_and_no_other(session: scoped_session[Session], values: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        compose(KEY, **values)


def test_there_is_no_mail_of_another_key(session: scoped_session[Session]) -> None:
    with pytest.raises(TextNotFound):
        compose("nothing")
