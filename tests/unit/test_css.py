"""The colours of the style sheet can be read by people with low vision, light and dark, and the built files agree."""

import hashlib
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub_finder.brand import Brand
from hub_finder.colours import TOKENS as CHOSEN
from hub_finder.config import ROOT
from hub_finder.contrast import EDGE, TEXT, contrast

TOKENS = (ROOT / "assets/scss/_tokens.scss").read_text(encoding="utf-8")
BUILT = (ROOT / "static/css/site.css").read_text(encoding="utf-8")

PAIRS = [
    ("ink", "paper", 7.0),
    ("ink", "card", 7.0),
    ("ink", "shallows", 7.0),
    ("ink", "sand", 7.0),
    ("ink", "blush", 7.0),
    ("muted", "paper", TEXT),
    ("muted", "card", TEXT),
    ("muted", "shallows", TEXT),
    ("muted", "blush", TEXT),
    ("sea", "paper", TEXT),
    ("sea", "card", TEXT),
    ("sea", "shallows", TEXT),
    ("sea", "blush", TEXT),
    ("sea-hover", "card", TEXT),
    ("on-sea", "sea", TEXT),
    ("on-sea", "sea-hover", TEXT),
    ("on-harbour", "harbour", TEXT),
    ("harbour-soft", "harbour", TEXT),
    ("clay", "card", TEXT),
    ("clay", "blush", TEXT),
    ("on-clay", "clay", TEXT),
    ("on-clay", "clay-hover", TEXT),
    ("moss", "card", TEXT),
    ("moss", "moss-soft", TEXT),
    ("visited", "card", TEXT),
    ("on-sun", "sun", 7.0),
    ("edge", "card", EDGE),
    ("edge", "paper", EDGE),
    ("sun", "harbour", EDGE),
]


def colours(scheme: str) -> dict[str, str]:
    """The tokens of a scheme by name, with those that are the same in both."""
    block = re.search(rf"@mixin {scheme} {{(.*?)}}", TOKENS, re.DOTALL)
    assert block
    shared = re.findall(r"--(sun|on-sun): (#\w{6})", TOKENS)
    return dict(re.findall(r"--([\w-]+): (#\w{6})", block[1])) | dict(shared)


@given(st.integers(0, 0xFFFFFF).map("#{:06x}".format))
def test_words_stand_out_with_any_colour_that_an_area_may_have(colour: str) -> None:
    try:
        brand = Brand(colour=colour)
    except ValueError:
        assume(False)
    tokens = colours("light") | {"sea": brand.colour, "harbour": brand.colour, "sea-hover": brand.darker}

    assert [pair for pair in PAIRS if contrast(tokens[pair[0]], tokens[pair[1]]) < pair[2]] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_words_stand_out_from_what_is_behind_them(scheme: str, front: str, back: str, least: float) -> None:
    tokens = colours(scheme)

    assert contrast(tokens[front], tokens[back]) >= least


def test_colours_that_others_choose_take_the_place_of_all_of_ours() -> None:
    replaced = [token for tokens in CHOSEN.values() for token in tokens]

    # The ring of what has the focus is ours: dark on yellow stands out from any colour.
    assert sorted([*replaced, "sun", "on-sun"]) == sorted(colours("light"))


def test_both_schemes_have_the_same_colours() -> None:
    assert colours("light").keys() == colours("dark").keys()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_built_style_sheet_has_the_colours_of_the_source(scheme: str) -> None:
    for name, colour in colours(scheme).items():
        short = re.sub(r"#(\w)\1(\w)\2(\w)\3$", r"#\1\2\3", colour)

        assert re.search(rf"--{name}: ?({colour}|{short})\b", BUILT), name


def test_every_file_that_the_style_sheet_asks_for_is_here_and_has_the_version_of_the_pages() -> None:
    addresses = re.findall(r"""url\(["']?([^"')]+)["']?\)""", BUILT)

    assert addresses
    for address in addresses:
        path, _, version = address.partition("?v=")
        content = (ROOT / "static/css" / path).read_bytes()
        assert version == hashlib.sha256(content).hexdigest()[:10]


def test_style_sheet_asks_nothing_of_other_hosts() -> None:
    assert "//" not in re.sub(r"/\*.*?\*/", "", BUILT, flags=re.DOTALL)


def test_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "assets/package-lock.json").read_text(encoding="utf-8")
