"""Practitioners and families who act at the same moment, each in a thread: nothing is lost or counted twice."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub_finder.directory.family_lists import find_helped
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.signposting import FamilyList, Helped
from tests.factories import Catalogue
from tests.family_lists import begin, boxes, handed_over, legends, save
from tests.page_client import words_of
from tests.reading import main_words, only, read
from tests.shortlists import HERE
from tests.signing_in import press, sign_in, token_of

Thing = TypeVar("Thing")
TAPS = 8
TITLES = {"Ann": "Small babies", "Cy": "New arrivals"}


@pytest.fixture
def ann(own_app: Flask) -> FlaskClient:
    catalogue = Catalogue(own_app)
    for name in ("Acorn", "Birch", "Cedar"):
        catalogue.add(id=name.lower(), name=name)
    return sign_in(own_app.test_client(), Role.PRACTITIONER, name="Ann Quill")


@pytest.fixture
def cy(own_app: Flask) -> FlaskClient:
    return sign_in(own_app.test_client(), Role.MANAGER, name="Cy Holt")


def at_once(*acts: Callable[[], Thing]) -> Sequence[Thing]:
    """What each act gives, all begun at the same moment."""
    ready = Barrier(len(acts))

    def do(act: Callable[[], Thing]) -> Thing:
        ready.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def opened(client: FlaskClient, path: str) -> dict[str, str]:
    """What a page that somebody has open sends along, whatever they type."""
    page = client.get(path)
    return {
        "csrf_token": token_of(page),
        "version": str(only(read(page), "input[name=version]")["value"]),
        "do": "save",
    }


@pytest.mark.parametrize("turn", range(3))
def test_of_two_who_save_a_template_at_once_one_wins_and_the_other_keeps_what_they_typed(
    own_app: Flask, ann: FlaskClient, cy: FlaskClient, turn: int
) -> None:
    mine = begin(ann, "acorn", "birch")
    save(ann, mine, title="New baby", do="save")
    path = str(press(ann, mine, f"{mine}/copy", **{"as": "template"}).location)
    first, second = boxes(ann, path)
    people = {"Ann": (ann, opened(ann, path)), "Cy": (cy, opened(cy, path))}

    def saving(name: str) -> Callable[[], TestResponse]:
        client, held = people[name]
        typed = {"title": TITLES[name], first: f"{TITLES[name]}, near", second: f"{TITLES[name]}, far"}
        return lambda: client.post(path, data={**held, **typed})

    answers = dict(zip(people, at_once(*map(saving, people)), strict=True))

    assert sorted(one.status_code for one in answers.values()) == [303, 409]
    [winner] = [name for name, one in answers.items() if one.status_code == 303]
    [late] = answers.keys() - {winner}
    for client, _ in people.values():
        page = read(client.get(path))
        assert words_of(only(page, "h1")) == TITLES[winner]
        assert [words_of(box) for box in page.select("fieldset textarea")] == [
            f"{TITLES[winner]}, near",
            f"{TITLES[winner]}, far",
        ]
    assert "This list was changed since you opened it." in main_words(answers[late])
    assert only(read(answers[late]), "#title")["value"] == TITLES[late]
    assert f"Last changed by {winner}" in main_words(ann.get(path))


def test_places_that_are_added_at_once_are_all_there_in_one_order(own_app: Flask, ann: FlaskClient) -> None:
    path = begin(ann, "acorn")
    other = sign_in(own_app.test_client(), Role.PRACTITIONER, name="Ann Quill")
    adds = [(ann, "birch"), (other, "cedar"), (other, "birch")]
    held = {id(client): opened(client, path)["csrf_token"] for client in (ann, other)}

    def adding(client: FlaskClient, slug: str) -> Callable[[], TestResponse]:
        return lambda: client.post(f"{path}/add", data={"csrf_token": held[id(client)], "service": slug})

    answers = at_once(*(adding(*one) for one in adds))

    assert [one.status_code for one in answers] == [303, 303, 303]
    names = sorted(legend.partition(". ")[2] for legend in legends(ann, path))
    assert names == ["Acorn", "Birch", "Cedar"]
    with own_app.app_context():
        entries = db.session.scalars(select(FamilyList)).one().entries
        assert [one.position for one in entries] == [0, 1, 2]


def test_taps_of_many_families_at_once_are_all_counted(own_app: Flask, ann: FlaskClient) -> None:
    link = handed_over(ann, begin(ann, "acorn"))

    def tapping(number: int) -> Callable[[], int]:
        def tap() -> int:
            return (
                own_app.test_client()
                .post(
                    f"{link}/helped",
                    data={"service": "acorn", "answer": "yes"},
                    headers={"Origin": HERE, "Referer": HERE + link},
                    environ_base={"REMOTE_ADDR": f"192.0.2.{number}"},
                )
                .status_code
            )

        return tap

    answers = at_once(*map(tapping, range(TAPS)))

    assert answers == [303] * TAPS
    with own_app.app_context():
        assert find_helped(get_stored("acorn").id)[Helped.YES] == TAPS
