"""The catalogues of messages: as the sources say, compiled as they stand, each message with what its English holds."""

import re
import subprocess
from collections import Counter
from functools import cache
from gettext import c2py
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hub_finder.config import ROOT
from hub_finder.languages import ENGLISH, OWN_NAMES

FOLDER = ROOT / "hub_finder/translations"
TAGS = sorted(OWN_NAMES.keys() - {ENGLISH})
# What Babel writes where nobody has said who they are.
NOBODY = re.compile(r"PROJECT|VERSION|EMAIL@ADDRESS|FULL NAME|LL@li\.org|YEAR-MO-DA|FIRST AUTHOR")
PARTS = re.compile(r"%\(\w+\)s|%%|<[^>]+>")


def file_of(tag: str) -> Path:
    return FOLDER / tag / "LC_MESSAGES/messages.po"


@cache
def catalogue(tag: str) -> Catalog:
    with file_of(tag).open("rb") as file:
        return read_po(file, locale=tag)


def messages(tag: str) -> list[Message]:
    """The messages of a language that are translated, at least in part."""
    return [message for message in catalogue(tag) if message.id and any(said_of(message))]


def english_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def said_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def parts(text: str) -> Counter[str]:
    """The placeholders of a text, its percent signs and its markup."""
    return Counter(PARTS.findall(text))


def white_space(text: str) -> tuple[str, str, bool]:
    """What a text begins and ends with, and whether it has two spaces together."""
    return text[: -len(text.lstrip())], text[len(text.rstrip()) :], "  " in text


def forms_for_one_number(tag: str) -> set[int]:
    """The plural forms that stand for one number alone, and so may leave it out: "one mile", and in Arabic two."""
    form_of = c2py(catalogue(tag).plural_expr)
    counted = Counter(form_of(number) for number in range(1_000))
    return {form for form, numbers in counted.items() if numbers == 1}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The messages that the sources say now."""
    file = tmp_path_factory.mktemp("messages") / "messages.pot"
    subprocess.run([ROOT / "scripts/messages", file], check=True, cwd=ROOT)
    return file.read_text(encoding="utf-8")


def test_template_is_what_the_sources_say(collected: str) -> None:
    assert (FOLDER / "messages.pot").read_text(encoding="utf-8") == collected, "run `make messages`"


def test_there_is_a_catalogue_for_each_language_that_is_offered() -> None:
    assert sorted(path.parts[-3] for path in FOLDER.glob("*/LC_MESSAGES/messages.po")) == TAGS


@pytest.mark.parametrize("tag", TAGS)
def test_catalogue_has_the_messages_of_the_template(tag: str) -> None:
    with (FOLDER / "messages.pot").open("rb") as file:
        template = {(message.context, message.id) for message in read_po(file) if message.id}

    assert {(message.context, message.id) for message in catalogue(tag) if message.id} == template
    assert not catalogue(tag).obsolete


@pytest.mark.parametrize("tag", TAGS)
def test_compiled_catalogue_is_the_written_one(tag: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue(tag))

    assert file_of(tag).with_suffix(".mo").read_bytes() == compiled.getvalue(), "run `make messages`"


@pytest.mark.parametrize("tag", TAGS)
def test_head_of_a_catalogue_says_what_is_so(tag: str) -> None:
    head = file_of(tag).read_text(encoding="utf-8").partition("\n\n")[0]

    assert f'"Language: {tag}\\n"' in head
    assert NOBODY.search(head) is None


@pytest.mark.parametrize("tag", TAGS)
def test_no_message_is_only_guessed(tag: str) -> None:
    assert [message.id for message in catalogue(tag) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("tag", TAGS)
def test_each_message_holds_what_its_english_holds(tag: str) -> None:
    alone = forms_for_one_number(tag)
    odd = []
    for message in messages(tag):
        wanted = parts(english_of(message)[-1])
        for form, said in enumerate(said_of(message)):
            without = wanted - Counter(["%(num)s"]) if len(english_of(message)) > 1 and form in alone else wanted
            if parts(said) not in (wanted, without) or "%" in PARTS.sub("", said):
                odd.append((message.id, said))

    assert odd == []


@pytest.mark.parametrize("tag", TAGS)
def test_each_message_has_as_many_forms_as_its_language(tag: str) -> None:
    odd = []
    for message in messages(tag):
        wanted = catalogue(tag).num_plurals if message.pluralizable else 1
        if len(said_of(message)) != wanted or not all(said_of(message)):
            odd.append(message.id)

    assert odd == []


@pytest.mark.parametrize("tag", TAGS)
def test_white_space_is_that_of_the_english(tag: str) -> None:
    odd = [
        (message.id, said)
        for message in messages(tag)
        for said in said_of(message)
        if white_space(said) != white_space(english_of(message)[-1])
    ]

    assert odd == []


@pytest.mark.parametrize("tag", TAGS)
def test_every_message_is_said_in_each_language_that_is_offered(tag: str) -> None:
    assert [message.id for message in catalogue(tag) if message.id and not any(said_of(message))] == []
