"""flask hub duplicates, merge, undo-merge, not-duplicates."""

import csv
from pathlib import Path

import pytest
from click.testing import Result

from tests.factories import Catalogue
from tests.merging import HALL, rows, stored


@pytest.fixture
def two(catalogue: Catalogue) -> Catalogue:
    catalogue.add(id="acorn", name="Acorn Stay and Play", phone="01632 960001", **HALL)
    catalogue.add(id="acorns", name="Acorns: stay & play", email="a@b.example", **HALL)
    return catalogue


def hub(catalogue: Catalogue, *args: str) -> Result:
    return catalogue.app.test_cli_runner().invoke(args=["hub", *args])


def test_duplicates_are_told_and_written(two: Catalogue, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"

    result = hub(two, "duplicates", "--csv", str(file))

    lines = result.stdout.splitlines()
    assert lines[0].split()[1:] == ["acorn", "acorns"]
    assert "same building: 1 High Street" in lines[1]
    assert lines[-2:] == ["1 pair.", f"Written to {file}."]
    with file.open(encoding="utf-8", newline="") as written:
        [row] = csv.DictReader(written)
    assert (row["first"], row["second"], row["against"]) == ("acorn", "acorns", "")
    assert float(row["score"]) >= 0.5


def test_a_higher_bar_shows_fewer(two: Catalogue) -> None:
    assert hub(two, "duplicates", "--least", "1").stdout == "0 pairs.\n"
    assert hub(two, "duplicates", "--least", "2").exit_code == 2


def test_a_dry_run_shows_every_field_and_keeps_nothing(two: Catalogue) -> None:
    result = hub(two, "merge", "acorns", "acorn", "--by", "Ann", "--dry-run")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[:4] == [
        "name (they disagree)",
        "    acorn: Acorn Stay and Play",
        "    acorns: Acorns: stay & play",
        "    merged: Acorn Stay and Play",
    ]
    assert "    merged: a@b.example" in result.stdout
    assert result.stdout.endswith("A dry run: nothing was kept.\n")
    with two.app.app_context():
        assert (stored("acorns").status, rows("acorn")[0]["email"]) == ("published", "")


def test_listings_are_merged_and_parted(two: Catalogue) -> None:
    merged = hub(two, "merge", "acorns", "acorn", "--by", "Ann")
    with two.app.app_context():
        during = stored("acorns").status, rows("acorn")[0]["email"]
    two.add(id="acorn", name="Acorn Stay and Play", alternate_names="New", phone="01632 960001", **HALL)

    parted = hub(two, "undo-merge", "acorns", "--by", "Ann")

    assert merged.stdout.endswith("acorns is part of acorn now. To part them: flask hub undo-merge acorns\n")
    assert during == ("merged", "a@b.example")
    assert parted.stdout.splitlines() == [
        "acorns is no longer part of acorn.",
        "acorn  alternate_names: edited since the merge, so it stays as it is.",
    ]
    with two.app.app_context():
        assert (stored("acorns").status, rows("acorn")[0]["email"]) == ("published", "")


def test_two_can_be_kept_apart(two: Catalogue) -> None:
    result = hub(two, "not-duplicates", "acorns", "acorn", "--by", "Ann")

    assert result.stdout == "acorns and acorn are kept apart.\n"
    assert hub(two, "duplicates").stdout == "0 pairs.\n"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("merge", "acorn", "acorn", "--by", "Ann"), "acorn cannot be merged with itself."),
        (("merge", "acorn", "none", "--by", "Ann"), "No listing has the slug none."),
        (("merge", "acorn", "acorns", "--by", " "), "Say who decided so, in at most 120 characters."),
        (("undo-merge", "acorn", "--by", "Ann"), "acorn is not part of another listing."),
        (("not-duplicates", "acorn", "acorn", "--by", "Ann"), "These are one listing."),
    ],
)
def test_what_cannot_be_done_is_said_with_code_1(two: Catalogue, args: tuple[str, ...], said: str) -> None:
    result = hub(two, *args)

    assert result.exit_code == 1
    assert result.stderr == f"Error: {said}\n"
