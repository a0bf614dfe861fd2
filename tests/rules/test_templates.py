"""Templates: all compile, all are used, and none takes or is given what it does not need."""

import ast
import re
from functools import cache

import pytest
from flask import Flask
from jinja2 import meta, nodes

from hub_finder.config import ROOT

FOLDER = ROOT / "templates"
NAMES = sorted(
    path.relative_to(FOLDER).as_posix() for form in ("html", "svg", "css") for path in FOLDER.rglob(f"*.{form}")
)
# What every template may use: Flask's globals and ours, and what the context processor adds to pages.
GLOBALS = {
    "_",
    "n_",
    "p_",
    "script_words",
    "language",
    "RIGHT_TO_LEFT",
    "alternates",
    "comma",
    "language_links",
    "url_for",
    "request",
    "config",
    "calendar",
    "csp_nonce",
    "csrf_token",
    "query_url",
}
GLOBALS |= {"easy_url", "full_url", "is_discreet", "shortlist", "signed_in", "site_name"}
PAGES = GLOBALS | {"area"}
# What is no page: mail programs fetch no style sheet.
MAILS = {"mail.html"}
# A link opens in a new tab, and says so, where all that was typed would be lost otherwise: G200 of WCAG.
NEW_TAB = {"accounts/show_signed_out.html"}
# Values that may enter a page without being escaped: none.
SAFE: set[str] = set()


@cache
def tree(app: Flask, name: str) -> nodes.Template:
    return app.jinja_env.parse((FOLDER / name).read_text(encoding="utf-8"), name)


def mentioned(app: Flask, name: str) -> set[str]:
    """The templates of ours that one extends, includes or imports."""
    return {other for other in meta.find_referenced_templates(tree(app, name)) if other in NAMES}


@cache
def undeclared(app: Flask, name: str) -> set[str]:
    """The names that a template expects to be given; blocks and macros see what stands around them."""
    parsed = tree(app, name)
    own = {node.name for node in parsed.find_all(nodes.Name) if node.ctx in ("store", "param")}
    own |= {macro.name for macro in parsed.find_all(nodes.Macro)}
    for node in parsed.find_all(nodes.FromImport):
        own |= {one[1] if isinstance(one, tuple) else one for one in node.names}
    return meta.find_undeclared_variables(parsed) - own


@cache
def within(app: Flask, name: str) -> set[str]:
    """A page with all that it extends and includes, which see the same values."""
    shared = {name}
    parsed = tree(app, name)
    for node in (*parsed.find_all(nodes.Extends), *parsed.find_all(nodes.Include)):
        assert isinstance(node, nodes.Extends | nodes.Include)
        assert isinstance(node.template, nodes.Const)
        shared |= within(app, node.template.value)
    return shared


@cache
def rendered() -> dict[str, list[set[str]]]:
    """The templates that the code renders, each with the names it is given, for every call."""
    calls: dict[str, list[set[str]]] = {}
    for path in (ROOT / "hub_finder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_template":
                template = node.args[0]
                assert isinstance(template, ast.Constant), f"{path}: the name of a template must stand in the call"
                calls.setdefault(str(template.value), []).append({keyword.arg or "**" for keyword in node.keywords})
    return calls


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(plain_app: Flask, name: str) -> None:
    assert plain_app.jinja_env.get_template(name).name == name


def test_every_template_is_used(plain_app: Flask) -> None:
    used = set(rendered()) | {other for name in NAMES for other in mentioned(plain_app, name)}

    assert sorted(set(NAMES) - used) == []
    assert sorted(used - set(NAMES)) == []


@pytest.mark.parametrize("name", NAMES)
def test_template_uses_all_that_it_imports(plain_app: Flask, name: str) -> None:
    parsed = tree(plain_app, name)
    imported = {
        alias[1] if isinstance(alias, tuple) else alias
        for node in parsed.find_all(nodes.FromImport)
        for alias in node.names
    } | {node.target for node in parsed.find_all(nodes.Import)}
    read = {node.name for node in parsed.find_all(nodes.Name) if node.ctx == "load"}

    assert sorted(imported - read) == []


def test_every_macro_is_used(plain_app: Flask) -> None:
    defined, read = set(), set()
    for name in NAMES:
        parsed = tree(plain_app, name)
        defined |= {(name, macro.name) for macro in parsed.find_all(nodes.Macro)}
        read |= {(name, node.name) for node in parsed.find_all(nodes.Name) if node.ctx == "load"}
        for node in parsed.find_all(nodes.FromImport):
            assert isinstance(node.template, nodes.Const)
            read |= {(node.template.value, one[0] if isinstance(one, tuple) else one) for one in node.names}

    assert sorted(defined - read) == []


def test_every_import_is_of_a_macro_that_is_there(plain_app: Flask) -> None:
    macros = {(name, macro.name) for name in NAMES for macro in tree(plain_app, name).find_all(nodes.Macro)}
    imported = {
        (node.template.value, one[0] if isinstance(one, tuple) else one)
        for name in NAMES
        for node in tree(plain_app, name).find_all(nodes.FromImport)
        if isinstance(node.template, nodes.Const) and node.template.value in NAMES
        for one in node.names
    }

    assert sorted(imported - macros) == []


@pytest.mark.parametrize("name", sorted(rendered()))
def test_page_is_given_what_it_uses_and_uses_what_it_is_given(plain_app: Flask, name: str) -> None:
    wanted = set().union(*(undeclared(plain_app, part) for part in within(plain_app, name)))

    for given in rendered()[name]:
        assert sorted(wanted - given - PAGES) == [], "used but not given"
        assert sorted(given - wanted) == [], "given but not used"


def test_macros_take_all_they_need_as_arguments(plain_app: Flask) -> None:
    shared = set().union(*(within(plain_app, name) for name in rendered()))
    unknown = {name: undeclared(plain_app, name) - GLOBALS for name in NAMES if name not in shared}

    assert {name: names for name, names in unknown.items() if names} == {}


@pytest.mark.parametrize("name", NAMES)
def test_template_has_nothing_inline_and_trusts_no_value(name: str) -> None:
    source = (FOLDER / name).read_text(encoding="utf-8")

    inline = re.findall(r"\sstyle\s*=|<style\b|\son[a-z]+\s*=|javascript:", source, re.IGNORECASE)
    assert inline == (["<style"] if name in MAILS else [])
    assert re.findall(r"autoescape|\bMarkup\b", source) == []
    assert {f"{name}: {value}" for value in re.findall(r"(\S+)\s*\|\s*safe\b", source)} <= SAFE
    assert [tag for tag in re.findall(r"<script\b[^>]*>", source) if "nonce=" not in tag] == []
    assert bool(re.findall(r"target=[\"']_blank", source)) == (name in NEW_TAB)


def test_few_make_trusted_html_in_code() -> None:
    makers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "hub_finder").rglob("*.py")
        if re.search(r"\bMarkup\(|\|\s*safe\b|autoescape\s*=?\s*false", path.read_text(encoding="utf-8"), re.IGNORECASE)
    }

    # Of ours, and escaped: translated texts, and the marks around what is English or runs from left to right.
    assert makers <= {
        "hub_finder/languages.py",
        "hub_finder/maps.py",
        "hub_finder/said.py",
        "hub_finder/template_filters.py",
    }
