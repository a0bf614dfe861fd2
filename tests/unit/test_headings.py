"""Headings are taken in any spelling, and never guessed."""

from pathlib import Path

import pytest

from hub_finder.importers.headings import read_headings, read_mapping, write_mapping
from hub_finder.importers.report import UnreadableFile

LEAST = ["id", "name", "kind", "organisation", "summary", "needs", "confidence"]


def columns(*more: str, mapping: dict[str, str] | None = None) -> tuple[str | None, ...]:
    return read_headings([*LEAST, *more], mapping or {}, []).columns[len(LEAST) :]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Postal Code", "postal_code"),
        ("POST-CODE:", "postal_code"),
        ("\ufeffTel.", "phone"),
        ("Web site", "website"),
        ("  venue   name ", "location_name"),
        ("e-mail", "email"),
        ("Checked on", "checked_on"),
    ],
)
def test_a_heading_is_known_in_any_spelling(heading: str, column: str) -> None:
    assert columns(heading) == (column,)


def test_unknown_headings_are_named_with_what_they_may_have_meant() -> None:
    notes: list[str] = []

    headings = read_headings([*LEAST, "Colour", "webiste", ""], {}, notes)

    assert headings.columns[-3:] == (None, None, None)
    assert notes == ["Columns that are not known here were left out: Colour, webiste (did you mean website?)."]


def test_two_headings_of_one_column_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="stand twice in the first line: phone"):
        columns("Tel", "Phone")


def test_a_heading_with_two_meanings_is_refused_until_the_mapping_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    from hub_finder.importers import headings
    from hub_finder.importers.guides import Guide, read_guide

    both = [Guide(column=name, meaning="", example="", blank="", other_names=("net",)) for name in ("email", "website")]
    others = [one for one in read_guide("listings") if one.column not in ("email", "website")]
    guides = {"listings": [*others, *both], "holiday": read_guide("holiday")}
    monkeypatch.setattr(headings, "read_guide", guides.__getitem__)

    with pytest.raises(UnreadableFile, match="“Net” may mean email or website"):
        columns("Net")
    assert columns("Net", mapping={"net": "email"}) == ("email",)


def test_a_mapping_wins_and_may_leave_a_column_out() -> None:
    notes: list[str] = []

    headings = read_headings([*LEAST, "Our hall", "Tel"], {"OUR HALL": "location_name", "tel": ""}, notes)

    assert headings.columns[-2:] == ("location_name", None)
    assert notes == []


def test_a_mapping_that_was_saved_can_be_used_again(tmp_path: Path) -> None:
    headings = read_headings([*LEAST, "Our hall", "Tel"], {"Our hall": "location_name"}, [])

    write_mapping(tmp_path / "m.csv", headings)

    again = read_mapping(tmp_path / "m.csv")
    assert again["Our hall"] == "location_name"
    assert again["Tel"] == "phone"
    assert read_headings([*LEAST, "Our hall", "Tel"], again, []).columns == headings.columns


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"heading,column\nTel,telephones\n", "columns that we do not have: telephones"),
        (b"a,b\nTel,phone\n", "must have the columns heading and column"),
        (b"heading,column\nTel,\xff\n", "is not a CSV file in UTF-8"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match=reason):
        read_mapping(path)


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_mapping(tmp_path / "nowhere.csv")


def test_the_short_form_is_known_by_its_headings() -> None:
    headings = read_headings(["Organiser", "Club name", "What happens there", "Venue name", "Dates:"], {}, [])

    assert headings.form == "holiday"
    assert headings.columns == ("Provider", "Activity", "What happens", "Venue", "Dates")
