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


MAP = (ROOT / "static/css/map.css").read_text(encoding="utf-8")
GROUNDS = ("map-sea", "map-land", "map-home", "map-built")


def map_rules() -> dict[str, dict[str, str]]:
    """What each selector of the map's style sheet says outside of what is asked of the medium."""
    plain = re.sub(r"/\*.*?\*/", "", MAP, flags=re.DOTALL)
    plain = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", plain)
    rules: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", plain):
        for selector in selectors.split(","):
            rules.setdefault(selector.strip(), {}).update(re.findall(r"([\w-]+):\s*([^;]+);", body))
    return rules


def map_colours(scheme: str) -> dict[str, str]:
    """The colours of the site with those of the map's ground."""
    blocks = re.findall(r":root {(.*?)}", MAP, re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#\w+);", blocks[0 if scheme == "light" else 1]))
    return colours(scheme) | {name: re.sub(r"^#(\w)(\w)(\w)$", r"#\1\1\2\2\3\3", one) for name, one in found.items()}


def colour_of(value: str, tokens: dict[str, str]) -> str:
    """The colour in a value such as `2px solid var(--ink, #1f2a30)`."""
    named = re.search(r"var\(--([\w-]+)", value)
    assert named, value
    return tokens[named[1]]


def pins(scheme: str) -> dict[str, dict[str, str]]:
    """The colours of each kind of pin: its `pin`, what stands `on-pin`, its `pin-edge`."""
    rules, tokens = map_rules(), map_colours(scheme)
    kinds = [selector for selector in rules if re.fullmatch(r"\.hf-spot(--\w+)?", selector)]
    told = {kind: rules[".hf-spot"] | rules[kind] for kind in kinds}
    parts = ("pin", "on-pin", "pin-edge")
    return {kind: {part: colour_of(said[f"--{part}"], tokens) for part in parts} for kind, said in told.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pins_stand_out_from_the_ground_and_their_signs_from_the_pin(scheme: str) -> None:
    tokens = map_colours(scheme)

    found = pins(scheme)

    assert len(found) > 7
    for kind, pin in found.items():
        assert contrast(pin["on-pin"], pin["pin"]) >= EDGE, kind
        for ground in GROUNDS:
            seen = max(contrast(pin[part], tokens[ground]) for part in ("pin", "pin-edge"))
            assert seen >= EDGE, f"{kind} on {ground}: {seen:.2f}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("selector", "part"),
    [
        (".hf-several", "border"),
        (".hf-origin::before", "border"),
        (".hf-origin__point--near .hf-origin::after", "border"),
        (".hf-spot__point--near .hf-spot", "outline"),
    ],
)
def test_rings_on_the_map_stand_out_from_the_ground(scheme: str, selector: str, part: str) -> None:
    tokens = map_colours(scheme)

    ring = colour_of(map_rules()[selector][part], tokens)

    assert min(contrast(ring, tokens[ground]) for ground in GROUNDS) >= EDGE


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_of_places_can_be_read_on_the_ground(scheme: str) -> None:
    tokens = map_colours(scheme)

    name = colour_of(map_rules()[".hf-place"]["color"], tokens)

    assert min(contrast(name, tokens[ground]) for ground in GROUNDS) >= TEXT


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
