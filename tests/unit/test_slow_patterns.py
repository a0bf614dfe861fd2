"""No regular expression of ours takes long over what somebody hostile sends: each is tried as the code uses it."""

import ast
import re
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import pytest

from hub_finder.config import ROOT

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_parse

SEARCHES = {"search", "sub", "subn", "split", "findall", "finditer"}
METHODS = SEARCHES | {"match", "fullmatch"}
# Longer than any box that is read by one may be, and far above what a pattern that looks again and again can bear.
LENGTH = 30_000
MOST_CPU_S = 0.25
MOST_LETTERS = 10
OF_CATEGORY = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a"}


class Use(NamedTuple):
    """A pattern, its flags, and whether it is looked for anywhere in a text."""

    where: str
    pattern: str | bytes
    flags: int
    searches: bool


class TooSlow(Exception):
    pass


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Ends what takes longer. Time of this process alone, so that a busy machine changes nothing."""

    def ring(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def trees() -> dict[str, ast.Module]:
    paths = (ROOT / "hub_finder").rglob("*.py")
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def module_of(name: str) -> Any:
    return __import__(name.removesuffix(".py").removesuffix("/__init__").replace("/", "."), fromlist=["*"])


def uses() -> list[Use]:
    """Patterns written in a call of `re`, and those of a module by the methods called on their names anywhere."""
    found: list[Use] = []
    methods: dict[tuple[str, str], set[str]] = {}
    for name, tree in trees().items():
        for of, call, method in calls(tree):
            if of != "re":
                methods.setdefault((name, of), set()).add(method)
            elif isinstance(call.args[0], ast.Constant):
                found.append(Use(f"{name}:{call.lineno}", str(call.args[0].value), 0, method in SEARCHES))
    for name in sorted({name for name, _label in methods}):
        for label, value in vars(module_of(name)).items():
            used = methods.get((name, label))
            if isinstance(value, re.Pattern) and used:
                found.append(Use(f"{name} {label}", value.pattern, value.flags, bool(used & SEARCHES)))
    return found


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call, str]]:
    """The calls of what a pattern can do: by which name, and which of it."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=of), attr=method)) if method in METHODS:
                yield of, node, method


def letters(parsed: Any) -> Iterator[str]:  # noqa: C901  a row for each kind
    """One of each kind of letter that a pattern speaks of."""
    for code, of in parsed:
        name = str(code)
        if name in ("LITERAL", "NOT_LITERAL"):
            yield chr(of)
        elif name == "ANY":
            yield "a"
        elif name == "RANGE":
            yield chr(of[0])
        elif name == "CATEGORY":
            yield OF_CATEGORY.get(str(of), "-")
        elif name == "NEGATE":
            yield "~"
        elif name == "IN":
            yield from letters(of)
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield from letters(of[2])
        elif name == "SUBPATTERN":
            yield from letters(of[3])
        elif name == "BRANCH":
            for branch in of[1]:
                yield from letters(branch)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from letters(of[1])


def hostile(pattern: str | bytes, flags: int) -> Iterator[str]:
    """Long runs of what the pattern wants, of one kind and of two in turn, each with an end that it does not."""
    parsed = sre_parse.parse(cast("str", pattern), flags & ~re.UNICODE if isinstance(pattern, str) else flags)
    kinds = list(dict.fromkeys(letters(parsed)))[:MOST_LETTERS] or ["a"]
    few = kinds[: MOST_LETTERS // 2]
    runs = [*kinds, *(one + other for one in few for other in few if one != other), "".join(kinds)]
    for run in runs:
        long = run * (LENGTH // len(run))
        yield from (f"{long}\0", f"{''.join(kinds)}{long}\0")


def is_slow(use: Use) -> bool:
    compiled = re.compile(use.pattern, use.flags & ~re.UNICODE if isinstance(use.pattern, str) else use.flags)
    # A search is tried as one that replaces, so that it goes on after what it finds.
    try_it: Callable[[Any], object] = (
        (lambda text: compiled.sub(text[:0], text)) if use.searches else compiled.fullmatch
    )
    try:
        for text in hostile(use.pattern, use.flags):
            with cpu_limit(MOST_CPU_S):
                try_it(text.encode("utf-8") if isinstance(use.pattern, bytes) else text)
    except TooSlow:
        return True
    return False


def test_no_pattern_of_ours_takes_long_over_hostile_text() -> None:
    known = uses()

    slow = sorted(f"{use.where}: {use.pattern!r:.80}" for use in known if is_slow(use))

    assert len(known) > 150
    assert slow == []


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"\s*\n\s*", r"[^@\s]+@[^@\s]+"])
def test_a_pattern_that_takes_long_is_found(pattern: str) -> None:
    assert is_slow(Use("here", pattern, 0, searches=True))
