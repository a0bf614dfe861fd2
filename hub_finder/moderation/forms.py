"""What staff may ask of the lists: read and checked, with nothing lost."""

from collections.abc import Iterator, Mapping

from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from hub_finder.area import Area
from hub_finder.directory.quality import FACTS
from hub_finder.forms import LONGEST_WORDS, MOST_PAGES, ChoiceField, NumberField, tidy

# In an address, a locality that is not stated; a blank one is any.
NO_LOCALITY = "not-stated"
SHOWN = {
    "all": "All that are stored",
    "open": "What families can find",
    "not_checked": "Never checked",
    "due": "Check due",
    "overdue": "Check overdue",
    "lapsed": "Lapsed",
    "hidden": "Hidden: paused, merged or ended",
}


class PagedForm(Form):
    page = NumberField(
        "Page", 1, MOST_PAGES, whole=True, message=f"Page must be a whole number from 1 to {MOST_PAGES}", filters=[tidy]
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Each error with the part of the page that it is about."""
        for field in self:
            for error in field.errors:
                yield str(error), "#main" if field.name == "page" else f"#{field.name}"

    @property
    def number(self) -> int:
        """The page asked for; the first when that cannot be read."""
        return int(self.page.number or 1)


class StockForm(PagedForm):
    q = StringField("Name, organisation or slug", filters=[tidy])
    show = ChoiceField("which listings", SHOWN, filters=[tidy])

    def validate_q(self, field: Field) -> None:
        if len(field.data) > LONGEST_WORDS:
            raise ValidationError(f"What you look for must be {LONGEST_WORDS} characters or fewer")


class MissingForm(PagedForm):
    fact = ChoiceField("what is missing", {fact: fact for fact in FACTS}, filters=[tidy])
    locality = ChoiceField("locality", {}, filters=[tidy])
    kind = ChoiceField("kind", {}, filters=[tidy])


def missing_form(args: MultiDict[str, str], area: Area) -> MissingForm:
    """The form with its choices, filled in from `args`."""
    form = MissingForm(args)
    form.locality.choices = localities(area)
    form.kind.choices = {kind.slug: kind.label for kind in area.kinds.values()}
    return form


def localities(area: Area) -> Mapping[str, str]:
    """The words for each locality, and for none, by the value that stands for it in an address."""
    return {place.slug: place.name for place in area.localities.values()} | {NO_LOCALITY: "Not stated"}
