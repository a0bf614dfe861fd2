"""Packages are pinned with their hashes, and stand under licences that we may use."""

import re

import pytest

from hub_finder.config import ROOT
from tests.licences import DOCUMENT, ELSEWHERE, document, licence_of, pinned

LOCKS = ("requirements.txt", "requirements-dev.txt")
# Each name in what a package states. The LGPL and the MPL bind who changes the package; the OGL is of data.
ALLOWED = re.compile(
    r"(?:BSD(?:-[23]-Clause)?|0BSD|MIT(?:-0|-CMU)?|Apache-2\.0|PSF-2\.0|MPL-2\.0|LGPL-3\.0-only|Zlib|CC0-1\.0|OGL-UK-3\.0)"
)
NAMES = re.compile(r"(?<![^\s()])(?!(?:AND|OR|or)\b)[^\s()]+")


@pytest.mark.parametrize("name", LOCKS)
def test_each_package_is_pinned_with_a_hash(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    packages = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]

    assert len(packages) > 50
    assert [line[:60] for line in packages if not re.match(r"[\w.-]+==\S+.*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_all_that_we_ask_for_is_in_the_lock() -> None:
    asked = re.findall(r"^([\w.-]+)", (ROOT / "requirements.in").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(name for name in asked if name.lower() not in pinned("requirements.txt")) == []


def test_list_of_licences_is_what_the_packages_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run python -m tests.licences"


def test_each_licence_is_one_that_we_may_use() -> None:
    stated = {name: licence_of(name) for name in pinned("requirements.txt")}
    others = {
        name: licence
        for name, licence in stated.items()
        if licence != ELSEWHERE and not all(map(ALLOWED.fullmatch, NAMES.findall(licence)))
    }

    assert others == {}
    assert len([licence for licence in stated.values() if licence != ELSEWHERE]) > 50
