"""A list on its way to a family: a link, a code to scan, a text to paste."""

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import mail
from hub_finder.access import signposters
from hub_finder.config import site_keys
from hub_finder.directory import family_lists
from hub_finder.directory.family_lists import LASTS_DAYS
from hub_finder.extensions import db
from hub_finder.languages import ENGLISH, OWN_NAMES, _, reading
from hub_finder.models.signposting import FamilyList
from hub_finder.qr import draw_qr
from hub_finder.signposting import blueprint
from hub_finder.signposting.lists import get_own_or_404
from hub_finder.web import CannotRead, public_url


@blueprint.get("/lists/<row:number>/hand-over")
@signposters
def show_handing_over(number: int) -> str:
    tag = request.args.get("language", ENGLISH)
    if tag not in OWN_NAMES:
        raise CannotRead(f"“language” in the address must be one of: {', '.join(OWN_NAMES)}.")
    return handing_over_page(get_own_or_404(number), tag)


def handing_over_page(listed: FamilyList, tag: str, *, address: str = "", problem: str = "") -> str:
    """The ways to a family, in a language; with an address that mail cannot go to, and why."""
    token = family_lists.token_of(listed, keys=site_keys(current_app.config))
    link = _link(token, tag) if token else ""
    return render_template(
        "signposting/show_handing_over.html",
        listed=listed,
        link=link,
        qr=draw_qr(link) if link else None,
        text=_text(listed, link, tag) if link else "",
        days=LASTS_DAYS,
        tag=tag,
        names=OWN_NAMES,
        papers=_papers(token, tag) if token else (),
        can_send=mail.can_send(),
        address=address,
        problem=problem,
    )


def link_to(listed: FamilyList, tag: str) -> str:
    """The whole address of a list in a language; "" while it has no link."""
    token = family_lists.token_of(listed, keys=site_keys(current_app.config))
    return _link(token, tag) if token else ""


@blueprint.post("/lists/<row:number>/hand-over")
@signposters
def hand_over(number: int) -> Response:
    """Make the link, say anew how long it lasts, or end it."""
    listed = get_own_or_404(number)
    days = request.form.get("days", "")
    if days == "end":
        family_lists.end_link(listed)
        flash("The link opens nothing now.")
    elif listed.is_template:
        raise CannotRead("A template has no link. Copy it, and hand over the copy.")
    elif days not in map(str, LASTS_DAYS):
        raise CannotRead(f"“days” must be one of: {', '.join(map(str, LASTS_DAYS))}, or “end”.")
    else:
        family_lists.hand_over(listed, days=int(days), keys=site_keys(current_app.config))
    db.session.commit()
    return redirect(url_for("signposting.show_handing_over", number=number), 303)


def _link(token: str, tag: str, endpoint: str = "finder.show_family_list", **asked: str) -> str:
    address = public_url(endpoint, token=token, **asked)
    root, path, rest = address.partition(f"/lists/{token}")
    return address if tag == ENGLISH else f"{root}/{tag}{path}{rest}"


def _papers(token: str, tag: str) -> list[tuple[str, str]]:
    """The other forms of a list, each with its address."""
    return [
        ("Print", _link(token, tag, "finder.print_family_list")),
        ("Print in large letters", _link(token, tag, "finder.print_family_list", size="large")),
        ("Easy Read", _link(token, tag, "finder.show_easy_family_list")),
    ]


def _text(listed: FamilyList, link: str, tag: str) -> str:
    """The list for a message: each name with its phone number and why it is there."""
    now = family_lists.present(listed)
    words = family_lists.explained(listed, now)
    lines = []
    for service in now.running:
        lines.append(", ".join(part for part in (service.name, service.phone) if part))
        lines += [words[service.uid]] if words.get(service.uid) else []
    with reading(tag):
        return "\n".join([listed.title or _("Places that may help"), *lines, link])
