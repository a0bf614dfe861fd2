"""The packed numbers of a listing's row in the index are what numpy reads."""

from datetime import date
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_finder.directory.cards import Card
from hub_finder.directory.entries import COSTS, FACTS, POINT, REFERRALS, STATUSES, entry_of
from hub_finder.models.services import Cost, Referral, Status

LISTS = (
    "alternate_names",
    "former_names",
    "needs",
    "languages",
    "delivery",
    "areas",
    "schedules",
    "alerts",
    "bookings",
)
AGES = st.none() | st.integers(0, 120)
PLACES = st.lists(
    st.fixed_dictionaries(
        {
            "latitude": st.none() | st.floats(-90, 90),
            "longitude": st.floats(-180, 180),
            "council": st.none() | st.sampled_from(["E09999001", "W06000001", "", "E1"]),
        }
    ),
    max_size=3,
)


def facts(**stated: Any) -> dict[str, Any]:
    """What `read_facts` gives of a listing, with nothing in it but what a test states."""
    blank = {"id": 1, "slug": "one", "name": "The Acorn Club", "organisation": "Us", "kind": "group", "summary": "Play"}
    return dict.fromkeys(Card.__dataclass_fields__) | {name: [] for name in LISTS} | blank | stated


@given(
    status=st.sampled_from(STATUSES),
    cost=st.sampled_from(COSTS),
    referral=st.sampled_from(REFERRALS),
    phone=st.none() | st.just("01632 960000"),
    ages=st.tuples(AGES, AGES),
    checked_on=st.none() | st.dates(),
    times=st.integers(0, 1000),
)
@settings(deadline=None)
def test_the_numbers_are_the_bytes_of_their_record(
    *,
    status: Status,
    cost: Cost,
    referral: Referral,
    phone: str | None,
    ages: tuple[int | None, int | None],
    checked_on: date | None,
    times: int,
) -> None:
    entry = entry_of(
        facts(
            status=str(status),
            cost=str(cost),
            referral=str(referral),
            phone=phone,
            places=[],
            min_age=ages[0],
            max_age=ages[1],
            unreachable_times=times,
            checked_on=checked_on.isoformat() if checked_on else None,
        )
    )

    choices = STATUSES.index(status), COSTS.index(cost), REFERRALS.index(referral), phone is not None
    stated_ages = [-1 if age is None else age for age in ages]
    expected = (*choices, *stated_ages, checked_on.toordinal() if checked_on else 0, times, 2)
    assert entry["facts"] == np.array([expected], FACTS).tobytes()


@given(PLACES)
@settings(deadline=None)
def test_the_points_are_the_bytes_of_their_records(places: list[dict[str, Any]]) -> None:
    more = dict.fromkeys(("id", "precision", "name", "address_1", "address_2", "city", "postal_code", "accessibility"))
    unknown = {"status": STATUSES[0], "cost": COSTS[0], "referral": REFERRALS[0], "unreachable_times": 0}

    entry = entry_of(facts(places=[more | place for place in places], **unknown))

    placed = [(number, place) for number, place in enumerate(places) if place["latitude"] is not None]
    expected = [
        (place["latitude"], place["longitude"], (place["council"] or "").encode(), number) for number, place in placed
    ]
    assert entry["points"] == np.array(expected, POINT).tobytes()
