"""The taxonomies that this directory speaks in, and their terms, with ids that never change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from hub_finder.area import Area
from hub_finder.directory.catalogue import find_needs
from hub_finder.importers.guides import read_guide
from hub_finder.importers.lga_terms import LGA_NEEDS, LGA_SERVICE_TYPES, read_lga_terms
from hub_finder.importers.own_columns import TAXONOMY as OWN_COLUMNS
from hub_finder.models.services import Need, derived_uid

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class TaxonomyTerm:
    """A term. `value` is our own word that it stands for; `parent` is the value of the term above it."""

    taxonomy: str
    value: str
    name: str
    description: str
    parent: str | None = None
    uri: str = ""

    @property
    def uid(self) -> str:
        return term_uid(self.taxonomy, self.value)

    def json(self) -> Json:
        parent = {"parent_id": term_uid(self.taxonomy, self.parent)} if self.parent else {}
        taxonomy = {"taxonomy": TAXONOMIES[self.taxonomy][0], "taxonomy_id": taxonomy_uid(self.taxonomy)}
        uri = {"term_uri": self.uri} if self.uri else {}
        return {"id": self.uid, "name": self.name, "description": self.description, **parent, **taxonomy, **uri}


# What each is called, and what it is.
TAXONOMIES: Mapping[str, tuple[str, str]] = {
    "needs": ("Hub Finder needs", "What families look for help with, in their own words, in groups."),
    "kinds": ("Hub Finder kinds", "What a listing is: a Family Hub, a group, a helpline and so on."),
    "start-for-life": ("Start for Life services", "The service types of the Start for Life offer in England."),
    "lga-service-types": (
        LGA_SERVICE_TYPES,
        "Types of service of the Local Government Association by their numbers, as many as are known here.",
    ),
    "lga-needs": (
        LGA_NEEDS,
        "Needs of the Local Government Association by their numbers, as many as are known here. No service has one.",
    ),
    "columns": (
        OWN_COLUMNS,
        "Facts that the profile has no field for, each with the name of its column: see the data page of this site.",
    ),
}


LGA = {LGA_SERVICE_TYPES: "lga-service-types", LGA_NEEDS: "lga-needs"}


@cache
def exact_types() -> Mapping[str, str]:
    """The code of the LGA service type that every listing for a need is of, by the need's slug."""
    return {term.need: term.code for term in read_lga_terms() if term.is_exact}


def current_terms(area: Area) -> "Terms":
    """All terms as they are now."""
    return Terms(find_needs(), area, {one.column: one.meaning for one in read_guide("listings")})


def taxonomy_uid(taxonomy: str) -> str:
    return derived_uid("taxonomy", taxonomy)


def term_uid(taxonomy: str, value: str) -> str:
    return derived_uid("taxonomy_term", f"{taxonomy}:{value}")


def taxonomy_json(taxonomy: str) -> Json:
    name, description = TAXONOMIES[taxonomy]
    return {"id": taxonomy_uid(taxonomy), "name": name, "description": description, "version": "1"}


class Terms:
    """All terms there are, in their order: needs in their groups, kinds, Start for Life types, and those of the LGA."""

    def __init__(self, needs: Sequence[Need], area: Area, columns: Mapping[str, str]) -> None:
        self._needs, self._area, self._columns = needs, area, columns

    @cached_property
    def all(self) -> Mapping[str, TaxonomyTerm]:
        """Terms by their ids."""
        return {term.uid: term for term in self._make()}

    def of(self, taxonomy: str) -> list[TaxonomyTerm]:
        return [term for term in self.all.values() if term.taxonomy == taxonomy]

    def find(self, taxonomy: str, value: str) -> TaxonomyTerm | None:
        return self.all.get(term_uid(taxonomy, value))

    def with_children(self, term: TaxonomyTerm) -> list[TaxonomyTerm]:
        """A term with those below it."""
        below = (one for one in self.all.values() if (one.taxonomy, one.parent) == (term.taxonomy, term.value))
        return [term, *below]

    def needs_of(self, terms: Iterable[TaxonomyTerm]) -> set[str]:
        """The slugs of the needs that some terms stand for: a type of service stands for its needs."""
        values = {(term.taxonomy, term.value) for term in terms}
        types = {one.name for one in self._area.service_types if ("start-for-life", one.slug) in values}
        exact = {need for need, code in exact_types().items() if ("lga-service-types", code) in values}
        return exact | {
            need.slug for need in self._needs if ("needs", need.slug) in values or need.start_for_life_service in types
        }

    def _make(self) -> Iterator[TaxonomyTerm]:
        for group in dict.fromkeys(need.group for need in self._needs):
            yield TaxonomyTerm(taxonomy="needs", value=f"group:{group}", name=group, description=group)
            for need in self._needs:
                if need.group == group:
                    said = {"name": need.label, "description": need.covers or need.label}
                    yield TaxonomyTerm(taxonomy="needs", value=need.slug, parent=f"group:{group}", **said)
        for kind in self._area.kinds.values():
            yield TaxonomyTerm(
                taxonomy="kinds", value=kind.slug, name=kind.label, description=kind.description or kind.label
            )
        for one in self._area.service_types:
            said = {"name": one.name, "description": one.explanation or one.label}
            yield TaxonomyTerm(taxonomy="start-for-life", value=one.slug, **said)
        for term in read_lga_terms():
            yield TaxonomyTerm(
                taxonomy=LGA[term.taxonomy], value=term.code, name=term.name, description=term.name, uri=term.uri
            )
        for column, told in self._columns.items():
            yield TaxonomyTerm(taxonomy="columns", value=column, name=column, description=told)
