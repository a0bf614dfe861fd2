"""The report on accessibility names each criterion once, and what it says shows it is there."""

import re

import pytest

from hub_finder.config import ROOT
from tests.rules.test_asvs import names_in

ROW = re.compile(r"^\| (\d\.\d\.\d{1,2}) [^|]+ \| (AA?) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
SHOWN = re.compile(r"`((?:(?:unit|integration|rules|e2e)/)?\w+\.py)(?:::(\w+))?`")
# https://www.w3.org/TR/WCAG22/: criteria of the two levels, by guideline.
LEVEL_A = (
    *("1.1.1", "1.2.1", "1.2.2", "1.2.3", "1.3.1", "1.3.2", "1.3.3", "1.4.1", "1.4.2", "2.1.1", "2.1.2", "2.1.4"),
    *("2.2.1", "2.2.2", "2.3.1", "2.4.1", "2.4.2", "2.4.3", "2.4.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "3.1.1"),
    *("3.2.1", "3.2.2", "3.2.6", "3.3.1", "3.3.2", "3.3.7", "4.1.2"),
)
LEVEL_AA = (
    *("1.2.4", "1.2.5", "1.3.4", "1.3.5", "1.4.3", "1.4.4", "1.4.5", "1.4.10", "1.4.11", "1.4.12", "1.4.13", "2.4.5"),
    *("2.4.6", "2.4.7", "2.4.11", "2.5.7", "2.5.8", "3.1.2", "3.2.3", "3.2.4", "3.3.3", "3.3.4", "3.3.8", "4.1.3"),
)


def rows() -> list[tuple[str, str, str, str]]:
    return ROW.findall((ROOT / "docs/conformance.md").read_text(encoding="utf-8"))


def test_each_criterion_has_one_row_with_its_level() -> None:
    told = [(number, level) for number, level, *_ in rows()]
    wanted = {**dict.fromkeys(LEVEL_A, "A"), **dict.fromkeys(LEVEL_AA, "AA")}

    assert len(told) == 55
    assert dict(told) == wanted


def test_each_row_says_how_it_stands() -> None:
    ways = ("met", "partly", "not ", "does not apply")

    assert [number for number, _level, how, _shown in rows() if not how.startswith(ways)] == []


def test_what_shows_it_is_there() -> None:
    lost, bare = [], []
    for number, _level, _how, shown in rows():
        found = SHOWN.findall(shown)
        if not found and shown.strip() != "by eye":
            bare.append(number)
        for path, name in found:
            if not (ROOT / "tests" / path).is_file() or (name and name not in names_in(path)):
                lost.append(f"{number} {path} {name}")

    assert (bare, lost) == ([], [])


@pytest.mark.parametrize("number", range(1, 15))
def test_each_point_of_the_service_standard_is_answered(number: int) -> None:
    text = (ROOT / "docs/service-standard.md").read_text(encoding="utf-8")

    assert len(re.findall(rf"^\| {number}\. [^|]+ \| \*\*(?:Met|Partly|Not met)[^|]+ \|$", text, re.MULTILINE)) == 1
