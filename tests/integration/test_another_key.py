"""Another SECRET_KEY: with the one before in SECRET_KEY_FALLBACKS nobody notices, and without it that one is void."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import func, select

from hub_finder import create_app
from hub_finder.directory import bounces
from hub_finder.directory.letter_ids import letter_id, written_to
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.bounces import Bounce, Kind
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.family_lists import begin, handed_over
from tests.page_client import PageClient, words_of
from tests.reading import main_words, only, read
from tests.shortlists import add, names
from tests.signing_in import link_for, press, sign_in, token_of

numbers = iter(range(1000))
BEFORE, NOW = "b" * 40, "n" * 40
ANN = "ann@a.example"
SET_UP = "/accounts/second-step"
WRITTEN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


@pytest.fixture(params=DATABASES)
def restarted(
    request: pytest.FixtureRequest, make_database: Callable[[str, str], str]
) -> Iterator[Callable[..., Flask]]:
    """Call with a key, and those before it: the site as it starts with them. Its database stays the same."""
    address = make_database(request.param, f"keys-{next(numbers)}")
    apps = [build_app(address, HUB_AREA=str(FAIRSHIRE), SECRET_KEY=BEFORE)]
    Catalogue(apps[0]).add(id="acorn", name="Acorn")

    def start(key: str, *before: str) -> Flask:
        settings = {"SECRET_KEY": key, "SECRET_KEY_FALLBACKS": " ".join(before), "HUB_AREA": str(FAIRSHIRE)}
        app = create_app({"TESTING": True, "DATABASE_URL": address, **settings})
        app.test_client_class = PageClient
        apps.append(app)
        return app

    yield start
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def same_browser(client: FlaskClient, app: Flask) -> FlaskClient:
    """A client of another start of the site, with the cookies of one before."""
    other = app.test_client()
    for name in ("session", "shortlist"):
        if cookie := client.get_cookie(name):
            other.set_cookie(name, cookie.value)
    return other


def is_in(client: FlaskClient) -> bool:
    return client.get("/accounts").status_code == 200


def test_who_is_signed_in_stays_so_and_a_form_that_was_open_is_taken(restarted: Callable[..., Flask]) -> None:
    before = sign_in(restarted(BEFORE).test_client())
    token = token_of(before.get("/accounts"))

    later = same_browser(before, restarted(NOW, BEFORE))

    assert is_in(later)
    assert later.post("/accounts/sign-out", data={"csrf_token": token}).status_code == 303
    assert not is_in(later)


def test_what_is_signed_from_now_on_needs_the_older_key_no_more(restarted: Callable[..., Flask]) -> None:
    now = sign_in(restarted(NOW, BEFORE).test_client())
    token = token_of(now.get("/accounts"))

    later = same_browser(now, restarted(NOW))

    assert is_in(later)
    assert later.post("/accounts/sign-out", data={"csrf_token": token}).status_code == 303


def test_a_key_that_is_not_named_is_void(restarted: Callable[..., Flask]) -> None:
    before = sign_in(restarted(BEFORE).test_client())
    add(before, "acorn")
    assert names(before) == ["Acorn"]

    later = same_browser(before, restarted(NOW))

    assert not is_in(later)
    assert names(later) == []


def test_a_familys_list_stays(restarted: Callable[..., Flask]) -> None:
    before = restarted(BEFORE).test_client()
    add(before, "acorn")

    later = same_browser(before, restarted(NOW, BEFORE))

    assert names(later) == ["Acorn"]


def test_a_list_that_was_handed_over_keeps_its_link(restarted: Callable[..., Flask]) -> None:
    before = sign_in(restarted(BEFORE).test_client(), Role.PRACTITIONER)
    path = begin(before, "acorn")
    link = handed_over(before, path)

    later = same_browser(before, restarted(NOW, BEFORE))

    assert handed_over(later, path, days="30") == link
    assert "Acorn" in main_words(later.get(link))
    # Whoever has the link needs no key at all; only it cannot be shown again.
    without = restarted(NOW)
    assert "Acorn" in main_words(without.test_client().get(link))
    assert handed_over(sign_in(without.test_client(), Role.PRACTITIONER), path) != link


def test_an_app_that_was_set_up_before_still_gives_the_second_step(restarted: Callable[..., Flask]) -> None:
    app = restarted(BEFORE)
    client = sign_in(app.test_client())
    page = client.get(SET_UP)
    phone = TOTP(words_of(only(read(page), "main strong")).replace(" ", ""))
    minute_ago = datetime.now(UTC) - timedelta(seconds=30)
    assert client.post(SET_UP, data={"csrf_token": token_of(page), "code": phone.at(minute_ago)}).status_code == 200

    def gives_its_code(app: Flask) -> bool:
        client = app.test_client()
        link = link_for(app, "moderator@fairshire.example")
        client.post(link, data={"csrf_token": token_of(client.get(link))})
        press(client, "/accounts/code", code=phone.now())
        return is_in(client)

    assert not gives_its_code(restarted(NOW))
    assert gives_its_code(restarted(NOW, "another" * 6, BEFORE))


def test_mail_that_left_before_can_come_back_and_marks_hold(restarted: Callable[..., Flask]) -> None:
    with restarted(BEFORE).app_context():
        known_by = letter_id("0" * 32, address=ANN, written_at=WRITTEN)
        bounces.mark_bounced(ANN, kind=Kind.HARD, reason="It came back.", written_at=WRITTEN)
        db.session.commit()

    with restarted(NOW).app_context():
        assert written_to(known_by, ANN) is None
        assert not bounces.cannot_be_reached(ANN)
    with restarted(NOW, BEFORE).app_context():
        assert written_to(known_by, ANN) == WRITTEN
        assert bounces.cannot_be_reached(ANN)
        assert not bounces.mark_bounced(ANN, kind=Kind.HARD, reason="Old.", written_at=WRITTEN)
        later = WRITTEN + timedelta(hours=1)
        assert bounces.mark_bounced(ANN, kind=Kind.HARD, reason="New.", written_at=later)
        assert db.session.scalar(select(func.count()).select_from(Bounce)) == 1
        db.session.commit()
    with restarted(NOW).app_context():
        assert bounces.cannot_be_reached(ANN)
        assert bounces.forget_mark(ANN) == 1
