"""The way in for who runs a group: who is here already, and an account by mail."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hub_finder.directory import accounts
from hub_finder.directory.organisation_search import key_of
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role, SignInToken
from hub_finder.models.reports import OutgoingMail
from hub_finder.models.services import Service, Status
from hub_finder.models.submissions import Membership
from tests.factories import Catalogue
from tests.providing import begin_new, provider, speaks, stored
from tests.reading import main_words, only, read, said_beside
from tests.signing_in import add_account, token_of

NEW = "jo@bells.example"


@pytest.fixture
def listed(catalogue: Catalogue) -> Catalogue:
    catalogue.add(
        name="Tiny Tots", id="tiny-tots", organisation="St Mary’s Church", website="https://www.stmarys.example/tots"
    )
    catalogue.add(name="Acorn Stay and Play", attributes="charity_number=1234567|locker=7654321")
    catalogue.add(
        name="Bell Choir", id="bell-choir", organisation="Bells", website="https://www.facebook.com/bellchoir",
        organisation_description="A charity, number 1098765.",
    )  # fmt: skip
    return catalogue


def found(client: FlaskClient, words: str) -> list[str]:
    page = read(client.get("/providers/find", query_string={"q": words}))
    return [one.get_text(strip=True) for one in page.select(".hf-found h3")]


@pytest.mark.parametrize(
    ("typed", "organisation"),
    [
        ("St Mary's Church", "St Mary’s Church"),
        ("Saint Marys Church", "St Mary’s Church"),
        ("saint marys chruch", "St Mary’s Church"),
        ("St. Mary’s", "St Mary’s Church"),
        ("tiny tots", "St Mary’s Church"),
        ("Tinny Tots", "St Mary’s Church"),
        ("The Acorn Families Ltd", "Acorn Families"),
        ("1234567", "Acorn Families"),
        ("Charity number 1098765", "Bells"),
        ("www.stmarys.example", "St Mary’s Church"),
        ("https://stmarys.example/about/", "St Mary’s Church"),
        ("facebook.com/bellchoir", "Bells"),
    ],
)
def test_organisation_is_found_by_what_its_people_type(
    listed: Catalogue, client: FlaskClient, typed: str, organisation: str
) -> None:
    assert found(client, typed)[:1] == [organisation]


@pytest.mark.parametrize(
    "typed", ["Zebra Riding", "7654321", "123456", "facebook.com/someone-else", "othersite.example"]
)
def test_what_is_not_here_is_not_found(listed: Catalogue, client: FlaskClient, typed: str) -> None:
    assert found(client, typed) == []
    assert "We are not here: list a new one" in main_words(client.get("/providers/find", query_string={"q": typed}))


@pytest.mark.parametrize("typed", ["%", "_", "a\0b", "'; --", "٣٣٣٣٣٣٣", "\ud83d", "x" * 5000, "(", "[a-"])
def test_anything_can_be_looked_for(listed: Catalogue, client: FlaskClient, typed: str) -> None:
    answer = client.get("/providers/find", query_string={"q": typed.encode("utf-8", "replace")})

    assert answer.status_code == 200


def test_looking_for_nothing_asks_for_a_name(client: FlaskClient) -> None:
    assert said_beside(read(client.get("/providers/find?q=")), "q") == "Enter a name, a charity number or a website"


def test_organisation_with_nothing_to_see_is_not_shown(listed: Catalogue, app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(update(Service).where(Service.slug == "bell-choir").values(status=str(Status.RETIRED)))
        db.session.commit()

    assert found(client, "Bells") == []


@pytest.mark.parametrize(
    ("one", "other"), [("St. Mary's", "The Saint Marys"), ("Bells & Co Ltd", "bells and co"), ("Ltd", "LTD")]
)
def test_names_that_mean_the_same_come_down_to_the_same(one: str, other: str) -> None:
    assert key_of(one) == key_of(other) != ""


# ---- an account


def ask(client: FlaskClient, email: str = NEW, *, then: str = "") -> None:
    page = client.get("/providers/join", query_string={"next": then} if then else {})
    sent = {"csrf_token": token_of(page), "email": email, "name": "Jo Bell", "next": then}
    assert client.post("/providers/join", data=sent).location == "/providers/join?sent=1"


def mailed(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [
            (mail.address, mail.body) for mail in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
        ]


def link_in(body: str) -> str:
    return next(word for word in body.split() if "/accounts/sign-in/" in word).partition("localhost")[2]


def addresses(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {one.email: one.role for one in db.session.scalars(select(Account))}


def press_link(client: FlaskClient, path: str) -> str:
    page = client.get(path)
    then = read(page).select_one("[name=next]")
    data = {"csrf_token": token_of(page), "next": str(then["value"]) if then else ""}
    return str(client.post(path, data=data).location)


def test_account_is_made_when_the_link_is_used(app: Flask, client: FlaskClient) -> None:
    ask(client, then="/providers/begin?name=Bells")
    [(address, body)] = mailed(app)
    before = addresses(app)

    location = press_link(client, link_in(body))

    assert (address, before) == (NEW, {})
    assert addresses(app) == {NEW: Role.PROVIDER}
    assert location == "/providers/begin?name=Bells"
    assert "Jo Bell" in client.get("/accounts").get_data(as_text=True)


def test_used_link_forgets_who_joined_and_works_no_second_time(app: Flask, client: FlaskClient) -> None:
    ask(client)
    path = link_in(mailed(app)[0][1])
    press_link(client, path)

    with app.app_context():
        kept = db.session.scalars(select(SignInToken)).one()
    assert (kept.joins_email, kept.joins_name) == (None, None)
    assert app.test_client().get(path).status_code == 410


def test_link_that_another_ended_makes_no_account(app: Flask, client: FlaskClient) -> None:
    ask(client)
    ask(client)
    older, newer = (link_in(body) for _, body in mailed(app))

    assert client.get(older).status_code == 410
    assert client.get(newer).status_code == 200


def test_old_link_makes_no_account(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(client)
    later = datetime.now(UTC) + timedelta(minutes=16)
    monkeypatch.setattr(accounts, "now", lambda: later)

    assert client.get(link_in(mailed(app)[0][1])).status_code == 410


def test_known_and_new_are_answered_and_written_to_alike(app: Flask) -> None:
    known = add_account(app, Role.PRACTITIONER)
    answers = []
    for address in (known, NEW):
        client = app.test_client()
        ask(client, address)
        answers.append(main_words(client.get("/providers/join?sent=1")))

    bodies = [body.replace(link_in(body), "LINK") for _, body in mailed(app)]
    assert len(set(answers)) == len(set(bodies)) == 1


def test_known_person_signs_in_and_keeps_their_role_and_name(app: Flask, client: FlaskClient) -> None:
    known = add_account(app, Role.MANAGER, name="Robin Moss")
    ask(client, known)

    press_link(client, link_in(mailed(app)[0][1]))

    with app.app_context():
        account = db.session.scalars(select(Account)).one()
    assert (account.role, account.name) == (Role.MANAGER, "Robin Moss")


def test_account_that_was_switched_off_does_not_come_back_by_joining(app: Flask, client: FlaskClient) -> None:
    address = add_account(app, Role.PROVIDER)
    with app.app_context():
        db.session.execute(update(Account).values(disabled=True))
        db.session.commit()

    ask(client, address)

    assert mailed(app) == []
    with app.app_context():
        assert db.session.scalars(select(Account)).one().disabled


def test_account_switched_off_after_the_link_was_mailed_stays_off(app: Flask, client: FlaskClient) -> None:
    ask(client)
    path = link_in(mailed(app)[0][1])
    add_account(app, Role.PROVIDER, email=NEW)
    with app.app_context():
        db.session.execute(update(Account).values(disabled=True))
        db.session.commit()

    assert client.get(path).status_code == 410


def test_signing_in_as_before_makes_no_account(app: Flask, client: FlaskClient) -> None:
    client.post("/accounts/sign-in", data={"csrf_token": token_of(client.get("/accounts/sign-in")), "email": NEW})

    assert mailed(app) == []
    assert addresses(app) == {}


def test_page_of_a_link_shows_nothing_that_a_stranger_typed(app: Flask, client: FlaskClient) -> None:
    page = client.get("/providers/join")
    sent = {"csrf_token": token_of(page), "email": NEW, "name": "You have won"}
    client.post("/providers/join", data=sent)
    body = mailed(app)[0][1]

    seen = app.test_client().get(link_in(body)).get_data(as_text=True)

    assert NEW in seen
    assert "You have won" not in seen + body


@pytest.mark.parametrize(
    ("typed", "box", "said"),
    [
        ({"email": "", "name": "Jo"}, "email", "Enter your email address"),
        ({"email": "jo at bells", "name": "Jo"}, "email", "like name@example.org"),
        ({"email": NEW, "name": ""}, "name", "Enter your name"),
        ({"email": NEW, "name": "x" * 81}, "name", "80 characters"),
    ],
)
def test_what_is_wrong_with_an_address_stands_beside_it(
    client: FlaskClient, typed: dict[str, str], box: str, said: str
) -> None:
    answer = client.post("/providers/join", data={"csrf_token": token_of(client.get("/providers/join")), **typed})

    assert answer.status_code == 400
    assert said in said_beside(read(answer), box)
    assert only(read(answer), "#email")["value"] == typed["email"]


def test_one_address_is_asked_for_five_times_an_hour(app: Flask, client: FlaskClient) -> None:
    for _ in range(5):
        ask(client)

    page = client.get("/providers/join")
    answer = client.post("/providers/join", data={"csrf_token": token_of(page), "email": NEW, "name": "Jo"})

    assert answer.status_code == 429
    assert len(mailed(app)) == 5


@pytest.mark.parametrize("then", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere"])
def test_joining_leads_to_pages_of_this_site_only(app: Flask, client: FlaskClient, then: str) -> None:
    ask(client, then=then)

    assert press_link(client, link_in(mailed(app)[0][1])) == "/providers/listings"


# ---- beginning


def test_change_of_a_stored_listing_asks_how_they_know_it(app: Flask, listed: Catalogue) -> None:
    maker = provider(app)

    token = token_of(maker.get("/providers/begin?service=tiny-tots"))
    refused = maker.post("/providers/begin", data={"csrf_token": token, "service": "tiny-tots", "why": ""})

    assert refused.status_code == 400
    assert said_beside(read(refused), "why") == "Tell us how you know them"


def begin(client: FlaskClient, why: str = "I lead the group.", **wanted: str) -> str:
    token = token_of(client.get("/providers/begin", query_string=wanted))
    answer = client.post("/providers/begin", data={"csrf_token": token, "why": why, **wanted})
    assert answer.status_code == 303, main_words(answer)
    return str(answer.location)


def test_change_is_written_while_the_team_decides(app: Flask, listed: Catalogue) -> None:
    maker = provider(app)

    path = begin(maker, service="tiny-tots")

    with app.app_context():
        membership = db.session.scalars(select(Membership)).one()
        assert (membership.status, membership.why) == ("asked", "I lead the group.")
    assert stored(app, path).base is not None
    assert "yet to say that you may speak" in main_words(maker.get(path))
    assert "yet to say that you may speak" in main_words(maker.get("/providers/listings"))


def test_one_change_is_begun_once(app: Flask, listed: Catalogue) -> None:
    maker = provider(app)

    assert begin(maker, service="tiny-tots") == begin(maker, service="tiny-tots")


def test_name_of_a_stored_organisation_is_that_organisation(app: Flask, listed: Catalogue) -> None:
    maker = provider(app)
    page = maker.get("/providers/begin?name=Bells")

    assert "How do you know them?" in main_words(page)
    assert stored(app, begin(maker, name="Bells")).organisation_id is not None


def test_who_speaks_for_an_organisation_is_not_asked_again(app: Flask, listed: Catalogue) -> None:
    maker = provider(app)
    speaks(app, "St Mary’s Church")

    assert "How do you know them?" not in main_words(maker.get("/providers/begin?service=tiny-tots"))
    assert "yet to say" not in main_words(maker.get(begin(maker, why="", service="tiny-tots")))


def test_new_organisation_is_asked_for_its_name_alone(app: Flask, catalogue: Catalogue) -> None:
    maker = provider(app)

    path = begin_new(maker, "Bells of Oakham")

    assert stored(app, path).rows[0]["organisation"] == "Bells of Oakham"
    assert stored(app, path).organisation_id is None


@pytest.mark.parametrize("query", ["service=nowhere", "organisation=nowhere", "organisation=%00", "service=%00"])
def test_what_is_not_here_cannot_be_begun(app: Flask, query: str) -> None:
    assert provider(app).get(f"/providers/begin?{query}").status_code == 404
