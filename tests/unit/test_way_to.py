"""How far a result is, and in which direction: told only where it is sure."""

from typing import cast

import pytest

from hub_finder.directory.cards import Card, CardPlace
from hub_finder.directory.search import Result
from hub_finder.words import way_to
from tests.factories import origin


def a_result(metres: float | None, *, precision: str = "exact", round_water: bool = False, **place: float) -> Result:
    """A result to the north of the middle of Oakham Green."""
    location = CardPlace(id=1, precision=precision, **{"latitude": 52.2, "longitude": -1.2, **place})  # type: ignore[arg-type]
    return Result(
        service=cast("Card", None),  # the way does not depend on it
        location=location,
        distance_m=metres,
        round_water=round_water,
        number=1,
        outside_area=False,
        fits={},
        why=(),
    )


@pytest.mark.parametrize(
    ("metres", "precision", "approximate", "said"),
    [
        (11_000, "exact", False, "6.8 miles north"),
        (11_000, "postcode", False, "6.8 miles north"),
        (11_000, "exact", True, "6.8 miles north"),
        (2_000, "exact", False, "1.2 miles north"),
        (2_000, "postcode", False, "1.2 miles"),
        (2_000, "exact", True, "1.2 miles"),
        (300, "exact", False, "0.2 miles"),
        (0, "exact", False, "under 0.1 miles"),
        (None, "exact", False, ""),
    ],
)
def test_direction_is_told_where_it_is_sure(metres: float | None, precision: str, approximate: bool, said: str) -> None:
    assert way_to(a_result(metres, precision=precision), origin(approximate=approximate)) == said


def test_way_round_the_water_has_no_direction() -> None:
    assert way_to(a_result(11_000, round_water=True), origin()) == "about 6.8 miles, going round the water"


def test_without_an_origin_there_is_no_direction() -> None:
    assert way_to(a_result(11_000), None) == "6.8 miles"
