"""Colours that others choose: read exactly, and refused where people with low vision could not read with them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from hub_finder.area import Area
from hub_finder.colours import LEAST, read_palette, style_sheet
from hub_finder.contrast import EDGE, TEXT, contrast

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # As WCAG's own examples and the usual calculators have them.
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_that_of_the_guidelines(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("typed", ["#0B4F5C", "0b4f5c", " #0b4f5c "])
def test_colour_is_read_with_or_without_its_mark(area: Area, typed: str) -> None:
    palette = read_palette(MultiDict({"link": typed}), area)

    assert palette.errors == {}
    assert palette.colour("link") == "#0b4f5c"
    assert palette.given == {"link": "0b4f5c"}


@pytest.mark.parametrize("typed", ["red", "#fff", "#12345", "#1234567", "#12345g", "rgb(0,0,0)", "#00000٠", "};x{"])
def test_what_is_no_colour_is_refused_and_named(area: Area, typed: str) -> None:
    palette = read_palette(MultiDict({"text": typed}), area)

    assert list(palette.errors) == ["text"]
    assert "is not a colour we can read" in palette.errors["text"][0]


def test_text_that_nobody_can_read_is_refused_with_its_contrast(area: Area) -> None:
    palette = read_palette(MultiDict({"background": "#ffffff", "text": "#777777", "outline": "#cccccc"}), area)

    assert palette.errors == {
        "text": ["#777777 on #ffffff is hard to see. The contrast is 4.47 to 1. It must be 4.5 or more."],
        "outline": ["#cccccc on #ffffff is hard to see. The contrast is 1.6 to 1. It must be 3.0 or more."],
    }


def test_a_dark_background_alone_is_refused_for_the_dark_text_that_is_usual(area: Area) -> None:
    assert set(read_palette(MultiDict({"background": "#101010"}), area).errors) == {"text", "link"}


def test_nothing_chosen_is_right(area: Area) -> None:
    palette = read_palette(MultiDict({"background": ""}), area)

    assert (palette.errors, palette.given) == ({}, {})


@given(COLOURS, COLOURS, COLOURS, COLOURS)
def test_what_is_taken_stands_out_as_much_as_it_must(
    area: Area, background: str, text: str, link: str, outline: str
) -> None:
    chosen = {"background": background, "text": text, "link": link, "outline": outline}

    palette = read_palette(MultiDict(chosen), area)

    far_apart = {name for name, least in LEAST.items() if contrast(chosen[name], background) >= least}
    assert set(palette.errors) == LEAST.keys() - far_apart


@given(COLOURS)
def test_our_ring_of_focus_stands_out_from_any_background(background: str) -> None:
    assert max(contrast("#ffc845", background), contrast("#1f2a30", background)) >= EDGE


@given(COLOURS, COLOURS)
def test_style_sheet_holds_colours_and_nothing_else(area: Area, background: str, text: str) -> None:
    sheet = style_sheet(read_palette(MultiDict({"background": background, "text": text}), area))

    assert re.fullmatch(r":root \{\n  color-scheme: (light|dark);\n(  --[a-z-]+: #[0-9a-f]{6};\n)+\}\n", sheet)
    # What a browser draws itself, as the bars it scrolls by, goes with the background.
    assert ("dark" in sheet) == (contrast(background, "#ffffff") > TEXT + 0.09) or abs(
        contrast(background, "#ffffff") - contrast(background, "#000000")
    ) < 0.1
