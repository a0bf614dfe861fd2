"""The documents name every setting, command and address, and their links lead somewhere."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask

from hub_finder.cli import hub
from hub_finder.config import DEFAULTS, ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
CODE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def text_of_all() -> str:
    paths = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())


@pytest.mark.parametrize("setting", sorted(DEFAULTS))
def test_setting_is_described(setting: str) -> None:
    assert re.search(rf"`{setting}\b", text_of_all()), f"no document describes {setting}"


@pytest.mark.parametrize("command", sorted(hub.commands))
def test_command_is_described(command: str) -> None:
    assert f"flask hub {command}" in text_of_all(), f"no document describes flask hub {command}"


def test_every_command_that_the_documents_name_is_there() -> None:
    named = set(re.findall(r"\bflask hub ([a-z][a-z-]+)", text_of_all()))

    assert sorted(named - set(hub.commands)) == []


def test_every_address_is_named(plain_app: Flask) -> None:
    documents = text_of_all()
    addresses = {re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", rule.rule) for rule in plain_app.url_map.iter_rules()}
    known = {address for address in addresses if f"`{address}" in documents or f" {address}" in documents}

    assert sorted(addresses - known - {"/static/<filename>"}) == []


def headings(path: Path) -> set[str]:
    """The anchors that a document's headings make."""
    titles = re.findall(r"^#+\s+(.+?)\s*$", CODE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_of_a_document_lead_somewhere(document: Path) -> None:
    broken = []
    for link in ("".join(pair) for pair in LINK.findall(CODE.sub("", document.read_text(encoding="utf-8")))):
        if re.match(r"[a-z][a-z+.-]*:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (document.parent / path) if path else document
        there = target.exists() and target.resolve().is_relative_to(ROOT)
        if not there or (anchor and target.suffix == ".md" and anchor not in headings(target)):
            broken.append(link)

    assert broken == []


def test_there_is_something_to_read() -> None:
    assert ROOT / "README.md" in DOCUMENTS
    assert [path for path in DOCUMENTS if path.is_relative_to(ROOT / "docs")]
