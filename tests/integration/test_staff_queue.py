"""All that waits stands in one list: the riskiest and the longest waiting first, by kind, place and holder."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.directory import feeds, proposals
from hub_finder.directory.listings import parse_listing
from hub_finder.directory.queue import Kind, count_waiting, find_waiting
from hub_finder.directory.references import spoken
from hub_finder.directory.speaking import ask_to_speak
from hub_finder.directory.submissions import get_submission
from hub_finder.extensions import db
from hub_finder.models.services import Status
from tests.factories import Catalogue
from tests.merging import rows, stored
from tests.page_client import words_of
from tests.proposing import approve, change_of, claim, moderator, person, proposed, submit, words
from tests.reading import main_words, only, read, summary
from tests.signing_in import press
from tests.telling import report

QUEUE = "/moderation/queue"
SAFE = {"policy": "yes", "checks": "yes", "insurance": "yes"}


@pytest.fixture
def send(app: Flask, catalogue: Catalogue) -> Callable[..., str]:
    """Sends a new listing; returns its reference. Nothing but what is given speaks against it."""

    def new(name: str, **given: str) -> str:
        with app.app_context():
            submission = proposed(person("Mo Hill"), name=name, organisation=f"{name} Trust", **given)
            submission.safeguarding = SAFE
            db.session.commit()
            return spoken(submission.reference)

    return new


@pytest.fixture
def one_of_each(app: Flask, catalogue: Catalogue, send: Callable[..., str]) -> dict[Kind, str]:
    """One of each kind; returns where each is decided."""
    acorn = catalogue.add(id="acorn", name="Acorn Group", phone="01632 960001", locality="north-fair")
    sent = send("Willow", locality="south-fair")
    reference = report(app, acorn)
    with app.app_context():
        organisation = stored(acorn).organisation_id
        pat = person("Pat Moor")
        ask_to_speak(pat.account_id, organisation, why="I do.")
        feed = feeds.keep_feed("https://elm.example/v1", name="Elm", trusted=True)
        listing, _ = parse_listing([rows(acorn)[0] | {"cost": "paid"}], words()[1])
        assert listing
        proposal = proposals.propose(stored(acorn), feed, listing)
        ann = moderator()
        looked = claim(proposed(person("Mo Hill"), name="Looked At", organisation="Looked Trust"), ann)
        approve(looked, ann)
        looked.due_look = True
        assert proposal
        db.session.commit()
        return {
            Kind.SUBMISSION: f"/moderation/submissions/{sent}",
            Kind.REPORT: f"/moderation/reports/{reference}",
            Kind.SPEAKER: f"/moderation/organisations/{organisation}#speakers",
            Kind.PROPOSAL: f"/moderation/proposals/{proposal.id}",
            Kind.LOOK: f"/moderation/submissions/{spoken(looked.reference)}",
        }


def listed(client: FlaskClient, query: str = "") -> list[str]:
    return [str(link["href"]) for link in read(client.get(f"{QUEUE}{query}")).select(".hf-rows__link")]


def named(client: FlaskClient, query: str = "") -> list[str]:
    return [words_of(link) for link in read(client.get(f"{QUEUE}{query}")).select(".hf-rows__link")]


def test_each_kind_is_in_the_list_with_its_count_and_the_start_page_agrees(
    one_of_each: dict[Kind, str], staff: FlaskClient
) -> None:
    start = main_words(staff.get("/moderation"))
    kinds = [words_of(one) for one in read(staff.get(QUEUE)).select(".hf-kinds a")]

    assert set(listed(staff)) == set(one_of_each.values())
    assert {kind: listed(staff, f"?kind={kind}") for kind in Kind} == {
        kind: [address] for kind, address in one_of_each.items()
    }
    assert kinds == ["All: 5", *(f"{kind.label}: 1" for kind in Kind)]
    assert "5 Queue" in start
    assert "1 Listings and changes that were sent to us" in start
    assert "1 Requests to speak for an organisation" in start
    for address in one_of_each.values():
        assert staff.get(address).status_code == 200


def test_counts_of_the_list_are_the_counts_of_the_database(app: Flask, one_of_each: dict[Kind, str]) -> None:
    with app.app_context():
        listed_kinds = [item.kind for item in find_waiting(app.extensions["hub_area"])]

        assert count_waiting() == {kind: listed_kinds.count(kind) for kind in Kind}


def test_riskiest_comes_first_and_says_why(send: Callable[..., str], staff: FlaskClient) -> None:
    send("Plain")
    send("Linked", summary="See www.other.org for more.")
    send("Danger", summary="My partner hits me and I am scared.")

    page = read(staff.get(QUEUE))

    told = [words_of(one) for one in page.select(".hf-rows li")]
    assert [one.split()[0] for one in told] == ["Danger", "Linked", "Plain"]
    assert "High risk. Listing to read" in told[0]
    assert "Medium risk." in told[1]
    assert "A text holds a link to another website: www.other.org" in told[1]
    assert "Low risk." in told[2]


def test_what_is_unsafe_comes_before_all_else(
    app: Flask, catalogue: Catalogue, send: Callable[..., str], staff: FlaskClient
) -> None:
    catalogue.add(id="acorn", name="Acorn Group")
    send("Danger", summary="My partner hits me and I am scared.")
    report(app, "acorn", reason="unsafe")

    assert named(staff) == ["Acorn Group", "Danger"]


def test_nothing_waits_for_ever(app: Flask, send: Callable[..., str], staff: FlaskClient) -> None:
    old = send("Old and plain")
    send("Newer and linked", summary="See www.other.org for more.")
    with app.app_context():
        get_submission(old.replace("-", "")).submitted_at = datetime.now(UTC) - timedelta(days=11)
        db.session.commit()

    assert named(staff) == ["Old and plain", "Newer and linked"]


def test_oldest_of_one_risk_comes_first(send: Callable[..., str], staff: FlaskClient) -> None:
    for name in ("First", "Second", "Third"):
        send(name)

    assert named(staff) == ["First", "Second", "Third"]


def test_list_is_narrowed_by_place_words_and_holder(
    app: Flask, one_of_each: dict[Kind, str], staff: FlaskClient
) -> None:
    willow = one_of_each[Kind.SUBMISSION]
    press(staff, willow, f"{willow}/claim", version="3")

    assert named(staff, "?locality=south-fair") == ["Willow"]
    assert set(named(staff, "?locality=north-fair")) == {"Acorn Group"}
    assert named(staff, "?q=willow+TRUST") == ["Willow"]
    assert named(staff, "?whose=mine") == named(staff, "?whose=claimed") == ["Willow"]
    assert "Willow" not in named(staff, "?whose=free")
    assert len(named(staff, "?whose=free")) == 4
    assert set(named(staff, "?locality=not-stated")) == {"Acorn Families", "Looked At"}
    assert "Robin Moss has it" in main_words(staff.get(f"{QUEUE}?whose=mine"))
    counts = [words_of(one) for one in read(staff.get(f"{QUEUE}?whose=mine&kind=report")).select(".hf-kinds a")]
    assert counts[:3] == ["All: 1", "Listing to read: 1", "Report of a problem: 0"]


@pytest.mark.parametrize(
    ("query", "target"),
    [("kind=zzz", "#kind"), ("whose=zzz", "#whose"), ("locality=zzz", "#locality"), (f"q={'x' * 500}", "#q")],
)
def test_what_cannot_be_read_is_told_and_nothing_is_lost(staff: FlaskClient, query: str, target: str) -> None:
    page = read(staff.get(f"{QUEUE}?{query}"))

    [(_, said)] = summary(page).items()
    assert said == target


def test_list_is_paged(send: Callable[..., str], staff: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.moderation.forms.PER_PAGE", 2)
    for number in range(5):
        send(f"Group {number}")

    assert named(staff) == ["Group 0", "Group 1"]
    assert named(staff, "?page=3") == ["Group 4"]
    assert named(staff, "?page=99") == ["Group 4"]
    assert "5 wait, page 2 of 3" in main_words(staff.get(f"{QUEUE}?page=2"))


def test_what_was_decided_is_no_longer_in_the_list(app: Flask, catalogue: Catalogue, staff: FlaskClient) -> None:
    with app.app_context():
        acorn = stored(catalogue.add(phone="01632 960001"))
        mo, ann = person("Mo Hill"), moderator()
        change = claim(submit(change_of(acorn, mo, cost="free"), mo), ann)
        change.status = "approved"
        change.due_look = False
        acorn.status = Status.PAUSED
        db.session.commit()

    assert named(staff) == []
    assert "0 wait" in main_words(staff.get(QUEUE))


def test_old_lists_lead_to_the_queue(staff: FlaskClient) -> None:
    for path, kind in (("/moderation/reports", "report"), ("/moderation/proposals", "proposal")):
        assert only(read(staff.get(path)), f"main a[href='{QUEUE}?kind={kind}']")
