"""What families read in templates is marked, so that it can be translated."""

import re

import pytest
from flask import Flask
from jinja2 import nodes

from hub_finder.config import ROOT

# What staff and providers read.
IN_ENGLISH = ("accounts", "providers", "moderation", "signposting", "insight", "still_right")
FOLDER = ROOT / "templates"
# What staff and providers read is English.
STAFF = {"components/picture_field.html", "components/signed_in.html", "components/staff.html", "components/words.html"}
# For people who send files of listings, who write programs, and who look after a site.
ENGLISH = {"finder/show_columns.html", "finder/show_api.html", "finder/show_embedding.html"}
FAMILIES = sorted(
    name
    for path in FOLDER.rglob("*.html")
    if (name := path.relative_to(FOLDER).as_posix()).split("/")[0] not in IN_ENGLISH and name not in STAFF | ENGLISH
)
MARKS = {"_", "n_", "p_", "gettext", "ngettext", "pgettext"}
# Names that are the same in every language, and what staff alone are shown.
SAME = {
    "WhatsApp",
    "Hub Finder",
    "For the team",
    "Your account",
    "Your listings",
    "Lists for families",
    "What is there and missing",
    "Open Government Licence v.3.0",
    "GSHHG",
    "no-referrer",
    "strict-origin",
}
READ_ALOUD = re.compile(r"""(?:aria-label|alt|title|placeholder)="([^"]*)\"""")
LETTERS = re.compile(r"[A-Za-z]{2}")
# What begins like a sentence or a label: other texts in expressions are names of classes, icons and parameters.
LIKE_WORDS = re.compile(r"[A-Z][a-z’]+\b(?!/)")


def unmarked_text(app: Flask, source: str) -> list[str]:
    """The words that stand between tags, or are read aloud from an attribute, outside of any mark."""
    page, in_trans, opened = "", False, False
    for _line, kind, value in app.jinja_env.lex(source):
        if kind == "data" and not in_trans:
            page += value
        elif kind == "variable_begin":
            page += "\0"
        elif opened and kind == "name":
            in_trans = value == "trans" or (in_trans and value != "endtrans")
            opened = False
        opened = kind == "block_begin" or (opened and kind in ("whitespace", "operator"))
    page = re.sub(r"<(script|style).*?</\1>|<!--.*?-->|&\w+;", "", page, flags=re.DOTALL)
    found = [text for text in READ_ALOUD.findall(page) if LETTERS.search(text)]
    between = re.split(r"<[^>]*>", page)
    return found + [text.strip("\0 \n") for text in between if LETTERS.search(text)]


def unmarked_values(app: Flask, source: str) -> list[str]:
    """The texts in expressions that look like words for a reader, outside of any mark."""
    parsed = app.jinja_env.parse(source)
    marked = {
        id(text)
        for call in parsed.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS
        for text in call.find_all(nodes.Const)
    }
    compared = {id(text) for test in parsed.find_all(nodes.Compare) for text in test.find_all(nodes.Const)}
    return [
        text.value
        for text in parsed.find_all(nodes.Const)
        if isinstance(text.value, str) and id(text) not in marked | compared and LIKE_WORDS.match(text.value)
    ]


@pytest.mark.parametrize("name", FAMILIES)
def test_all_that_families_read_in_a_template_is_marked(plain_app: Flask, name: str) -> None:
    source = (FOLDER / name).read_text(encoding="utf-8")

    assert [text for text in unmarked_text(plain_app, source) if text not in SAME] == []
    assert [text for text in unmarked_values(plain_app, source) if text not in SAME] == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Not marked</p>",
        '<p>{{ _("marked") }} and not</p>',
        '<nav aria-label="Not marked"></nav>',
        '<p>{{ "Not marked" if page else _("marked") }}</p>',
        '{{ field("q", "Not marked", {"hint": _("marked")}) }}',
        "{% trans %}marked{% endtrans %} <b>not</b>",
    ],
)
def test_words_without_a_mark_are_found(plain_app: Flask, source: str) -> None:
    assert unmarked_text(plain_app, source) + unmarked_values(plain_app, source)


def test_names_of_classes_and_marked_words_are_no_fault(plain_app: Flask) -> None:
    source = """<p class="hf-lead {{ 'hf-wide' if page }}" aria-label="{{ _('All') }}">
      {% trans %}All <b>of it</b>{% endtrans %}
      {{ icon("globe") }}{{ _("Read %(link)s", link=link) }}{{ n_("%(num)s Mile", "%(num)s Miles", 2) }}</p>"""

    assert unmarked_text(plain_app, source) == []
    assert unmarked_values(plain_app, source) == []
