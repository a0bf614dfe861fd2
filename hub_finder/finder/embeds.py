"""Lists for other sites' pages: what is near one place for one need, in a frame or as HTML to copy."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Response, current_app, render_template, request
from werkzeug import Response as WerkzeugResponse
from werkzeug.datastructures import MultiDict

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.colours import Palette, read_palette, style_sheet
from hub_finder.directory import times
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import Result, SearchPage, find
from hub_finder.directory.terms import Term
from hub_finder.directory.urgent import Urgent, recognise, urgent_of
from hub_finder.directory.vocabulary import find_terms
from hub_finder.finder import blueprint
from hub_finder.finder.boxes import age_boxes
from hub_finder.finder.find import heading_of
from hub_finder.forms import SearchForm, read_search
from hub_finder.languages import ENGLISH, OWN_NAMES, _, language, reading
from hub_finder.said import said_bare
from hub_finder.switching import full_address
from hub_finder.web import be_discreet, etagged, let_be_framed

# How many results there are, when that is not said; and at most.
USUAL, MOST = 5, 20
# What a list decides itself, or has no room for.
SETTLED = ("page", "view", "week")
# In seconds. Whoever put the list on a page said what is looked for, so anyone may keep the answer for a while.
FRAME_KEPT, COLOURS_KEPT = 300, 86_400
NEW_LINES = "\n"


@dataclass(frozen=True, kw_only=True)
class Embed:
    """A list as it was asked for: `query` is None where something is wrong, which `errors` tells by parameter."""

    form: SearchForm
    palette: Palette
    query: SearchQuery | None
    asked: MultiDict[str, str]

    @property
    def errors(self) -> dict[str, list[str]]:
        return {name: list(said) for name, said in self.form.errors.items()} | self.palette.errors

    @property
    def needs(self) -> list[Term]:
        return [need for need in find_terms() if need.slug in self.form["need"].data]

    @property
    def search(self) -> str:
        """The query of the same search on its own page."""
        return urlencode([(name, value) for name, value in self.asked.items(multi=True) if name != "per_page"])

    @property
    def address(self) -> str:
        """The query of the list itself."""
        return urlencode([*self.asked.items(multi=True), *self.palette.given.items()])

    @property
    def urgent(self) -> Urgent | None:
        """Whom to call first, where the need or the words are about danger."""
        danger = next((need.danger for need in self.needs if need.danger), "")
        area = current_area()
        return recognise(self.form["q"].data, area=area) or (urgent_of(danger, area=area) if danger else None)


def read_embed(args: MultiDict[str, str]) -> Embed:
    """What an address asks of a list: a search with a need and a place, and colours."""
    area = current_area()
    given = [(name, value) for name, value in args.items(multi=True) if value and name not in SETTLED]
    asked = MultiDict(given)
    asked.setdefault("per_page", str(USUAL))
    read = read_search(asked, area)
    form, per_page = read.form, read.form["per_page"]
    if not form["need"].data:
        form.refuse("need", _("Choose a need"))
    if not form["postcode"].data and "postcode" not in form.errors:
        form.refuse("postcode", _("Enter a postcode, town or village"))
    if per_page.errors or per_page.value > MOST:
        per_page.errors.clear()
        form.refuse("per_page", _("Results on a page must be a whole number from 1 to %(most)s", most=MOST))
    ours = MultiDict((name, value) for name, value in asked.items(multi=True) if name in {one.name for one in form})
    palette = read_palette(asked, area)
    query = None if form.errors or palette.errors else read.query
    return Embed(form=form, palette=palette, query=query, asked=ours)


@blueprint.get("/embed")
@public
def show_embed() -> WerkzeugResponse:
    """The list in a frame: no cookie, no script and no form, and every link opens in place of the page around it."""
    embed = read_embed(request.args)
    if embed.query is None:
        page = render_template("finder/show_embed_problem.html", errors=embed.errors)
        let_be_framed()
        return Response(page, 400)
    found = find(embed.query, area=current_area(), facets=False)
    urgent = embed.urgent
    if urgent or any(need.sensitive for need in embed.needs):
        be_discreet()
    page = render_template(
        "finder/show_embed.html",
        heading=_heading(embed, found),
        found=found,
        results=results_of(found),
        urgent=urgent,
        colours=urlencode(embed.palette.given),
        search=embed.search,
    )
    let_be_framed()
    return etagged(Response(page), seconds=FRAME_KEPT)


def results_of(found: SearchPage) -> list[Result]:
    """As many as were asked for: places to go first, then help without one. None has a number: there is no map."""
    return [replace(one, number=None) for one in (*found.results, *found.without_a_place)][: found.query.per_page]


def _heading(embed: Embed, found: SearchPage) -> str:
    return heading_of(found.query, [said_bare(need.label) for need in embed.needs])


@blueprint.get("/embed.css")
@public
def read_embed_colours() -> WerkzeugResponse:
    """The colours of a list, as a style sheet: our policy allows no style in a page."""
    palette = read_palette(request.args, current_area())
    if palette.errors:
        lines = [f"{name}: {' '.join(said)}" for name, said in palette.errors.items()]
        return Response(NEW_LINES.join([*lines, ""]), 400, mimetype="text/plain")
    return etagged(Response(style_sheet(palette), mimetype="text/css"), seconds=COLOURS_KEPT)


@blueprint.get("/about/embed")
@public
def show_embedding() -> str:
    """How to put a list on a page of another site, and the HTML for it once it is said which."""
    embed = read_embed(request.args)
    asks = any(request.args.values())
    tag = request.args.get("in", ENGLISH)
    tag = tag if tag in OWN_NAMES else ENGLISH
    page = find(embed.query, area=current_area(), facets=False) if asks and embed.query else None
    return render_template(
        "finder/show_embedding.html",
        form=embed.form,
        palette=embed.palette,
        errors=embed.errors if asks else {},
        needs=[("", "Choose one"), *((need.slug, need.label) for need in find_terms())],
        ages=age_boxes(embed.form),
        own_names=list(OWN_NAMES.items()),
        tag=tag,
        most=MOST,
        ancestors=current_app.config["HUB_EMBED_ANCESTORS"].split(),
        address=f"{full_address(tag, '/embed')}?{embed.address}",
        title=_in(tag, embed, page) if page else "",
        html=_html(tag, embed, page) if page else "",
    )


def _in(tag: str, embed: Embed, found: SearchPage) -> str:
    with reading(tag):
        return _heading(embed, found)


def _html(tag: str, embed: Embed, found: SearchPage) -> str:
    """The results as plain HTML, every address whole, in a language."""
    with reading(tag):
        lines = render_template(
            "finder/embed_copy.html",
            heading=_heading(embed, found),
            found=found,
            results=results_of(found),
            site=full_address(tag, ""),
            search=embed.search,
            today=times.now().date(),
            tag=language(),
        ).splitlines()
    return NEW_LINES.join(line.strip() for line in lines if line.strip())
