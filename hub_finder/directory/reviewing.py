"""What has to be known of proposals to say what is worth a look: asked for many at once. Nothing here commits."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from hub_finder.directory.hints import Case, Spot
from hub_finder.directory.postcodes import compact
from hub_finder.extensions import db
from hub_finder.models.places import Postcode
from hub_finder.models.services import Need
from hub_finder.models.submissions import Membership, MembershipStatus, Submission


def find_cases(submissions: Sequence[Submission]) -> list[Case]:
    """What the hints ask about each proposal, in their order: as many queries for a thousand as for one."""
    spots, speakers = _spots(submissions), _speakers(submissions)
    sensitive = frozenset(db.session.scalars(select(Need.slug).where(Need.sensitive)))
    return [
        Case(
            rows=one.rows,
            base=one.base or (),
            safeguarding=one.safeguarding,
            speaks=all((one.account_id, id_) in speakers for id_ in concerned(one)),
            spots=spots,
            sensitive=sensitive,
        )
        for one in submissions
    ]


def concerned(submission: Submission) -> set[int]:
    """The stored organisations that a proposal speaks for: the one that it names, and the one that has the listing."""
    has_it = submission.service.organisation_id if submission.service else None
    return {one for one in (submission.organisation_id, has_it) if one is not None}


def _speakers(submissions: Sequence[Submission]) -> set[tuple[int | None, int]]:
    makers = {one.account_id for one in submissions if one.account_id is not None}
    known = select(Membership.account_id, Membership.organisation_id).where(
        Membership.account_id.in_(makers), Membership.status == MembershipStatus.APPROVED
    )
    return {(account_id, organisation_id) for account_id, organisation_id in db.session.execute(known)}


def _spots(submissions: Sequence[Submission]) -> Mapping[str, Spot]:
    codes = {compact(row["postal_code"]) for one in submissions for row in one.rows if row["postal_code"]}
    known = select(Postcode.code, Postcode.latitude_e5, Postcode.longitude_e5, Postcode.council)
    found = db.session.execute(known.where(Postcode.code.in_(codes)))
    return {
        code: Spot(None if south is None or east is None else (south / 100_000, east / 100_000), council)
        for code, south, east, council in found
    }
