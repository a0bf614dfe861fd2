"""The documents name every setting, command and address, and their links lead somewhere."""

import re
import tomllib
from contextlib import suppress
from functools import reduce
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from urllib.parse import unquote

import pytest
from alembic.script import ScriptDirectory
from click import Option
from flask import Flask

import hub_finder
from hub_finder.cli import hub
from hub_finder.config import DEFAULTS, ROOT

DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(path for room in ("bench", "data", "docs", "tests") for path in (ROOT / room).rglob("*.md"))]
)
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


def options() -> list[tuple[str, str]]:
    named = ((name, option) for name, command in hub.commands.items() for option in command.params)
    return [(name, max(option.opts, key=len)) for name, option in named if isinstance(option, Option)]


@pytest.mark.parametrize(("command", "option"), options())
def test_option_is_described(command: str, option: str) -> None:
    """Beside its command, or in the area's guide; those of `search` are the API's parameters, by their names."""
    described = [line for line in text_of_all().splitlines() if f"flask hub {command}" in line]
    if command == "new-area":
        described += (ROOT / "docs/new-area.md").read_text(encoding="utf-8").splitlines()
    is_parameter = command == "search" and f"| `{option.removeprefix('--').replace('-', '_')}` |" in text_of_all()

    assert is_parameter or any(option in line for line in described), f"no document describes {command} {option}"


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


# A module of ours and what stands in it, in a drawing: `directory.search.find`.
IN_A_DRAWING = re.compile(r"(?<![\w./-])[a-z_]+(?:\.[A-Za-z_]+)+(?![\w/.-]*[/-])")
A_FILE = re.compile(r"\.(css|csv|geojson|html|js|json|py|toml)$")
DEFINED = re.compile(r"^(?:def|class) (\w+)|^(\w+)\b.*=", re.MULTILINE)
MODULES = [module.name for module in walk_packages(hub_finder.__path__, "hub_finder.")]


def is_there(name: str) -> bool:
    parts = name.split(".")
    for at in range(len(parts), 0, -1):
        for module in MODULES:
            if f".{module}".endswith("." + ".".join(parts[:at])):
                with suppress(AttributeError):
                    reduce(getattr, parts[at:], import_module(module))
                    return True
    return False


@pytest.mark.parametrize("document", ["architecture.md", "flows.md"])
def test_what_a_drawing_names_is_in_the_code(document: str) -> None:
    drawings = CODE.finditer((ROOT / "docs" / document).read_text(encoding="utf-8"))
    named = {name for drawing in drawings for name in IN_A_DRAWING.findall(drawing[0]) if not A_FILE.search(name)}

    assert len(named) > 50
    assert sorted(name for name in named if not is_there(name)) == []


def test_what_the_tour_names_stands_in_the_file_that_it_links() -> None:
    tour = ROOT / "docs/tour.md"
    named = re.findall(r"\[`(\w+)`\]\(([^)]+\.py)\)", tour.read_text(encoding="utf-8"))
    lost = []
    for name, path in named:
        found = DEFINED.findall((tour.parent / path).read_text(encoding="utf-8"))
        lost += [] if name in {one for pair in found for one in pair} else [(name, path)]

    assert len(named) > 20
    assert lost == []


def test_the_newest_release_is_ours_and_says_which_tables_it_needs() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    releases = re.findall(r"^## ([0-9.]+).*\n\nTables: (\d{4})\.", changes, re.MULTILINE)
    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()

    assert releases[0] == (project["version"], head)
    assert releases[-1] == ("0.1.0", "0001")


def test_there_is_something_to_read() -> None:
    assert ROOT / "README.md" in DOCUMENTS
    assert [path for path in DOCUMENTS if path.is_relative_to(ROOT / "docs")]
