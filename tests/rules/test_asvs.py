"""What the table of docs/security.md names is there: each test, each setting; and rules that the whole source keeps."""

import ast
import re
from functools import cache

import pytest

from hub_finder.config import DEFAULTS, ROOT

ROW = re.compile(r"^\| (\d{1,2}\.\d{1,2}\.\d{1,2}) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`((?:unit|integration|rules|e2e)/[\w/]+\.py)(?:::(\w+))?`")
SETTING = re.compile(r"`((?:HUB|MAX)_[A-Z_]+)`")
# Modules and names that run text, or make objects of what somebody sent.
RUNS = {"subprocess", "pickle", "marshal", "shelve", "yaml", "ctypes"}
CALLS = {"eval", "exec", "os.system", "os.popen", "__import__"}
# Programs of the database, called with a list of words, by who runs the site; the library that gives memory back.
MAY_RUN = {"hub_finder/backups.py", "hub_finder/directory/snapshot.py"}
MAKES_HTML = re.compile(r"\.(?:inner|outer)HTML\s*\+?=|insertAdjacentHTML|document\.write|\beval\(|new Function\(")


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "docs/security.md").read_text(encoding="utf-8"))


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_requirements_stand_in_their_order_and_once() -> None:
    numbers = [tuple(map(int, number.split("."))) for number, *_ in rows()]

    assert len(numbers) > 100
    assert numbers == sorted(set(numbers))
    assert {chapter for chapter, *_ in numbers} == set(range(1, 17))


def test_each_row_names_what_proves_it_or_says_that_nothing_does() -> None:
    bare = [
        number
        for number, _asked, how in rows()
        if not (TEST.search(how) or SETTING.search(how) or "](" in how or how.startswith("not met"))
    ]

    assert bare == []


def test_what_is_named_is_there() -> None:
    lost = []
    for number, _asked, how in rows():
        for path, name in TEST.findall(how):
            if not (ROOT / "tests" / path).is_file() or (name and name not in names_in(path)):
                lost.append(f"{number} {path} {name}")
        lost += [f"{number} {setting}" for setting in SETTING.findall(how) if setting not in DEFAULTS]

    assert lost == []


def test_no_source_calls_a_shell_or_runs_text() -> None:
    found = []
    for path in sorted((ROOT / "hub_finder").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names) if {one.name.partition(".")[0] for one in names} & RUNS:
                    found.append(name)
                case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in RUNS:
                    found.append(name)
                case ast.Call(func=func) if ast.unparse(func) in CALLS:
                    found.append(f"{name} {ast.unparse(func)}")
                case ast.keyword(arg="shell"):
                    found.append(f"{name} shell")

    assert sorted(set(found) - MAY_RUN) == []


def test_no_script_of_ours_makes_html_of_text() -> None:
    scripts = sorted((ROOT / "static/js").glob("*.js"))

    assert len(scripts) > 5
    assert [path.name for path in scripts if MAKES_HTML.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("line", ["x.innerHTML = y", "eval(x)", 'document.write("x")'])
def test_a_script_that_does_is_found(line: str) -> None:
    assert MAKES_HTML.search(line)
