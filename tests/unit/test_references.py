"""References can be said, typed and mistyped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.directory.references import ALPHABET, LENGTH, BadReference, new_reference, read_reference, spoken

REFERENCES = st.builds(new_reference)


@given(REFERENCES)
def test_new_reference_is_read_as_it_is(reference: str) -> None:
    assert len(reference) == LENGTH
    assert read_reference(reference) == reference
    assert read_reference(spoken(reference)) == reference


@given(REFERENCES, st.sampled_from(["lower", "spaces", "look-alikes"]))
def test_reference_is_read_however_it_is_written(reference: str, how: str) -> None:
    written = {
        "lower": reference.lower(),
        "spaces": f"  {' '.join(reference)} ",
        "look-alikes": reference.replace("0", "o").replace("1", "l"),
    }[how]

    assert read_reference(written) == reference


@given(REFERENCES, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_any_one_wrong_sign_is_found(reference: str, at: int, sign: str) -> None:
    wrong = reference[:at] + sign + reference[at + 1 :]
    if wrong == reference:
        return

    with pytest.raises(BadReference, match="not right"):
        read_reference(wrong)


@given(REFERENCES, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_any_two_signs_that_changed_places_are_found(reference: str, one: int, other: int) -> None:
    signs = list(reference)
    signs[one], signs[other] = signs[other], signs[one]
    wrong = "".join(signs)
    if wrong == reference:
        return

    with pytest.raises(BadReference, match="wrong way round"):
        read_reference(wrong)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter your reference"),
        (" - ", "Enter your reference"),
        ("ABC", "This has 3"),
        ("ABCDEFGHJKMN", "This has 12"),
        ("ABC-DEF-GHU", "never has “U” in it"),
        ("ABC/DEF", "never has “/” in it"),
        ("АBCDEFGHJ", "never has “А” in it"),
    ],
)
def test_what_is_wrong_with_a_reference_is_told(typed: str, said: str) -> None:
    with pytest.raises(BadReference) as told:
        read_reference(typed)

    assert said in str(told.value)


@given(st.text(max_size=30))
def test_no_text_is_too_odd_to_be_read_or_refused(text: str) -> None:
    try:
        reference = read_reference(text)
    except BadReference:
        return

    assert set(reference) <= set(ALPHABET)
    assert len(reference) == LENGTH


def test_references_are_not_the_same_twice() -> None:
    assert len({new_reference() for _ in range(2_000)}) == 2_000
