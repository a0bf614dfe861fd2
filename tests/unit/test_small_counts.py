import pytest

from hub_finder.directory.small_counts import rounded


@pytest.mark.parametrize(("count", "told"), [(0, None), (4, None), (5, 5), (9, 5), (10, 10), (101, 100)])
def test_counts_are_told_in_fives_from_five(count: int, told: int | None) -> None:
    assert rounded(count) == told
