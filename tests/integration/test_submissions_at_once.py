"""Several people at once, and a server that is killed: nothing that was confirmed is lost, and nobody is overruled."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from threading import Barrier
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from hub_finder.config import ROOT
from hub_finder.directory.submissions import CannotAct, Overtaken, get_submission, get_submission_to_change
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.history import Event
from hub_finder.models.reports import OutgoingMail
from hub_finder.models.services import Service
from hub_finder.models.submissions import Action, Submission, SubmissionEvent
from tests.proposing import approve, claim, draft, moderator, person, proposed
from tests.signing_in import sign_in, token_of

SENT, KILLED_AFTER, AT_ONCE = 200, 90, 10


def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(own_app: Flask) -> None:
    with own_app.app_context():
        submission = claim(proposed(person()), moderator())
        reference, version = submission.reference, submission.version
        db.session.commit()
    ready = Barrier(2)

    def decide(_number: int) -> str:
        with own_app.app_context():
            ann = moderator()
            db.session.rollback()
            ready.wait()
            try:
                approve(get_submission_to_change(reference, version=version), ann)
                db.session.commit()
            except Overtaken:
                db.session.rollback()
                return "told"
            return "won"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(decide, range(2)))

    assert outcomes == ["told", "won"]
    with own_app.app_context():
        assert len(db.session.scalars(select(Service)).all()) == 1
        assert [one.kind for one in db.session.scalars(select(Event).order_by(Event.id))] == ["added", "checked"]


def test_of_two_new_listings_that_are_approved_at_once_neither_is_written_over(own_app: Flask) -> None:
    with own_app.app_context():
        makers = [person("Mo Hill"), person("Pat Moor")]
        sent = [
            claim(proposed(maker, summary=f"Of {maker.name}"), ann)
            for maker, ann in zip(makers, (moderator("Ann Lee"), moderator("Bo Ash")), strict=True)
        ]
        references = [one.reference for one in sent]
        db.session.commit()
    ready = Barrier(2)

    def decide(number: int) -> str:
        with own_app.app_context():
            who = moderator("Ann Lee" if number == 0 else "Bo Ash")
            version = get_submission(references[number]).version
            db.session.rollback()
            ready.wait()
            try:
                service = approve(get_submission_to_change(references[number], version=version), who)
                db.session.commit()
            except CannotAct as error:
                db.session.rollback()
                return str(error)
            return service.slug

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(decide, range(2)))

    assert outcomes == ["Decide first whether they may speak for this organisation.", "willow-toddler-group"]


def test_nothing_that_was_confirmed_is_lost_when_the_server_is_killed(own_app: Flask) -> None:
    client = sign_in(own_app.test_client(), Role.PROVIDER, name="Mo Hill")
    with own_app.app_context():
        mo = person("Mo Hill", email="provider@fairshire.example")
        drafts = [draft(mo, name=f"Group {number}", organisation=f"Organisation {number}") for number in range(SENT)]
        db.session.commit()
        forms = [(one.reference, one.version) for one in drafts]
        database = db.engine.url.render_as_string(hide_password=False)
    token = token_of(client.get(f"/providers/submissions/{forms[0][0]}/check"))
    cookie = client.get_cookie("session")
    assert cookie
    headers = {"Cookie": f"session={cookie.value}", "Content-Type": "application/x-www-form-urlencoded"}
    confirmed: set[str] = set()
    program = [sys.executable, "-m", "tests.integration.serving", database, own_app.config["SECRET_KEY"]]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        port = int(server.stdout.readline())

        def send(form: tuple[str, int]) -> None:
            reference, version = form
            body = urlencode({"csrf_token": token, "version": version, "do": "send"})
            with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                try:
                    connection.request("POST", f"/providers/submissions/{reference}/send", body, headers)
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, HTTPException):
                    return
            assert (answer.status, answer.headers["Location"]) == (303, f"/providers/submissions/{reference}/sent")
            confirmed.add(reference)
            if len(confirmed) >= KILLED_AFTER:
                server.kill()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(send, forms))

    with own_app.app_context():
        sent = set(db.session.scalars(select(Submission.reference).where(Submission.status == "submitted")))
        told = select(Submission.reference).join(SubmissionEvent).where(SubmissionEvent.action == Action.SUBMIT)
        events = list(db.session.scalars(told))
        mails = db.session.scalars(select(OutgoingMail.body)).all()
    assert KILLED_AFTER <= len(confirmed) < SENT
    assert confirmed <= sent
    assert len(sent) <= len(confirmed) + AT_ONCE
    # Each of them is whole: with its event and the mail that says that it came, once.
    assert sorted(events) == sorted(sent)
    assert sorted(body.split("/providers/submissions/")[1][:9] for body in mails) == sorted(sent)
