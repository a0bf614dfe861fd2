"""The order of answers, as pairs: the first stands above the second, because."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from hub_finder.directory import freshness
from hub_finder.directory.ranking import WEIGHTS
from hub_finder.extensions import db
from hub_finder.models.services import Service
from tests.factories import Catalogue, origin
from tests.integration.asking import ask, north, slugs

pytestmark = pytest.mark.usefixtures("session")
Row = dict[str, str]
PAIRS: list[tuple[str, Row, Row, dict[str, object]]] = [
    (
        "it is for the need, and the other, next door, only holds the word",
        {"needs": "sleep", **north(2.5)},
        {"needs": "debt", "summary": "We sing at bedtime, and talk of sleep.", **north(0.1)},
        {"words": "sleep"},
    ),
    (
        "its name is what was typed, and the other is for a need that the words speak of",
        {"name": "Sleep Easy Cafe", "needs": "debt", **north(2)},
        {"name": "Night Nurses", "needs": "sleep", **north(0.1)},
        {"words": "sleep easy cafe"},
    ),
    (
        "it is nearer, all else alike",
        {"needs": "sleep", **north(1)},
        {"needs": "sleep", **north(2)},
        {"needs": ("sleep",)},
    ),
    (
        "the need is its main one, and the other is hardly nearer",
        {"needs": "sleep|food", **north(1.2)},
        {"needs": "food|sleep", **north(1)},
        {"needs": ("sleep",)},
    ),
    (
        "it is much nearer, though the need is the main one of the other",
        {"needs": "food|sleep", **north(0.2)},
        {"needs": "sleep|food", **north(2.9)},
        {"needs": ("sleep",)},
    ),
    (
        "it fits both children, and the other one of them",
        {"min_age": "0", "max_age": "11", **north(2.9)},
        {"min_age": "0", "max_age": "5", **north(0.1)},
        {"ages": ("2", "8")},
    ),
    (
        "it fits one child of three, and the other does not say",
        {"min_age": "0", "max_age": "5", **north(2.9)},
        {**north(0.1)},
        {"ages": ("2", "8", "15")},
    ),
    (
        "it says that it is for pregnancy, and the other does not say",
        {"needs": "maternity", **north(2.9)},
        {"needs": "sleep", **north(0.1)},
        {"ages": ("pregnant",)},
    ),
    (
        "it is known to be on, and the other does not say when it is on",
        {"schedule": "WEEKLY MO,TU,WE,TH,FR,SA,SU 09:00-12:00", **north(2.9)},
        {**north(0.1)},
        {"days": ("MO",)},
    ),
    (
        "it is known to be free, and the price of the other is not",
        {"cost": "free", **north(2.9)},
        {**north(0.1)},
        {"cost": "free"},
    ),
    (
        "it has the word in its name, and the other in its text",
        {"name": "Drums for All", "needs": "debt", **north(1)},
        {"name": "Saturday Club", "needs": "debt", "summary": "Drums and more.", **north(1)},
        {"words": "drums"},
    ),
    (
        "it is for this need alone",
        {"needs": "sleep", **north(1)},
        {"needs": "sleep|food|debt", **north(1)},
        {"needs": ("sleep",)},
    ),
    (
        "it covers the family's own postcode district, and the other the whole country",
        {"needs": "sleep", "service_area": "outcode:FA1", "phone": "111"},
        {"needs": "sleep", "service_area": "national", "phone": "111"},
        {"words": "sleep"},
    ),
]


@pytest.mark.parametrize(("because", "above", "below", "asked"), PAIRS, ids=[because for because, *_ in PAIRS])
def test_the_first_stands_above_the_second(
    catalogue: Catalogue, because: str, above: Row, below: Row, asked: dict[str, object]
) -> None:
    # By name alone the second would come first.
    catalogue.add(**{"needs": "sleep", **below, "id": "a-below"})
    catalogue.add(**{"needs": "sleep", **above, "id": "b-above"})

    page = ask(catalogue, origin=origin(), **asked)

    assert slugs([*page.results, *page.without_a_place]) == ["b-above", "a-below"], because


def test_an_old_check_puts_a_listing_after_one_as_near_that_was_checked_this_month(catalogue: Catalogue) -> None:
    today, overdue = freshness.today(), catalogue.area.freshness.overdue
    days = {"a-old": freshness.months_before(today, overdue) - timedelta(days=5), "b-new": today}
    for slug in days:
        catalogue.add(id=slug, needs="sleep", **north(1))
    for slug, day in days.items():
        db.session.execute(update(Service).where(Service.slug == slug).values(checked_on=day))

    assert slugs(ask(catalogue, needs=("sleep",), origin=origin()).results) == ["b-new", "a-old"]


def test_the_parts_of_a_score_add_up_and_none_counts_more_than_its_weight(catalogue: Catalogue) -> None:
    catalogue.add(id="one", needs="sleep", min_age="2", schedule="WEEKLY MO 09:00", **north(1))

    page = ask(catalogue, words="sleep", ages=("3",), origin=origin(), days=("MO",), cost="free")

    (result,) = page.results
    assert result.score == pytest.approx(sum(result.parts.values()), abs=0.001)
    assert all(0 <= part <= WEIGHTS[name] for name, part in result.parts.items())
    assert result.parts["need"] == WEIGHTS["need"]
    assert result.parts["children"] == WEIGHTS["children"]
    assert result.parts["certain"] == 0


def test_each_step_outweighs_all_that_comes_after_it() -> None:
    names = list(WEIGHTS)
    steps = names[: names.index("nearness")]

    for step in ("name", "need"):
        after = sum(WEIGHTS[name] for name in names[names.index(step) + 1 :])
        assert WEIGHTS[step] > after, step
    assert min(WEIGHTS[step] for step in steps) > sum(WEIGHTS[name] for name in names if name not in steps)


def test_words_that_mean_nothing_known_find_the_needs_that_they_may_speak_of(catalogue: Catalogue) -> None:
    catalogue.add(id="sleep", needs="sleep", **north(1))

    page = ask(catalogue, words="bedtime battles", origin=origin())

    assert slugs(page.results) == ["sleep"]
