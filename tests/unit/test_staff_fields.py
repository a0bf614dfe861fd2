"""The boxes of the edit form: every column has one, and nothing is lost on the way through them."""

import csv

from hypothesis import given
from hypothesis import strategies as st

from hub_finder.config import ROOT
from hub_finder.directory.columns import COLUMNS, GROUPS, REPEATED, SPEC
from hub_finder.directory.listings import Problem, Row, Vocabulary, parse_listing, rows_of, stamp_of
from hub_finder.moderation.drafts import (
    box,
    draft_of,
    messages,
    read_draft,
    rows_of_draft,
    without_blanks,
)
from hub_finder.moderation.fields import CHOICES, FIXED, HINTS, LABELS, SECTIONS, YES
from tests.factories import cells

WORDS = Vocabulary(needs={"baby-toddler-groups"}, kinds={"early_years"}, localities=())


def stored(*further: Row, **given: str) -> list[dict[str, str]]:
    """A listing's rows in their one form."""
    first = cells(**given)
    listing, problems = parse_listing([first, *({"id": first["id"], **row} for row in further)], WORDS)
    assert listing, problems
    return rows_of(listing)


def sent(rows: list[dict[str, str]]) -> dict[str, str]:
    """What a browser sends for the form of a listing."""
    draft = draft_of(rows)
    form = {box(name): text for name, text in draft.single.items() if name not in FIXED}
    for several in draft.entries.values():
        form |= {box(name, number): text for number, one in enumerate(several) for name, text in one.items()}
    return form


def test_every_column_stands_in_one_part_of_the_page_or_is_fixed() -> None:
    placed = [name for section in SECTIONS for name in section.columns]

    assert sorted([*placed, *FIXED]) == sorted(COLUMNS)


def test_part_that_may_stand_several_times_is_a_whole_group() -> None:
    for section in SECTIONS:
        groups = {SPEC[name].group for name in section.columns}
        if section.group:
            assert section.columns == GROUPS[section.group]
        else:
            assert groups <= {"service", "organisation"}
    assert {section.group for section in SECTIONS} - {None} == set(REPEATED)


def test_every_column_has_a_label_and_hints_are_of_columns() -> None:
    assert set(LABELS) == set(COLUMNS)
    assert set(HINTS) | set(CHOICES) | set(YES) <= set(COLUMNS)
    assert all(hint.endswith(".") for hint in HINTS.values())


@given(
    phone=st.sampled_from(["", "01632 960123"]),
    ages=st.text("abc |é", max_size=9),
    contacts=st.lists(st.sampled_from(["Ann", "Bo"]), max_size=3),
    prices=st.lists(st.sampled_from(["1.00", "2.50"]), max_size=3),
    towns=st.lists(st.sampled_from(["Oakham Green", "Ashby"]), max_size=2, unique=True),
)
def test_form_sent_back_as_it_was_is_the_same_listing(
    phone: str, ages: str, contacts: list[str], prices: list[str], towns: list[str]
) -> None:
    count = max(len(contacts), len(prices), len(towns))
    columns = {"contact_name": contacts, "cost_amount": prices, "city": towns}
    extra = [
        {name: several[number] for name, several in columns.items() if number < len(several)} for number in range(count)
    ]
    first, *further = extra or [{}]
    rows = stored(*further, phone=phone, ages_note=" ".join(ages.split()), **first)

    again = rows_of_draft(without_blanks(read_draft(sent(rows), rows)), rows)

    assert again == rows


def test_every_real_listing_comes_back_from_its_form_unchanged() -> None:
    with (ROOT / "data/services.csv").open(encoding="utf-8", newline="") as file:
        listings = [{name: row.get(name, "") for name in COLUMNS} for row in csv.DictReader(file)]

    assert len(listings) > 100
    for row in listings:
        draft = without_blanks(read_draft(sent([row]), [row]))
        assert rows_of_draft(draft, [row]) == [row], row["id"]


def test_emptied_entry_is_left_out_and_the_next_takes_its_row() -> None:
    rows = stored({"contact_name": "Bo"}, contact_name="Ann")
    form = sent(rows) | {"contact_name-0": " "}

    again = rows_of_draft(without_blanks(read_draft(form, rows)), rows)

    assert [row["contact_name"] for row in again] == ["Bo"]


def test_end_of_a_line_in_a_large_box_is_a_space() -> None:
    rows = stored()

    draft = read_draft(sent(rows) | {"summary-0": "One.\r\nTwo.\n \nThree."}, rows)

    assert draft.single["summary"] == "One. Two. Three."


def test_id_cannot_be_sent_and_what_was_not_sent_stays() -> None:
    rows = stored(phone="01632 960123")

    draft = read_draft({"id-0": "other", "uuid-0": "x", "name-0": "New name"}, rows)

    assert (draft.single["id"], draft.single["uuid"]) == (rows[0]["id"], "")
    assert (draft.single["name"], draft.single["phone"]) == ("New name", "01632 960123")


def test_more_entries_than_any_listing_has_are_not_read() -> None:
    rows = stored()
    form = sent(rows) | {f"contact_name-{number}": "Ann" for number in range(5000)}

    assert len(read_draft(form, rows).entries["contact"]) == 100


def test_another_organisation_does_not_take_the_id_of_the_one_before() -> None:
    rows = stored(organisation_uuid="6a1e1c0e-3c0c-4b5e-9d4f-0d5b8f6a2f11")

    same = rows_of_draft(read_draft(sent(rows), rows), rows)
    other = rows_of_draft(read_draft(sent(rows) | {"organisation-0": "Oak Trust"}, rows), rows)

    assert same[0]["organisation_uuid"] == "6a1e1c0e-3c0c-4b5e-9d4f-0d5b8f6a2f11"
    assert other[0]["organisation_uuid"] == ""


def test_message_names_the_box_and_the_part_of_it_that_is_meant() -> None:
    rows = [{"needs": "sleep|zzz", "name": ""}, {"contact_phone": "x"}]
    problems = [
        Problem("needs", "zzz", "is not known"),
        Problem("name", "", "must be filled in"),
        Problem("name", "", "is wrong twice"),
        Problem("contact_phone", "x", "is not a phone number", 1),
    ]

    assert messages(problems, rows) == {
        "needs-0": "Needs: “zzz” is not known",
        "name-0": "Name must be filled in",
        "contact_phone-1": "Contact’s phone is not a phone number",
    }


def test_stamp_changes_with_any_fact_the_organisations_too() -> None:
    stamps = {stamp_of(stored(**said)) for said in ({}, {"phone": "999"}, {"organisation_description": "Good people."})}

    assert len(stamps) == 3
    assert stamp_of(stored()) in stamps
