"""What our mails say: standard words, which are data, or staff's own in their place. Nothing here commits.

A text holds names in braces, such as {listing}. They are filled in by one pass over the text, and what they stand for
is never read as a text itself.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError

from hub_finder.area import current_area
from hub_finder.config import ROOT, SITE_NAME
from hub_finder.extensions import db
from hub_finder.models.texts import LONGEST_SUBJECT, MessageText

FILE = ROOT / "data/messages.toml"
LONGEST_BODY = 4_000
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# What the outbox can hold of a subject with its values.
_LONGEST_LINE = 200


class Wording(NamedTuple):
    """The words of a mail, with names in braces."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Value:
    """What a name in braces stands for. `lines`: it may take several lines, and has no place in a subject."""

    means: str
    sample: str
    lines: bool = False


@dataclass(frozen=True, kw_only=True)
class Text:
    """One mail that we send: who gets it and when, its standard words, and what it can say.

    Its body holds each value of `must`, or who reads it could do nothing.
    """

    key: str
    about: str
    standard: Wording
    values: Mapping[str, Value]
    must: Sequence[str]


class TextNotFound(LookupError):
    """We send no mail of this key."""


class BadText(ValueError):
    """These words cannot be sent. `faults` are (subject or body, what is wrong with it)."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(why for _part, why in faults))
        self.faults = faults


class TextOvertaken(RuntimeError):
    """Someone changed the words since the page was opened."""


# ---- the standard words


@cache
def find_texts() -> Mapping[str, Text]:
    """Every mail that can be put in other words, by its key. Raises KeyError or BadText for a faulty file."""
    data: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    values = {name: Value(**{**facts, "sample": facts["sample"].strip()}) for name, facts in data["values"].items()}
    texts = {}
    for key, facts in data["texts"].items():
        text = texts[key] = Text(
            key=key,
            about=facts["about"],
            standard=Wording(facts["subject"], facts["body"].strip()),
            values={name: values[name] for name in facts["values"]},
            must=facts["must"],
        )
        check(text, text.standard)
    return texts


def get_text(key: str) -> Text:
    """Raises TextNotFound."""
    try:
        return find_texts()[key]
    except KeyError:
        raise TextNotFound(key) from None


def check(text: Text, wording: Wording) -> None:
    """Raises BadText where the words could not be sent as this mail."""
    if faults := [*_faults(text, "subject", wording.subject), *_faults(text, "body", wording.body)]:
        raise BadText(faults)


# ---- writing a mail


def compose(key: str, **values: str) -> tuple[str, str]:
    """The subject and body of a mail, in staff's words where they have their own. Every value of the text is given.

    Raises TextNotFound, and TypeError for a value that is missing or unknown.
    """
    return fill(get_text(key), get_wording(key), values)


def fill(text: Text, wording: Wording, values: Mapping[str, str]) -> tuple[str, str]:
    """Words, filled in. A subject is one line, whatever is put into it. Raises TypeError."""
    if values.keys() != text.values.keys():
        raise TypeError(f"{text.key} has the values {sorted(text.values)}, not {sorted(values)}")
    known = {**values, "site": SITE_NAME, "network": current_area().network}
    subject, body = (_PLACEHOLDER.sub(lambda found: known[found[1]], part) for part in wording)
    line = " ".join(subject.split())
    # What stands for nothing leaves no gap.
    body = re.sub(r"\n(?:[ \t]*\n)+", "\n\n", body).strip() + "\n"
    return (line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"), body


def get_wording(key: str) -> Wording:
    """The words that are sent now: the standard ones where staff's do not fit any more. Raises TextNotFound."""
    text = get_text(key)
    last = db.session.scalar(_changes(key).limit(1))
    return own_wording(text, last) or text.standard


def own_wording(text: Text, last: MessageText | None) -> Wording | None:
    """Staff's own words as of a text's last change; None where there are none, or a name that they use is gone."""
    if last is None or last.subject is None or last.body is None:
        return None
    wording = Wording(last.subject, last.body)
    try:
        check(text, wording)
    except BadText:
        return None
    return wording


def preview(text: Text, wording: Wording) -> tuple[str, str]:
    """What somebody would get, with made-up values."""
    return fill(text, wording, {name: value.sample for name, value in text.values.items()})


# ---- changing the words


def keep_wording(key: str, wording: Wording | None, *, version: int, actor: str) -> None:
    """Put a mail in other words, or None: back to the standard ones. `version` is the one that the page showed.

    Raises TextNotFound, BadText, TextOvertaken.
    """
    text = get_text(key)
    if wording:
        check(text, wording)
    if find_version(key) != version:
        raise TextOvertaken(key)
    subject, body = wording or (None, None)
    change = MessageText(key=key, version=version + 1, at=datetime.now(UTC), actor=actor, subject=subject, body=body)
    try:
        with db.session.begin_nested():
            db.session.add(change)
    except IntegrityError:
        raise TextOvertaken(key) from None


def find_version(key: str) -> int:
    """The number of a text's last change, 0 for one that nobody has changed."""
    return db.session.scalar(select(func.max(MessageText.version)).where(MessageText.key == key)) or 0


def find_changes(key: str) -> Sequence[MessageText]:
    """Who changed a text, the latest first."""
    return db.session.scalars(_changes(key)).all()


def find_last_changes() -> Mapping[str, MessageText]:
    """The last change of each text that anybody has changed."""
    latest = select(func.max(MessageText.id)).group_by(MessageText.key)
    return {one.key: one for one in db.session.scalars(select(MessageText).where(MessageText.id.in_(latest)))}


def _changes(key: str) -> Select[MessageText]:
    return select(MessageText).where(MessageText.key == key).order_by(MessageText.version.desc())


def _faults(text: Text, part: str, words: str) -> Iterator[tuple[str, str]]:
    longest = LONGEST_SUBJECT if part == "subject" else LONGEST_BODY
    if not words.strip():
        yield part, f"Write the {part}"
    if len(words) > longest:
        yield part, f"Use {longest:,} characters or fewer: these are {len(words):,}"
    used = dict.fromkeys(_PLACEHOLDER.findall(words))
    for name in used:
        if fault := _fault_of(name, text, part):
            yield part, fault
    if stray := re.search(r"[{}]", _PLACEHOLDER.sub("", words)):
        yield part, f"There is a “{stray[0]}” on its own. Write what the mail can say as it stands in the list below."
    for name in text.must if part == "body" else ():
        if name not in used:
            yield part, f"The body must hold {{{name}}}: {text.values[name].means}"


def _fault_of(name: str, text: Text, part: str) -> str | None:
    """What is wrong with a name in braces, in one part of a text."""
    allowed = [*text.values, "site", "network"]
    if name not in allowed:
        near = get_close_matches(name, allowed, n=1)
        hint = f"Do you mean {{{near[0]}}}?" if near else "Use those of the list below."
        return f"{{{name}}} is not something that this mail can say. {hint}"
    value = text.values.get(name)
    if part == "subject" and value and value.lines:
        return f"{{{name}}} can be several lines: put it into the body"
    return None
