"""The boxes to tick beside a search: made here, for a page has a hundred of them and templates are slow at lists."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hub_finder.directory.facets import Facet, FacetName
from hub_finder.forms import SearchForm
from hub_finder.said import language_said, said_bare

# Help for children goes on to 25 for some; most ask about younger ones.
CHILDHOOD = 18

Facets = Mapping[FacetName, Sequence[Facet]]
# Fields whose choices are those that were counted.
COUNTED: tuple[FacetName, ...] = ("need", "kind", "locality", "access", "language")


class Box(NamedTuple):
    """One box to tick: `id` is that of its input; `words` stand beside it, and are "" for what is no choice of ours."""

    id: str
    value: str
    words: str
    ticked: bool


def boxes_of(form: SearchForm, facets: Facets) -> Mapping[str, list[Box]]:
    """The boxes of each field that takes several values, with the number of listings behind each."""
    found: dict[str, list[Box]] = {name: _boxes(form, name, _counted(name, facets.get(name, ()))) for name in COUNTED}
    # All seven days stand there, counted or not.
    counts = counts_of(facets).get("day")
    days = (
        (day, label if counts is None else f"{label} ({counts.get(day, 0)})")
        for day, label in form["day"].labels.items()
    )
    return {**found, **age_boxes(form), "day": _boxes(form, "day", days)}


def _counted(name: FacetName, facets: Sequence[Facet]) -> Iterable[tuple[str, str]]:
    """The values of a field, each with its words and its count."""
    if name == "language":
        named = {facet.value: _upper_first(language_said(facet.value)) for facet in facets}
        facets = sorted(facets, key=lambda facet: named[facet.value])
    else:
        named = {facet.value: said_bare(facet.label) for facet in facets}
    return ((facet.value, f"{named[facet.value]} ({facet.count})") for facet in facets)


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def age_boxes(form: SearchForm) -> Mapping[str, list[Box]]:
    """The boxes for children's ages: "age" with those of most, and "grown" with those of the few, to be folded away."""
    boxes = _boxes(form, "age", ((choice.value, choice.label) for choice in form["age"].choices))
    grown = [box for box in boxes if box.value.isdecimal() and int(box.value) > CHILDHOOD and box.words]
    return {"age": [box for box in boxes if box not in grown], "grown": grown}


def counts_of(facets: Facets) -> Mapping[str, Mapping[str, int]]:
    """How many listings each choice would leave, by field and value; no field where nothing was counted."""
    return {name: {one.value: one.count for one in choices} for name, choices in facets.items()}


def _boxes(form: SearchForm, name: str, options: Iterable[tuple[str, str]]) -> list[Box]:
    """What was chosen and is not offered stays, so that it can be taken off.

    The first has the field's name for its id: errors lead to it.
    """
    chosen = form[name].data
    boxes = [Box(f"{name}-{value}", value, words, value in chosen) for value, words in options]
    offered = {box.value for box in boxes}
    left = [value for value in chosen if value not in offered]
    if left:
        labels = form[name].labels
        boxes += [
            Box(f"{name}-chosen-{at}", value, labels.get(value, ""), True) for at, value in enumerate(left, start=1)
        ]
    return [boxes[0]._replace(id=name), *boxes[1:]] if boxes else []
