"""What may not be in the repository: one machine's paths, private hosts, half-finished work, files too long to read."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from hub_finder.config import ROOT

MADE_ELSEWHERE = ("static/vendor/", "static/fonts/", "static/css/site.css")
LOCKS = ("requirements.txt", "requirements-dev.txt", "assets/package-lock.json", "assets/.npmrc")
LONGEST = 450
MACHINE = re.compile(r"(?<![\w.<])/(?:work|home|root|Users|mnt/[a-z]+|tmp/[a-z]+)/[\w.-]+")
# The words are put together here, so that this file may hold them.
UNFINISHED = re.compile(
    r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b|\blor" + r"em\b"
)
INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host|_auth(?:Token)?\s*=")
HOST = re.compile(r"https?://([\w.-]+)")
# Put together here, so that this file does not name them itself.
PUBLIC_REGISTRIES = {
    ".".join(parts) for parts in (("registry", "npmjs", "org"), ("pypi", "org"), ("files", "python" + "hosted", "org"))
}


@cache
def files() -> tuple[str, ...]:
    """Every file that is, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
    else:
        ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()}
        inside = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        names = [path.as_posix() for path in inside if not ignored & set(path.parts)]
    return tuple(sorted(name for name in names if name and (ROOT / name).is_file()))


@cache
def texts() -> dict[str, str]:
    found = {}
    for name in files():
        data = (ROOT / name).read_bytes()
        if b"\0" not in data and not name.startswith(MADE_ELSEWHERE):
            found[name] = data.decode("utf-8")
    return found


def lines_with(pattern: re.Pattern[str], *, but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts().items()
        if name not in but
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_files_are_found() -> None:
    assert {"hub_finder/__init__.py", "tests/rules/test_repository.py", "pyproject.toml"} <= set(texts())


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE, but=("tests/rules/test_repository.py",)) == []


def test_no_file_names_a_package_index_of_its_own() -> None:
    assert lines_with(INDEX, but=("tests/rules/test_repository.py",)) == []


@pytest.mark.parametrize("name", LOCKS)
def test_lock_file_names_only_public_registries(name: str) -> None:
    hosts = set(
        HOST.findall("\n".join(re.findall(r'"resolved".*|registry.*|^-.*', texts().get(name, ""), re.MULTILINE)))
    )

    assert sorted(hosts - PUBLIC_REGISTRIES) == []


def test_nothing_is_left_half_finished() -> None:
    assert lines_with(UNFINISHED) == []


@pytest.mark.parametrize("folder", ["hub_finder", "tests", "migrations", "bench"])
def test_no_file_is_too_long_to_read(folder: str) -> None:
    long = {
        name: len(text.splitlines())
        for name, text in texts().items()
        if name.startswith(f"{folder}/") and name.endswith((".py", ".html", ".js")) and len(text.splitlines()) > LONGEST
    }

    assert long == {}


def test_no_secret_or_database_is_kept() -> None:
    kept = [name for name in files() if re.search(r"\.(sqlite3?|db|pem|key|env)$|(^|/)\.env", Path(name).as_posix())]

    assert kept == []


def test_text_files_end_with_one_line_end_and_hold_no_tabs_or_odd_marks() -> None:
    odd = {
        name
        for name, text in texts().items()
        if name.endswith((".py", ".html", ".md", ".toml", ".js", ".scss", ".yml", ".yaml"))
        and text
        and (
            not text.endswith("\n")
            or text.endswith("\n\n")
            or "\r" in text
            or re.search(r"[\u202a-\u202e\u2066-\u2069\ufeff]", text)
        )
    }

    assert sorted(odd) == []
