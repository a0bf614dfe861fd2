"""Terms of the Local Government Association that are known here, by their numbers."""

import csv
from dataclasses import dataclass
from functools import cache

from hub_finder.config import ROOT

LGA_SERVICE_TYPES, LGA_NEEDS = "LGA service types", "LGA needs"
_ADDRESSES = {LGA_SERVICE_TYPES: "http://id.esd.org.uk/service/", LGA_NEEDS: "http://id.esd.org.uk/need/"}


@dataclass(frozen=True, kw_only=True)
class LgaTerm:
    """`need` is the slug of ours that the term means in a feed, or "". Exact: every listing for that need is of it."""

    taxonomy: str
    code: str
    name: str
    need: str
    is_exact: bool

    @property
    def uri(self) -> str:
        return f"{_ADDRESSES[self.taxonomy]}{self.code}"


@cache
def read_lga_terms() -> tuple[LgaTerm, ...]:
    """The rows of `data/lga_terms.csv`; its guide says where each is from."""
    with (ROOT / "data/lga_terms.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            LgaTerm(
                taxonomy=row["taxonomy"],
                code=row["code"],
                name=row["name"],
                need=row["need"],
                is_exact=row["exact"] == "yes",
            )
            for row in csv.DictReader(file)
        )
