"""Beginning: a new listing, of an organisation that is here or a new one, or a change of a listing."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug import Response

from hub_finder import access
from hub_finder.access import signed_in
from hub_finder.directory.catalogue import ServiceNotFound
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.speaking import ask_to_speak, find_memberships, get_organisation_or_none
from hub_finder.directory.stock import get_stored
from hub_finder.directory.submissions import EDITABLE, LONGEST_NOTE, begin, find_of
from hub_finder.extensions import db
from hub_finder.models.services import Organisation, Service, Status
from hub_finder.models.submissions import MembershipStatus
from hub_finder.parameters import tidy, tidy_lines
from hub_finder.providers import blueprint
from hub_finder.providers.writing import shown_again_at


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants to begin: a change of a service, or a listing of an organisation, stored or named."""

    service: Service | None
    organisation: Organisation | None
    name: str

    @property
    def named(self) -> str:
        """The organisation's name."""
        return self.organisation.name if self.organisation else self.name


@blueprint.get("/begin")
@signed_in
def show_begin() -> str:
    return _page(_wish())


@blueprint.post("/begin")
@signed_in
def begin_submission() -> Response | tuple[str, int]:
    """Begin a draft. Who may not speak yet for a stored organisation asks to, and writes while the team decides."""
    actor, wish = access.actor(), _wish()
    errors = _errors(wish)
    if errors:
        return _page(wish, errors=errors), 400
    if wish.organisation and _must_ask(wish.organisation):
        ask_to_speak(actor.account_id, wish.organisation.id, why=_why())
    draft = next((one for one in find_of(actor) if _is_draft_of(one.service_id, one.status, wish)), None)
    if draft is None:
        draft = begin(actor, organisation=wish.organisation, organisation_name=wish.name, service=wish.service)
    db.session.commit()
    return redirect(url_for("providers.show_submission", reference=draft.reference), 303)


def _is_draft_of(service_id: int | None, status: str, wish: Wish) -> bool:
    """Whether the change was begun already: nobody gets two drafts of one."""
    return wish.service is not None and service_id == wish.service.id and status in EDITABLE


def _wish() -> Wish:
    slug, uid = request.values.get("service", ""), request.values.get("organisation", "")
    if slug:
        service = _service_or_404(slug)
        return Wish(service=service, organisation=service.organisation, name="")
    if uid:
        found = None if "\0" in uid else db.session.scalar(select(Organisation).where(Organisation.uid == uid))
        if found is None:
            abort(404)
        return Wish(service=None, organisation=found, name="")
    name = tidy(request.values.get("name"))
    return Wish(service=None, organisation=get_organisation_or_none(name) if name else None, name=name)


def _service_or_404(slug: str) -> Service:
    try:
        service = get_stored(slug)
    except ServiceNotFound:
        abort(404)
    if service.status not in (Status.PUBLISHED, Status.PAUSED):
        abort(404)
    return service


def _must_ask(organisation: Organisation) -> bool:
    """Whether the team has yet to be asked if this person may speak for an organisation."""
    membership = find_memberships(access.actor().account_id).get(organisation.id)
    return membership is None or membership.status not in (MembershipStatus.ASKED, MembershipStatus.APPROVED)


def _why() -> str:
    return tidy_lines(request.form.get("why"))


def _errors(wish: Wish) -> dict[str, str]:
    errors = {}
    if not wish.named:
        errors["name"] = "Enter the name of your organisation, or of your group if nobody stands behind it"
    elif len(wish.name) > COLUMNS["organisation"]:
        errors["name"] = f"Use {COLUMNS['organisation']} characters or fewer for the name"
    if wish.organisation and _must_ask(wish.organisation):
        if not _why():
            errors["why"] = "Tell us how you know them"
        elif len(_why()) > LONGEST_NOTE:
            errors["why"] = f"Use {LONGEST_NOTE:,} characters or fewer. You have used {len(_why()):,}"
    return errors


@shown_again_at("providers.begin_submission")
def _begin_again(why: str) -> str:
    return _page(_wish(), errors={"begin": why})


def _page(wish: Wish, *, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "providers/show_begin.html",
        wish=wish,
        must_ask=wish.organisation is not None and _must_ask(wish.organisation),
        why=_why() if request.method == "POST" else "",
        errors=errors or {},
    )
