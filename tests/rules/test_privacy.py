"""docs/privacy.md has a row for each table where a person can stand, and each promise has its proof."""

import re

import pytest

from hub_finder.cli import hub
from hub_finder.config import DEFAULTS, ROOT
from hub_finder.directory.held import LISTED_ADDRESSES, NAMES, OWN_ADDRESSES, columns_to_account
from hub_finder.models.base import Base
from tests.rules.test_asvs import names_in

DOCUMENT = ROOT / "docs/privacy.md"
KEPT = re.compile(r"^\| ([a-z_]+) \| ([a-z_, ]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
PROOF = re.compile(r"`((?:unit|integration|rules)/\w+\.py)(?:::(\w+))?` \|$", re.MULTILINE)
# What a period can be: a setting, a number, or the end of something else.
ENDS = re.compile(
    r"`HUB_[A-Z_]+`|\d+ (?:days|months)|an hour|a day|with the (?:account|listing)|goes, or|is (?:used|sent)"
)
# Tables that hold people, but no reference to one.
BESIDE = {"account", "bounce", "search_phrase", "tries"}


def rows() -> dict[str, tuple[set[str], str]]:
    """By table: its columns and how long they are kept."""
    found = KEPT.findall(DOCUMENT.read_text(encoding="utf-8"))
    return {table: ({name.strip() for name in columns.split(",")}, until) for table, columns, _, _, until in found}


def known() -> dict[str, set[str]]:
    """By table: the columns in which a person stands, as the export and the forgetting know them."""
    found: dict[str, set[str]] = {table: set() for table in BESIDE}
    for column in (*columns_to_account(), *NAMES, *OWN_ADDRESSES, *LISTED_ADDRESSES):
        found.setdefault(column.table.name, set()).add(column.name)
    return found


def test_each_place_where_a_person_stands_has_its_row() -> None:
    there = rows()

    lacking = {table: sorted(columns - there.get(table, (set(), ""))[0]) for table, columns in known().items()}
    assert {table: columns for table, columns in lacking.items() if columns} == {}
    assert sorted(known().keys() - there.keys()) == []


def test_each_column_of_a_row_is_there() -> None:
    tables = Base.metadata.tables

    lost = {table: sorted(columns - set(tables[table].columns.keys())) for table, (columns, _until) in rows().items()}
    assert {table: columns for table, columns in lost.items() if columns} == {}


def test_each_row_says_when_it_ends() -> None:
    assert [table for table, (_columns, until) in rows().items() if not ENDS.search(until)] == []


def test_each_setting_and_command_is_there() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    assert sorted(set(re.findall(r"`(HUB_[A-Z_]+)`", text)) - set(DEFAULTS)) == []
    assert sorted(set(re.findall(r"flask hub ([a-z-]+)", text)) - set(hub.commands)) == []


def test_each_promise_has_its_proof() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    promises = text.partition("## What we promise")[2].partition("\n## ")[0]
    lines = [line for line in promises.splitlines() if line.startswith("| ")][1:]

    assert len(lines) > 12
    assert [line for line in lines if not PROOF.search(line)] == []
    assert [f"{path} {name}" for path, name in PROOF.findall(promises) if name and name not in names_in(path)] == []


@pytest.mark.parametrize("period", ["for good", "as long as it is needed"])
def test_a_row_without_an_end_would_be_found(period: str) -> None:
    assert not ENDS.search(period)
