"""A council's code by its name."""

import pytest

from hub_finder.new_area import code_of


@pytest.mark.parametrize(
    ("council", "code"),
    [
        ("Rutland", "E06000017"),
        ("Rutland County Council", "E06000017"),
        ("rutland council", "E06000017"),
        ("Hartlepool Borough Council", "E06000001"),
        ("Glenshire Council", None),
        ("Council", None),
    ],
)
def test_a_council_is_found_by_its_name(council: str, code: str | None) -> None:
    assert code_of(council) == code
