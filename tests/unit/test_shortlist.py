"""The code of a shared list, and the order of a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.directory.shortlist import MOST, BadCode, ListFull, joined, moved, pack, unpack, without

ONE, TWO, THREE = (f"{number:08x}-0000-4000-8000-0123456789ab" for number in (1, 2, 3))
LISTS = st.lists(st.uuids().map(str), max_size=MOST, unique=True).map(tuple)


@given(LISTS)
def test_code_holds_the_whole_list_in_its_order(uids: tuple[str, ...]) -> None:
    assert unpack(pack(uids)) == uids


@given(LISTS)
def test_code_needs_no_quoting_in_an_address_and_fits_a_cookie(uids: tuple[str, ...]) -> None:
    code = pack(uids)

    assert all(mark.isascii() and (mark.isalnum() or mark in "-_") for mark in code)
    assert len(code) < 1100


@given(LISTS.filter(bool), st.data())
def test_code_that_was_cut_short_is_no_shorter_list(uids: tuple[str, ...], data: st.DataObject) -> None:
    code = pack(uids)
    cut = data.draw(st.integers(min_value=0, max_value=len(code) - 1))

    with pytest.raises(BadCode):
        unpack(code[:cut])


@given(st.text(max_size=60))
def test_any_text_is_a_list_or_is_refused(text: str) -> None:
    try:
        uids = unpack(text)
    except BadCode:
        return
    assert pack(uids) == text


@pytest.mark.parametrize(
    "code",
    ["", "A", "é", "====", f"{pack([ONE])}=", f"{pack([ONE])}A", f" {pack([ONE])}", pack([ONE, ONE]), "_" * 1089],
)
def test_code_of_no_list_is_refused(code: str) -> None:
    with pytest.raises(BadCode):
        unpack(code)


def test_more_goes_to_the_end_of_a_list_and_stands_there_once() -> None:
    assert joined((ONE,), (TWO, ONE, THREE, TWO)) == (ONE, TWO, THREE)


def test_full_list_takes_what_it_holds_and_nothing_more() -> None:
    full = tuple(f"{number:08x}-0000-4000-8000-0123456789ab" for number in range(MOST))

    assert joined(full, full[:1]) == full
    with pytest.raises(ListFull):
        joined(full[1:], (full[0], "ffffffff-0000-4000-8000-0123456789ab"))


@pytest.mark.parametrize(
    ("uid", "by", "expected"),
    [
        (ONE, 1, (TWO, ONE, THREE)),
        (THREE, -1, (ONE, THREE, TWO)),
        (ONE, -1, (ONE, TWO, THREE)),
        (THREE, 1, (ONE, TWO, THREE)),
        ("unknown", 1, (ONE, TWO, THREE)),
    ],
)
def test_listing_moves_one_place_and_never_beyond_an_end(uid: str, by: int, expected: tuple[str, ...]) -> None:
    assert moved((ONE, TWO, THREE), uid, by=by) == expected


def test_list_without_what_it_does_not_hold_is_the_same() -> None:
    assert without((ONE, TWO), THREE) == (ONE, TWO)
    assert without((ONE, TWO), ONE) == (TWO,)
