"""To CSV: how near help is to where people live, a line for each need in each locality."""

import csv
import io
from collections.abc import Sequence

from hub_finder.directory.gaps import FACTS, MILES, Gap
from hub_finder.importers.cells import disarmed

REACHES = ("within_a_walk", *(f"within_{miles}_miles" for miles in MILES))
HEADER = ("need", "locality", "postcodes", *REACHES, "listed", "without_a_place", "lapsed", *FACTS)


def export_gaps(gaps: Sequence[Gap]) -> str:
    """The CSV: numbers, and names."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for gap in gaps:
        facts = [gap.facts[fact] for fact in FACTS]
        writer.writerow(
            [
                disarmed(gap.need),
                disarmed(gap.locality),
                gap.postcodes,
                *gap.within,
                gap.listed,
                gap.without_a_place,
                gap.lapsed,
                *facts,
            ]
        )
    return text.getvalue()
