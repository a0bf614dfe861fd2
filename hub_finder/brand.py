"""How an area looks, where it does not look as we do: a colour that can be read with, and a logo."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from hub_finder.contrast import TEXT, contrast

LOGOS = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
# It is on every page, and a first page is to stay below 100 KB.
LOGO_BYTES = 20_000
# The palest thing that stands on an area's colour, and near the darkest that it stands on: our style's `harbour-soft`.
PALE = "#cfe6e9"


@dataclass(frozen=True, kw_only=True)
class Brand:
    """`colour` (#rrggbb) is that of the head, of links and of buttons on light pages, or "" for ours.

    `logo` is a picture to stand beside the network's name, or None.
    """

    colour: str = ""
    logo: Path | None = None

    def __post_init__(self) -> None:
        if self.colour and not re.fullmatch("#[0-9a-f]{6}", self.colour):
            raise ValueError(f"[brand] colour must be # and six digits, like #0b4f5c, not {self.colour}")
        if self.colour and contrast(self.colour, PALE) < TEXT:
            raise ValueError(f"[brand] colour {self.colour} is too light: words on it and in it could not be read")
        if self.logo and (self.logo.suffix not in LOGOS or self.logo.stat().st_size > LOGO_BYTES):
            raise ValueError(f"[brand] logo must be a file of {', '.join(LOGOS)} with at most {LOGO_BYTES:,} bytes")

    @classmethod
    def of(cls, folder: Path, *, colour: str = "", logo: str = "") -> Self:
        """What `[brand]` says in an area's folder. Raises ValueError, FileNotFoundError for a logo not there."""
        return cls(colour=colour.lower(), logo=folder / logo if logo else None)

    @property
    def darker(self) -> str:
        """The colour of what is pointed at."""
        return "#" + "".join(f"{int(self.colour[at : at + 2], 16) * 3 // 4:02x}" for at in (1, 3, 5))
