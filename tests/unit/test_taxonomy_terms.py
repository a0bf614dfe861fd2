"""The words of other directories: each once, each with a meaning that exists here."""

import csv
from collections import Counter

from hub_finder.area import Area
from hub_finder.config import ROOT
from hub_finder.importers.feed_terms import TERMS_FILE, key_of


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_term_stands_once_and_means_a_need_or_a_kind_of_ours(area: Area) -> None:
    terms = rows(TERMS_FILE.name)
    needs = {row["need"] for row in rows("needs.csv")}

    assert [term for term, times in Counter(key_of(row["term"]) for row in terms).items() if times > 1] == []
    assert {row["need"] for row in terms} - needs == {""}
    assert {row["kind"] for row in terms} - area.kinds.keys() == {""}
    assert [row for row in terms if not row["need"] and not row["kind"]] == []
    assert {row["sensitive"] for row in terms} == {"", "yes"}
