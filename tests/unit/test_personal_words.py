"""What looks like a person in a text, and what only looks like it."""

from datetime import date

import pytest

from hub_finder.directory.personal_words import find_personal, is_nhs_number, take_out

TODAY = date(2026, 11, 24)
KNOWN = ("Elizabeth House", "Sam Field Trust", "Oakham Green", "George Street Nursery", "1 Mill Lane", "01632 960001")


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in find_personal(text, known=KNOWN, today=TODAY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("For Kayleigh", [("a name", "Kayleigh")]),
        ("For Kayleigh Smith", [("a name", "Kayleigh Smith")]),
        ("kind people, Kayleigh Smith knows them", [("a name", "Kayleigh Smith")]),
        ("Noah’s groups", [("a name", "Noah’s")]),
        ("Mrs Smith likes it", [("a name", "Mrs Smith")]),
        ("Smith family", [("a name", "Smith family")]),
        ("Good for baby Zyta", [("a name", "Zyta")]),
        ("Dear Grace, look at these", [("a name", "Grace")]),
        ("born 3 May 2021", [("a date of birth", "3 May 2021")]),
        ("dob 03/05/21", [("a date of birth", "03/05/21")]),
        ("943 476 5919", [("an NHS number", "943 476 5919")]),
        ("Her number is 07700 900123.", [("a phone number", "07700 900123")]),
        ("write to bo@families.example", [("an email address", "bo@families.example")]),
        ("near FA1 1AA", [("a postcode", "FA1 1AA")]),
        ("at 12 Orchard Close", [("an address", "12 Orchard Close")]),
        ("Anne-Marie likes it", [("a name", "Anne-Marie")]),
        ("for Zoë and José", [("a name", "Zoë"), ("a name", "José")]),
        ("KAYLEIGH SMITH", [("a name", "KAYLEIGH SMITH")]),
        ("kayleigh smith likes it", [("a name", "kayleigh smith")]),
        ("for kayleigh, who sings", [("a name", "kayleigh")]),
        ("mrs smith", [("a name", "mrs smith")]),
        ("Mrs O’Neill and Mr McDonald", [("a name", "Mrs O’Neill"), ("a name", "Mr McDonald")]),
        ("Ms de Souza", [("a name", "Ms de Souza")]),
        ("Müller family", [("a name", "Müller family")]),
        ("A new baby for Grace", [("a name", "Grace")]),
        ("Ivy Jones asked", [("a name", "Ivy Jones")]),
        *(
            (f"born {day}", [("a date of birth", day)])
            for day in ("3rd of May 2021", "May 3, 2021", "May 2021", "3 May")
        ),
        *((day, [("a date of birth", day)]) for day in ("3.5.2021", "3-5-21", "03 05 2021", "2021/05/03", "3 May '21")),
        *((f"DOB: {day}", [("a date of birth", day)]) for day in ("030521", "03052021", "3/5")),
        *((number, [("an NHS number", number)]) for number in ("9434765919", "943-476-5919", "943.476.5919")),
        ("NHS no. 943 476 5918", [("an NHS number", "943 476 5918")]),
        *(
            (number, [("a phone number", number)])
            for number in ("+44 (0)7700 900123", "0044 7700 900123", "(01632) 960002", "07700.900.123", "+447700900123")
        ),
        *((mail, [("an email address", mail)]) for mail in ("BO@X.EXAMPLE", "bo (at) x.example", "bo @ x.example")),
        *((code, [("a postcode", code)]) for code in ("fa1 1aa", "fa11aa", "FA11AA")),
        *(
            (address, [("an address", address)])
            for address in ("12 orchard close", "12a Orchard Rd", "12, High St", "Flat 3 Mill House", "12 The Green")
        ),
    ],
)
def test_what_is_about_a_person_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "New baby in Weymouth",
        "The nearest Family Hub. They help with anything",
        "Elizabeth House is the nearest",
        "Ask at sam field trust",
        "Oakham Green family",
        "Next to George Street Nursery at 1 Mill Lane, 01632 960001",
        "May half term, from 3 May 2027",
        "Call 0808 808 2000 at any hour, or 116 123",
        "943 476 5918 is only a number",
        "Ask for the SEND team",
        "A group for Ukrainian families",
        "Your whole family can come. Every family is welcome.",
        "The Polish family is not a name",
        "Open 10am to 12pm, Tuesdays, £2.50, ages 0 to 4",
        "Baby Massage on Monday",
        "31/02/2020 is no day",
        "grace and hope will help, so mark the date",
        "Next to St Mary’s, in James Street",
        "30 mins drive, or 10 minutes walk",
        "Tuesdays 9.30-11.30, open at 10 close at 4",
        "03 May 30 people came",
        "+44 300 123 4567",
        "For children born in 2021",
        "Say hello to them. They miss sessions. Dear Parents",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Groups for Kayleigh", "Groups"),
        ("Call Mrs Smith, then go.", "Call, then go."),
        ("Near FA1 1AA and warm", "Near and warm"),
        ("Kayleigh", ""),
        ("Sleep, DOB 03/05/21", "Sleep"),
        ("Mr McDonald likes it", "likes it"),
        ("Sleep: for Kayleigh Smith, born 3/4/2021", "Sleep"),
    ],
)
def test_it_is_taken_out_with_the_gap_it_leaves(text: str, left: str) -> None:
    assert take_out(text, find_personal(text, today=TODAY)) == left


def test_check_digit_of_an_nhs_number_may_not_be_ten() -> None:
    assert is_nhs_number("9434765919")
    assert sum(is_nhs_number(f"943476591{digit}") for digit in "0123456789") == 1
