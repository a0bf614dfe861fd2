"""A proposal's own changes are made to what stands here now: what others changed meanwhile is not lost."""

from flask_sqlalchemy.session import Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import scoped_session

from hub_finder.directory import submissions
from hub_finder.directory.columns import REPEATED
from hub_finder.directory.fields import SINGLE, fields_of
from hub_finder.directory.listings import parse_listing, rows_of
from hub_finder.directory.publishing import (
    bring_up_to_date,
    changed_columns,
)
from hub_finder.extensions import db
from hub_finder.models.services import Service
from tests.acting import Someone
from tests.factories import Catalogue
from tests.merging import rows, stored
from tests.proposing import (
    approve,
    change_of,
    person,
    sent_change,
    words,
)

DbSession = scoped_session[Session]


# Fields, and values that each of them may have.
VALUES: dict[str, tuple[str, ...]] = {
    "name": ("Acorn Stay and Play", "Acorn Group", "Oak Group"),
    "summary": ("Toys.", "Songs.", "Toys and songs."),
    "phone": ("01632 960001", "01632 960002", ""),
    "cost": ("free", "paid", "not_stated"),
    "min_age": ("0", "1", ""),
    "eligibility": ("", "Everyone.", "Parents."),
    "schedule_note": ("", "Mondays.", "Tuesdays."),
    "contact_name": ("", "Ann", "Bo"),
    "source_title": ("A made-up leaflet", "A website", ""),
    "city": ("", "Oakham Green", "Nextham"),
}
LISTINGS = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(base=LISTINGS, ours=LISTINGS, theirs=LISTINGS)
def test_both_sides_changes_survive_and_only_the_same_field_is_a_clash(
    catalogue: Catalogue, mo: Someone, base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> None:
    db.session.rollback()
    catalogue.add(id="acorn", **base)
    mo_again = person("Mo Hill")
    submission = change_of(stored("acorn"), mo_again, **ours)
    submission.rows = submissions.as_proposed(_in_one_form(submission.rows), submission)
    db.session.commit()
    catalogue.add(id="acorn", **theirs)
    db.session.expire_all()

    result = bring_up_to_date(submission)

    assert submission.base
    was, mine, here = (fields_of(one) for one in (submission.base, submission.rows, rows("acorn")))
    both = fields_of(result.rows)
    for name in (*SINGLE, *REPEATED):
        changed_by_me, changed_here = mine[name] != was[name], here[name] != was[name]
        assert both[name] == (mine[name] if changed_by_me else here[name]), name
        assert (name in result.clashes) == (changed_by_me and changed_here and mine[name] != here[name]), name
    assert result.live == rows("acorn")
    unchanged = submission.rows == submission.base
    assert bool(changed_columns(submission)) <= (not unchanged)


def _in_one_form(given: list[dict[str, str]]) -> list[dict[str, str]]:
    listing, problems = parse_listing(given, words()[1])
    assert listing, problems
    return rows_of(listing)


def test_approval_does_not_lose_what_the_team_changed_meanwhile(
    catalogue: Catalogue, acorn: Service, mo: Someone, ann: Someone
) -> None:
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    db.session.commit()
    catalogue.add(phone="01632 960001", cost="paid", min_age="0", max_age="4", summary="Put right here.")
    db.session.expire_all()

    approve(submission, ann)

    first = rows(acorn.slug)[0]
    assert (first["phone"], first["cost"], first["summary"]) == ("01632 960002", "paid", "Put right here.")
