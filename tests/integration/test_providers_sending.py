"""From the answers to the team, and what its maker reads and does afterwards."""

from collections.abc import Mapping, Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub_finder.area import current_area
from hub_finder.directory.listings import stamp_of
from hub_finder.directory.publishing import approve
from hub_finder.directory.submissions import act, get_submission, live_rows
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.reports import OutgoingMail
from hub_finder.models.services import Service
from hub_finder.models.submissions import Action, Membership, SubmissionEvent
from tests.acting import someone
from tests.factories import HALL, Catalogue
from tests.page_client import words_of
from tests.providing import PROVIDER, begin_new, fill, held, provider, send, speaks, stored, write_whole
from tests.reading import main_words, read, summary
from tests.signing_in import token_of


@pytest.fixture
def maker(app: Flask, catalogue: Catalogue) -> FlaskClient:
    catalogue.add_places()
    return provider(app)


@pytest.fixture
def path(maker: FlaskClient) -> str:
    path = begin_new(maker)
    write_whole(maker, path)
    return path


def answer_of_the_team(app: Flask, path: str, action: Action, note: str = "") -> None:
    """Somebody takes it up and decides."""
    with app.app_context():
        staff = someone(Role.MODERATOR)
        submission = get_submission(path.rpartition("/")[2])
        needs, vocabulary = load_vocabulary(current_area())
        act(submission, Action.CLAIM, actor=staff)
        if action is Action.APPROVE:
            shown = stamp_of(live_rows(submission.service_id)) if submission.service_id else ""
            approve(submission, actor=staff, shown=shown, needs=needs, vocabulary=vocabulary, note=note)
        else:
            act(submission, action, actor=staff, note=note)
        db.session.commit()


def mails(app: Flask) -> Sequence[OutgoingMail]:
    with app.app_context():
        found = db.session.scalars(select(OutgoingMail)).all()
        db.session.expunge_all()
        return found


def move(client: FlaskClient, path: str, action: str, **more: object) -> None:
    page = client.get(path)
    sent = {**held(page, "/move"), "action": action, **more}
    assert client.post(f"{path}/move", data=sent).status_code == 303


def test_sending_writes_to_its_maker_with_the_way_back(app: Flask, maker: FlaskClient, path: str) -> None:
    send(maker, path)

    [mail] = mails(app)
    assert mail.address == PROVIDER
    assert "Tiny Tunes" in mail.subject
    assert f"localhost{path}" in mail.body


def test_page_after_sending_says_what_happens_next(app: Flask, maker: FlaskClient, path: str) -> None:
    told = main_words(maker.get(str(send(maker, path).location)))

    reference = path.rpartition("/")[2]
    assert f"{reference[:3]}-{reference[3:6]}-{reference[6:]}" in told
    assert "within 5 working days" in told


def test_without_a_promise_of_the_area_none_is_made(
    app: Flask, maker: FlaskClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.setitem(app.extensions, "hub_area", replace(app.extensions["hub_area"], read_within_days=None))

    told = main_words(maker.get(str(send(maker, path).location)))

    assert "working days" not in told + main_words(maker.get("/providers"))


def test_what_is_not_ready_is_told_with_the_way_to_its_part(app: Flask, maker: FlaskClient) -> None:
    path = begin_new(maker)

    answer = send(maker, path)

    assert answer.status_code == 400
    wrong = summary(read(answer))
    assert wrong["Enter the name that families know"] == "#part-name"
    assert wrong["Say what happens there"] == "#part-summary"
    assert (stored(app, path).status, mails(app)) == ("draft", [])


def test_answers_about_safeguarding_and_the_note_are_kept_from_the_rows(
    app: Flask, maker: FlaskClient, path: str
) -> None:
    fill(maker, f"{path}/safeguarding", policy="yes", more="Ask Jo.")
    fill(maker, f"{path}/note", note="We start in May.")

    send(maker, path)

    kept = stored(app, path)
    assert kept.safeguarding == {"policy": "yes", "checks": "", "insurance": "", "more": "Ask Jo."}
    assert "Ask Jo." not in str(kept.rows)
    with app.app_context():
        sent = db.session.scalars(select(SubmissionEvent).where(SubmissionEvent.action == "submit")).one()
        assert sent.note == "We start in May."


def test_change_link_leads_back_to_the_answers(maker: FlaskClient, path: str) -> None:
    links = [str(link["href"]) for link in read(maker.get(f"{path}/check")).select(".hf-check__change a")]

    page = maker.get(next(link for link in links if "/name" in link))
    answer = maker.post(f"{path}/name", data={**held(page, "/name"), "do": ""})

    assert answer.location == f"{path}/check"


def test_it_cannot_be_sent_as_it_was_before_somebody_changed_it(app: Flask, maker: FlaskClient, path: str) -> None:
    opened = held(maker.get(f"{path}/check"), "/send")
    fill(maker, f"{path}/name", name="Other Tunes")

    answer = maker.post(f"{path}/send", data=opened)

    assert answer.status_code == 409
    assert "Other Tunes" in main_words(answer)
    assert stored(app, path).status == "draft"


def test_pressing_twice_sends_once(app: Flask, maker: FlaskClient, path: str) -> None:
    opened = held(maker.get(f"{path}/check"), "/send")
    maker.post(f"{path}/send", data=opened)

    again = maker.post(f"{path}/send", data=opened, follow_redirects=True)

    assert again.status_code in (200, 409)
    assert len(mails(app)) == 1


def test_what_is_sent_can_be_taken_back_withdrawn_and_begun_again(app: Flask, maker: FlaskClient, path: str) -> None:
    seen = []
    send(maker, path)
    for action in ("recall", "withdraw", "reopen"):
        move(maker, path, action)
        seen.append(stored(app, path).status)

    assert seen == ["draft", "withdrawn", "draft"]


def test_button_of_an_old_page_does_nothing(app: Flask, maker: FlaskClient, path: str) -> None:
    send(maker, path)
    old = stored(app, path).version
    answer_of_the_team(app, path, Action.ASK, "The price?")

    move(maker, path, "withdraw", version=old)

    assert stored(app, path).status == "changes_requested"
    assert "Nothing was done" in main_words(maker.get(path))


@pytest.mark.parametrize("page", ["/name", "/where/0", "/when/0", "/check"])
def test_what_was_sent_cannot_be_written_in(maker: FlaskClient, path: str, page: str) -> None:
    send(maker, path)

    assert maker.get(path + page).location == path


def test_what_was_sent_while_a_part_was_open_says_so(app: Flask, maker: FlaskClient, path: str) -> None:
    opened = held(maker.get(f"{path}/name"), "/name")
    send(maker, path)

    answer = maker.post(f"{path}/name", data={**opened, "name": "Other"})

    assert answer.location == path
    assert stored(app, path).rows[0]["name"] == "Tiny Tunes"


# ---- the team's answer


def test_what_the_team_asks_stands_on_top_and_beside_its_part(app: Flask, maker: FlaskClient, path: str) -> None:
    send(maker, path)
    answer_of_the_team(app, path, Action.ASK, "Nearly there.\nPrice: is it for each child?")

    tasks = maker.get(path)

    assert "Nearly there." in main_words(tasks)
    beside = next(row for row in read(tasks).select(".hf-parts li") if "Price" in row.get_text())
    assert "is it for each child?" in words_of(beside)
    assert "is it for each child?" in main_words(maker.get(f"{path}/price"))
    assert "is it for each child?" not in main_words(maker.get(f"{path}/name"))
    assert "Nearly there." in main_words(maker.get("/providers/listings"))


def test_what_was_asked_is_answered_by_sending_again(app: Flask, maker: FlaskClient, path: str) -> None:
    send(maker, path)
    answer_of_the_team(app, path, Action.ASK, "The price?")

    fill(maker, f"{path}/price", cost="free")
    send(maker, path)

    assert stored(app, path).status == "submitted"
    assert len(mails(app)) == 2


def test_published_listing_is_its_makers_to_change(app: Flask, maker: FlaskClient, path: str) -> None:
    send(maker, path)
    answer_of_the_team(app, path, Action.APPROVE, "Welcome!")

    told = main_words(maker.get("/providers/listings"))

    assert "Published Tiny Tunes" in told
    assert "Welcome!" in told
    assert maker.get("/services/tiny-tunes").status_code == 200
    assert maker.get("/providers/listings/tiny-tunes/closed").status_code == 200


def test_refusal_is_told_with_its_reason(app: Flask, maker: FlaskClient, path: str) -> None:
    send(maker, path)
    answer_of_the_team(app, path, Action.REJECT, "It is for firms.")

    assert "It is for firms." in main_words(maker.get(path))


# ---- changes


@pytest.fixture
def change(app: Flask, catalogue: Catalogue, maker: FlaskClient) -> str:
    """A change of a listing of an organisation that the maker speaks for."""
    catalogue.add(phone="01632 960001", **HALL)
    speaks(app, "Acorn Families", trusted=True)
    token = token_of(maker.get("/providers/begin?service=acorn-stay-and-play"))
    answer = maker.post("/providers/begin", data={"csrf_token": token, "service": "acorn-stay-and-play"})
    return str(answer.location)


def states(client: FlaskClient, path: str) -> Mapping[str, str]:
    rows = read(client.get(path)).select(".hf-parts li")
    return {words_of(row.select_one("a")): words_of(row.select_one(".hf-state")) for row in rows}


def test_parts_of_a_change_say_what_is_changed(maker: FlaskClient, change: str) -> None:
    fill(maker, f"{change}/contact", phone="01632 960002")

    seen = states(maker, change)

    assert seen["How families reach you"] == "changed"
    assert (seen["Name"], seen["Where"]) == ("as it is now", "as it is now")


def test_opening_and_saving_every_part_changes_nothing(app: Flask, maker: FlaskClient, change: str) -> None:
    before = stored(app, change).rows

    for part in ("name", "kind", "summary", "needs", "who", "how", "where", "when", "price", "start", "access",
                 "languages", "contact", "organisation"):  # fmt: skip
        assert fill(maker, f"{change}/{part}").status_code == 303

    assert stored(app, change).rows == before


def test_organisation_of_a_stored_listing_cannot_be_renamed(app: Flask, maker: FlaskClient, change: str) -> None:
    page = maker.get(f"{change}/organisation")

    maker.post(f"{change}/organisation", data={**held(page, "/organisation"), "organisation": "Mine now", "do": ""})

    assert read(page).select("#organisation") == []
    assert stored(app, change).rows[0]["organisation"] == "Acorn Families"


def test_small_change_of_a_trusted_organisation_is_published_at_once(
    app: Flask, maker: FlaskClient, change: str
) -> None:
    fill(maker, f"{change}/contact", phone="01632 960002")
    page = maker.get(f"{change}/check")

    answer = maker.post(f"{change}/send", data={**held(page, "/send"), "do": "publish"})

    assert "Publish it now" in main_words(page)
    assert "Families see it now" in main_words(maker.get(str(answer.location)))
    assert "01632 960002" in maker.get("/services/acorn-stay-and-play").get_data(as_text=True)


def test_larger_change_waits_for_the_team(app: Flask, maker: FlaskClient, change: str) -> None:
    fill(maker, f"{change}/name", name="Acorn Play")
    page = maker.get(f"{change}/check")

    answer = maker.post(f"{change}/send", data={**held(page, "/send"), "do": "publish"})

    assert "Publish it now" not in main_words(page)
    assert answer.status_code == 400
    with app.app_context():
        assert db.session.scalars(select(Service)).one().name == "Acorn Stay and Play"


def test_listing_is_copied_as_a_new_one(app: Flask, maker: FlaskClient, change: str) -> None:
    token = token_of(maker.get("/providers/listings"))

    answer = maker.post("/providers/copy", data={"csrf_token": token, "service": "acorn-stay-and-play"})

    copied = stored(app, str(answer.location))
    assert (copied.rows[0]["name"], copied.rows[0]["id"], copied.base) == ("Acorn Stay and Play", "", None)


def test_listing_of_others_is_not_copied(app: Flask, catalogue: Catalogue, maker: FlaskClient) -> None:
    catalogue.add()
    token = token_of(maker.get("/providers/find"))

    answer = maker.post("/providers/copy", data={"csrf_token": token, "service": "acorn-stay-and-play"})

    assert answer.status_code == 404
    with app.app_context():
        assert db.session.scalars(select(Membership)).all() == []
