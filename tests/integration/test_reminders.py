"""Asking people whether their listings are still right: whom, when, how often, and never twice."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from hub_finder import reminder_commands
from hub_finder.access import SignedIn
from hub_finder.area import current_area
from hub_finder.directory import freshness, outbox, reminding, standing
from hub_finder.directory.accounts import disable_account, get_account
from hub_finder.directory.reminders import find_standings, make_plan
from hub_finder.directory.stock import get_stored
from hub_finder.directory.submissions import act, begin
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.reminders import Reminder
from hub_finder.models.services import Status
from hub_finder.models.submissions import Action, SubmissionStatus
from tests.factories import Catalogue
from tests.reminding import (
    BASE,
    DUE_ON,
    add_checked,
    add_speaker,
    go_to,
    links_in,
    review,
    review_and_take,
    take_mails,
)
from tests.signing_in import add_account

MANAGER = "mo@fairshire.example"


@pytest.fixture(autouse=True)
def _base(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "HUB_BASE_URL", BASE)
    go_to(monkeypatch, DUE_ON)


@pytest.fixture
def manager(app: Flask) -> str:
    return add_account(app, Role.MANAGER, email=MANAGER, name="Mo Manager")


# ---- when


def test_people_are_asked_at_six_seven_and_eight_months_then_managers_hear_of_it(
    app: Flask, catalogue: Catalogue, manager: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = add_checked(catalogue, on=date(2026, 5, 23))
    sam = add_speaker(app, slug)
    table: list[tuple[str, str, list[str]]] = [
        ("2026-05-24", "checked", []),
        ("2026-11-22", "checked", []),
        ("2026-11-23", "due", [sam]),
        ("2026-11-24", "due", []),
        ("2026-12-22", "due", []),
        ("2026-12-23", "due", [sam]),
        ("2026-12-24", "due", []),
        ("2027-01-22", "due", []),
        ("2027-01-23", "due", [sam]),
        ("2027-01-24", "due", []),
        ("2027-02-22", "due", []),
        ("2027-02-23", "due", [MANAGER]),
        ("2027-02-24", "due", []),
        ("2027-05-23", "due", []),
        ("2027-05-24", "overdue", []),
        ("2027-11-23", "overdue", []),
        ("2027-11-24", "lapsed", []),
        ("2028-06-01", "lapsed", []),
    ]
    came: list[tuple[str, str, list[str]]] = []

    for day, _state, _people in table:
        go_to(monkeypatch, date.fromisoformat(day))
        people = [address for address, _subject, _body in review_and_take(app)]
        with app.app_context():
            came.append((day, freshness.state_now(get_stored(slug)), people))

    assert came == table


def test_command_that_begins_late_asks_people_before_it_tells_managers(
    app: Flask, catalogue: Catalogue, manager: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = add_speaker(app, add_checked(catalogue, on=date(2025, 1, 1)))

    written = []
    for day in (date(2026, 11, 23), date(2026, 12, 25), date(2027, 2, 1), date(2027, 6, 1), date(2027, 8, 1)):
        go_to(monkeypatch, day)
        written.append([address for address, _subject, _body in review_and_take(app)])

    assert written == [[sam], [sam], [sam], [MANAGER], []]


def test_second_mail_says_that_we_asked_before(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_speaker(app, add_checked(catalogue))
    [(_, _, first)] = review_and_take(app)
    go_to(monkeypatch, date(2026, 12, 23))

    [(_, _, second)] = review_and_take(app)

    assert "Last checked on 23 May 2026.\n" in first
    assert "Last checked on 23 May 2026. We asked you before.\n" in second
    assert links_in(first) != links_in(second)


def test_check_begins_it_all_anew(app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    slug = add_checked(catalogue)
    add_speaker(app, slug)
    review_and_take(app)
    with app.app_context():
        freshness.mark_checked(get_stored(slug), by="The team", on=DUE_ON)
        db.session.commit()

    written = []
    for day in (date(2026, 12, 23), date(2027, 5, 22), date(2027, 5, 23)):
        go_to(monkeypatch, day)
        written.append(len(review_and_take(app)))

    assert written == [0, 0, 1]


# ---- whom


def test_one_mail_names_all_of_a_persons_listings_each_with_its_own_link(app: Flask, catalogue: Catalogue) -> None:
    for name in ("Acorn Stay and Play", "Acorn Club", "Acorn Walks"):
        slug = add_checked(catalogue, name, email="hello@acorn.example")
    add_checked(catalogue, "Oak Club", organisation="Oak", email="oak@oak.example")
    sam = add_speaker(app, slug)
    kim = add_speaker(app, slug, "kim@acorn.example", "Kim Bell")

    result = review(app)

    mails = {address: (subject, body) for address, subject, body in take_mails(app)}
    assert list(mails) == [kim, "oak@oak.example", sam]
    subject, body = mails[sam]
    assert subject == "Is what families read about you still right?"
    assert body.startswith("Hello Sam Field\n")
    assert [line for line in body.splitlines() if line.startswith("Acorn")] == [
        "Acorn Club",
        "Acorn Stay and Play",
        "Acorn Walks",
    ]
    assert "until 22 January 2027" in body
    assert mails["oak@oak.example"][1].startswith("Hello Oak\n")
    links = [link for _subject, body in mails.values() for link in links_in(body)]
    assert len(set(links)) == len(links) == 7
    assert "Checks that are due: 4\nPeople written to: 3, about 7 listings\n" in result.output


def test_only_hashes_of_links_are_kept(app: Flask, catalogue: Catalogue) -> None:
    add_speaker(app, add_checked(catalogue))

    [(_, _, body)] = review_and_take(app)

    [secret] = [link.rpartition("/")[2] for link in links_in(body)]
    with app.app_context():
        [kept] = db.session.scalars(select(Reminder)).all()
        assert secret not in str(vars(kept))
        assert kept.token_hash == reminding.hash_of(secret)


def test_listings_own_address_is_asked_when_nobody_speaks_for_it(app: Flask, catalogue: Catalogue) -> None:
    slug = add_checked(catalogue, email="Hello@Acorn.example")
    sam = add_speaker(app, slug)
    with app.app_context():
        disable_account(sam, by="a test")
        db.session.commit()

    assert [address for address, _subject, _body in review_and_take(app)] == ["hello@acorn.example"]


def test_who_cannot_be_reached_gives_way_to_who_can(app: Flask, catalogue: Catalogue, manager: str) -> None:
    slug = add_checked(catalogue, email="hello@acorn.example")
    sam = add_speaker(app, slug)
    refuse_mail_to(app, sam)
    with app.app_context():
        [first] = find_standings(current_area(), DUE_ON)
    refuse_mail_to(app, "hello@acorn.example")
    with app.app_context():
        [second] = find_standings(current_area(), DUE_ON)

    review(app)

    assert [one.address for one in first.people] == ["hello@acorn.example"]
    assert [one.address for one in first.out_of_reach] == [sam]
    assert (second.state, second.people) == ("nobody", [])
    written = {address: body for address, subject, body in take_mails(app) if subject != "Refused"}
    assert list(written) == [MANAGER]
    assert "Acorn Stay and Play, Acorn Families\nWe have no address that works." in written[MANAGER]


def refuse_mail_to(app: Flask, address: str) -> None:
    """Let a message to somebody be refused for good."""
    with app.app_context():
        outbox.post(address, subject="Refused", body="Hello\n")
        letter = outbox.get_next_or_none(0)
        assert letter
        outbox.fail(letter, "Refused (550).", for_good=True, claimed_at=None)
        db.session.commit()


def test_listing_with_nobody_to_ask_is_told_to_each_manager_once(
    app: Flask, catalogue: Catalogue, manager: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_account(app, Role.MANAGER, email="nia@fairshire.example")
    add_account(app, Role.MODERATOR)
    add_account(app, Role.ADMINISTRATOR)
    for name in ("Acorn Club", "Acorn Walks"):
        add_checked(catalogue, name)

    first = review_and_take(app)
    go_to(monkeypatch, DUE_ON + timedelta(days=1))
    add_checked(catalogue, "Acorn Songs")
    second = review_and_take(app)

    assert [address for address, _subject, _body in first] == [MANAGER, "nia@fairshire.example"]
    assert f"{BASE}/moderation/reminders" in first[0][2]
    assert links_in(first[0][2]) == []
    assert [name in second[0][2] for name in ("Acorn Club", "Acorn Walks", "Acorn Songs")] == [False, False, True]


def test_report_says_when_there_is_nobody_at_all(app: Flask, catalogue: Catalogue) -> None:
    add_checked(catalogue)

    result = review(app)

    assert take_mails(app) == []
    assert "Nobody whom mail reaches: 1\n" in result.output
    assert "There is no manager to tell of them" in result.output


def test_manager_who_comes_later_hears_of_it_too(app: Flask, catalogue: Catalogue) -> None:
    add_checked(catalogue)
    review(app)
    add_account(app, Role.MANAGER, email=MANAGER)

    assert [address for address, _subject, _body in review_and_take(app)] == [MANAGER]


@pytest.mark.parametrize("status", [Status.PAUSED, Status.RETIRED])
def test_nobody_is_asked_about_what_families_cannot_see(
    app: Flask, catalogue: Catalogue, manager: str, status: Status
) -> None:
    slug = add_checked(catalogue)
    add_speaker(app, slug)
    with app.app_context():
        standing.move(get_stored(slug), status, actor="a test")
        db.session.commit()

    assert review_and_take(app) == []


def test_nobody_is_asked_about_what_was_never_checked(app: Flask, catalogue: Catalogue, manager: str) -> None:
    add_speaker(app, catalogue.add(email="hello@acorn.example", kind="haf"))

    assert review_and_take(app) == []


def test_nobody_is_asked_while_the_team_reads_a_change(app: Flask, catalogue: Catalogue, manager: str) -> None:
    slug = add_checked(catalogue)
    sam = add_speaker(app, slug)
    with app.app_context():
        actor = actor_of(sam)
        submission = begin(actor, service=get_stored(slug))
        db.session.commit()
        before = [one.state for one in find_standings(current_area(), DUE_ON)]
        act(submission, Action.SUBMIT, actor=actor)
        assert submission.status == SubmissionStatus.SUBMITTED
        db.session.commit()

    assert before == ["to_ask"]
    assert review_and_take(app) == []


def actor_of(email: str) -> SignedIn:
    account = get_account(email)
    until = datetime.now(UTC) + timedelta(hours=1)
    return SignedIn(account_id=account.id, name=account.name, email=email, role=Role(account.role), until=until)


# ---- never twice


def test_second_run_of_a_day_writes_nothing(app: Flask, catalogue: Catalogue, manager: str) -> None:
    add_speaker(app, add_checked(catalogue))
    add_checked(catalogue, "Oak Club", organisation="Oak")
    first = review_and_take(app)

    result = review(app)

    assert len(first) == 2
    assert take_mails(app) == []
    assert "People written to: 0, about 0 listings\n" in result.output


def test_runs_at_once_write_one_mail_to_each(app: Flask, catalogue: Catalogue, manager: str) -> None:
    for number in range(6):
        slug = add_checked(catalogue, f"Acorn Club {number}", organisation=f"Acorn {number % 3}")
        add_speaker(app, slug, f"sam{number % 3}@acorn.example")
    add_checked(catalogue, "Oak Club", organisation="Oak")
    runs = 4
    barrier, failed = Barrier(runs), list[BaseException]()

    def run() -> None:
        try:
            with app.app_context():
                plan = make_plan(current_area(), DUE_ON)
                db.session.rollback()
                # All have seen that nobody was asked yet.
                barrier.wait(timeout=30)
                with app.test_request_context(base_url=BASE):
                    reminder_commands._write(plan)
        except BaseException as error:  # noqa: BLE001  told by the test's own thread
            failed.append(error)

    threads = [Thread(target=run) for _ in range(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failed == []
    mails = take_mails(app)
    assert [address for address, _subject, _body in mails] == [
        MANAGER,
        *(f"sam{number}@acorn.example" for number in range(3)),
    ]
    assert [len(links_in(body)) for _address, _subject, body in mails] == [0, 2, 2, 2]


def test_run_that_was_stopped_is_finished_by_the_next(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = add_checked(catalogue)
    people = [add_speaker(app, slug, f"sam{number}@acorn.example") for number in range(3)]
    links = [True, True]

    def run() -> None:
        with app.app_context():
            plan = make_plan(current_area(), DUE_ON)
            for person, asks in plan.asks.items():
                reminding.ask(person, asks, plan, current_area(), link=lambda secret: secret if links.pop() else "")
                db.session.commit()

    with pytest.raises(IndexError):
        run()
    before = [address for address, _subject, _body in take_mails(app)]
    go_to(monkeypatch, DUE_ON + timedelta(days=1))

    after = [address for address, _subject, _body in review_and_take(app)]

    assert (before, after) == (people[:2], people[2:])


def test_nobody_gets_two_mails_on_a_day(app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    slug = add_checked(catalogue)
    add_speaker(app, slug)
    review_and_take(app)
    add_checked(catalogue, "Acorn Club")

    same_day = review_and_take(app)
    go_to(monkeypatch, DUE_ON + timedelta(days=1))
    next_day = review_and_take(app)

    assert same_day == []
    assert ["Acorn Club" in body for _address, _subject, body in next_day] == [True]
    assert ["Stay and Play" in body for _address, _subject, body in next_day] == [False]


def test_many_listings_of_one_person_go_on_the_next_day(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminding, "MOST", 2)
    for number in range(3):
        slug = add_checked(catalogue, f"Acorn Club {number}")
    add_speaker(app, slug)

    [(_, _, first)] = review_and_take(app)
    go_to(monkeypatch, DUE_ON + timedelta(days=1))
    [(_, _, second)] = review_and_take(app)

    assert [len(links_in(body)) for body in (first, second)] == [2, 1]
