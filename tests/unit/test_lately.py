"""The bounded store: what was asked for lately stays, and the rest goes."""

from hypothesis import given
from hypothesis import strategies as st

from hub_finder.directory.lately import Lately


def test_what_is_asked_for_again_and_again_stays() -> None:
    kept: Lately[int, str] = Lately(4)
    kept.put(0, "zero")

    for number in range(1, 50):
        kept.put(number, str(number))
        assert kept.get(0) == "zero"


def test_what_nobody_asks_for_goes() -> None:
    kept: Lately[int, str] = Lately(4)

    for number in range(6):
        kept.put(number, str(number))

    assert [kept.get(number) for number in range(6)] == [None, None, "2", "3", "4", "5"]


@given(st.integers(2, 9), st.lists(st.tuples(st.booleans(), st.integers(0, 20))))
def test_no_more_is_kept_than_may_be_and_each_thing_under_its_key(most: int, steps: list[tuple[bool, int]]) -> None:
    kept: Lately[int, str] = Lately(most)

    for put, key in steps:
        if put:
            kept.put(key, str(key))
        else:
            assert kept.get(key) in (None, str(key))

        assert len(kept) <= most
