"""Colours that others choose for what they show of ours, and whether people with low vision can read them."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from hub_finder.area import Area
from hub_finder.contrast import EDGE, TEXT, contrast, luminance
from hub_finder.languages import _
from hub_finder.parameters import Field, Rule, Unread, read_field, shorten

# Below this, white stands out from a colour more than black does.
DARK = 0.179


@dataclass(frozen=True, kw_only=True)
class Colour(Rule):
    """A colour as #rrggbb. The "#" may be left out, which an address cannot hold as it is."""

    usual: str

    def read(self, typed: str, _area: Area) -> str:
        digits = re.fullmatch(r"#?([0-9a-f]{6})", typed.lower(), re.ASCII)
        if digits is None:
            said = _(
                "“%(typed)s” is not a colour we can read. Use # and six digits, like %(like)s.",
                typed=shorten(typed),
                like=self.usual,
            )
            raise Unread(said)
        return f"#{digits[1]}"


RULES = (
    Colour(name="background", label="Background", usual="#ffffff"),
    Colour(name="text", label="Text", usual="#1f2a30"),
    Colour(name="link", label="Links", usual="#0b4f5c"),
    Colour(name="outline", label="Borders", usual="#5f6f75"),
)
# What has to stand out from the background, and how much.
LEAST = {"text": TEXT, "link": TEXT, "outline": EDGE}
# The colours of our style sheets, as tests/unit/test_css.py has them, by which of the four takes their place.
TOKENS = {
    "background": (
        *("paper", "card", "shallows", "sand", "blush", "moss-soft"),
        *("harbour", "on-sea", "on-clay"),
    ),
    "text": ("ink", "muted", "clay", "clay-hover", "moss", "on-harbour", "harbour-soft"),
    "link": ("sea", "sea-hover", "visited"),
    "outline": ("line", "edge", "sand-edge"),
}


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The four colours as they were given: the fields by name, with what is wrong with each."""

    fields: Mapping[str, Field]

    def __getitem__(self, name: str) -> Field:
        return self.fields[name]

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields.values())

    @property
    def errors(self) -> dict[str, list[str]]:
        return {field.name: field.errors for field in self if field.errors}

    @property
    def given(self) -> dict[str, str]:
        """Those that were given and can be read, without "#", as an address holds them."""
        return {field.name: field.value.removeprefix("#") for field in self if field.value}

    def colour(self, name: str) -> str:
        """One of them as #rrggbb: what was given, else the usual one."""
        usual = {rule.name: rule.usual for rule in RULES}
        return str(self[name].value or usual[name])


def read_palette(args: MultiDict[str, str], area: Area) -> Palette:
    """The colours of an address, refused where people with low vision could not read with them."""
    palette = Palette(fields={rule.name: read_field(rule, args.getlist(rule.name), area) for rule in RULES})
    if palette.errors or not palette.given:
        return palette
    back = palette.colour("background")
    for name, least in LEAST.items():
        front = palette.colour(name)
        ratio = contrast(front, back)
        if ratio < least:
            said = _(
                "%(front)s on %(back)s is hard to see. The contrast is %(ratio)s to 1. It must be %(least)s or more.",
                front=front,
                back=back,
                # Never rounded up to what would be enough.
                ratio=math.floor(ratio * 100) / 100,
                least=least,
            )
            palette[name].errors.append(said)
    return palette


def style_sheet(palette: Palette) -> str:
    """What comes after our style sheets, so that they use these colours, in light schemes and dark ones."""
    scheme = "dark" if luminance(palette.colour("background")) < DARK else "light"
    lines = [f"  --{token}: {palette.colour(name)};\n" for name, tokens in TOKENS.items() for token in tokens]
    return f":root {{\n  color-scheme: {scheme};\n{''.join(lines)}}}\n"
