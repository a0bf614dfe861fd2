"""Reading what mail servers send back: well made, badly made, and made to do harm."""

import io
from contextlib import suppress
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_finder.directory.bounces import hint_of, kind_of
from hub_finder.importers.bounce_messages import LARGEST, Failure, Unreadable, read_failures, split
from hub_finder.models.bounces import Kind
from tests.reports_of_mail import report_on


def mail() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Message-ID"] = "hub@fairshire.example", "ann@a.example", "<one@fairshire.example>"
    made.set_content("Hello\n")
    return made


def facts(failures: object) -> list[tuple[str, Kind, str]]:
    assert isinstance(failures, list)
    return [(one.address, one.kind, one.reason) for one in failures]


@pytest.mark.parametrize(
    ("meaning", "kind"),
    [
        ("5.1.1", Kind.HARD),
        ("5.1.2", Kind.HARD),
        ("5.1.10", Kind.HARD),
        ("5.2.1", Kind.HARD),
        ("5.4.4", Kind.HARD),
        ("5.2.2", Kind.SOFT),
        ("5.7.1", Kind.SOFT),
        ("5.1.8", Kind.SOFT),
        ("5.1.11", Kind.SOFT),
        ("5.0.0", Kind.SOFT),
        ("4.1.1", Kind.SOFT),
        ("4.4.7", Kind.SOFT),
        ("", Kind.SOFT),
    ],
)
def test_only_what_is_said_of_the_address_itself_is_held_against_it(meaning: str, kind: Kind) -> None:
    assert kind_of(meaning) == kind


@pytest.mark.parametrize(
    ("status", "said", "kind", "reason"),
    [
        ("5.1.1", "550 5.1.1 ann@a.example: no such user", Kind.HARD, "It came back (550 5.1.1)."),
        ("5.0.0", "550 no", Kind.SOFT, "It came back (550 5.0.0)."),
        ("5.2.2 (mailbox full)", "552 full", Kind.SOFT, "It came back (552 5.2.2)."),
        ("4.4.7", "tried for five days", Kind.SOFT, "It came back (4.4.7)."),
        ("4.1.1", "550 odd", Kind.SOFT, "It came back (550 4.1.1)."),
        ("gone", "ann@a.example is gone", Kind.SOFT, "It came back (no code)."),
    ],
)
def test_report_says_whose_mail_came_back_and_why_in_codes_alone(
    status: str, said: str, kind: Kind, reason: str
) -> None:
    first, *others = facts(read_failures(report_on(mail(), status=status, said=said)))

    assert first == ("ann@a.example", kind, reason)
    assert {kind for _, kind, _ in others} == {Kind.SOFT}


def test_whom_it_was_written_to_first_is_not_held_to_take_none() -> None:
    failures = read_failures(report_on(mail(), final="office@b.example", original="ann@a.example"))

    kinds = {address: kind for address, kind, _ in facts(failures)}
    assert kinds["office@b.example"] == Kind.HARD
    assert kinds["ann@a.example"] == Kind.SOFT


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_whom_it_was_written_to_is_read_from_what_was_sent_back(returned: str) -> None:
    failures = read_failures(report_on(mail(), final="nobody", returned=returned))

    assert "ann@a.example" in {one.address for one in failures}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Out of office\n\nI am away until Monday.\n",
        bytes(mail()),
        report_on(mail(), action="delayed"),
        report_on(mail(), action="delivered"),
        report_on(mail()).replace(b"delivery-status\n", b"something-else\n"),
        report_on(mail()).replace(b"Action", b"Unction"),
        report_on(mail())[:500],
    ],
)
def test_message_that_tells_of_no_failure_holds_none(raw: bytes) -> None:
    assert read_failures(raw) == []


def nested(depth: int, kind: str) -> bytes:
    heads = [f'Content-Type: {kind}; boundary="b{number}"\n\n--b{number}\n' for number in range(depth)]
    return "".join(heads).encode()


@pytest.mark.parametrize("kind", ["multipart/mixed", "MULTIPART/report", "message/rfc822", "message/delivery-status"])
def test_parts_within_parts_are_not_taken_apart_for_ever(kind: str) -> None:
    with pytest.raises(Unreadable, match="too many parts"):
        read_failures(nested(5000, kind) + b"\n" * 100_000)


ODD = st.sampled_from(
    [
        *(b"Content-Type: ", b"multipart/report; boundary=b\n", b"message/delivery-status\n", b"message/rfc822\n"),
        *(
            b"text/rfc822-headers; charset=utf-7\n",
            b"text/plain; charset*=x'y'%ff\n",
            b"--b\n",
            b"--b--\n",
            b"\n",
            b" ",
        ),
        *(b"Content-Transfer-Encoding: base64\n", b"Final-Recipient: ", b"rfc822; ", b"ann@a.example\n", b"To: "),
        *(b"Action: failed\n", b"Status: 5.1.1\n", b"Message-ID: <one@a.example>\n", b"=?utf-8?b?/w==?=", b"\x00\xff"),
        *(b"From MAILER Fri Nov 27\n", b"\r", b"\xc3\xa9", b"((((((((", b'"', b"<@@>"),
    ]
)


@given(parts=st.lists(ODD | st.binary(max_size=30), max_size=60))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_is_read_or_refused(parts: list[bytes]) -> None:
    for raw in split(io.BytesIO(b"".join(parts))):
        with suppress(Unreadable):
            assert all(isinstance(one, Failure) and one.address for one in read_failures(raw))


@given(at=st.integers(0, 2000), put=st.binary(min_size=1, max_size=40))
@settings(max_examples=200, deadline=None)
def test_a_damaged_report_is_read_or_refused(at: int, put: bytes) -> None:
    whole = report_on(mail(), original="ann@a.example")
    raw = whole[:at] + put + whole[at + len(put) :]

    with suppress(Unreadable):
        assert all(one.address for one in read_failures(raw))


# ---- files of messages


@pytest.mark.parametrize(
    ("held", "messages"),
    [
        (b"", []),
        (b"Subject: one\n\nFrom here on\n\nFrom there on\n", [b"Subject: one\n\nFrom here on\n\nFrom there on\n"]),
        (b"From a Fri\nSubject: one\n\nx\nFrom y\n", [b"Subject: one\n\nx\nFrom y\n"]),
        (b"From a Fri\nSubject: one\n\nx\n\nFrom b Sat\nSubject: two\n", [b"Subject: one\n\nx\n\n", b"Subject: two\n"]),
        (b"From a Fri\n", []),
    ],
)
def test_mailbox_is_its_messages_and_any_other_file_is_one(held: bytes, messages: list[bytes]) -> None:
    assert list(split(io.BytesIO(held))) == messages


def test_what_makes_a_message_too_large_is_left_out() -> None:
    (one,) = split(io.BytesIO(b"Subject: one\n\n" + b"x" * 3 * LARGEST + b"\n" * 10))

    assert len(one) == LARGEST


@pytest.mark.parametrize(
    ("email", "hint"),
    [
        ("Ann.Quill@A.Example", "a…@a.example"),
        ("a@b.example", "a…@b.example"),
        ("no address", "…@no address"),
        ("", "…@"),
    ],
)
def test_staff_see_one_letter_of_a_name(email: str, hint: str) -> None:
    assert hint_of(email) == hint
