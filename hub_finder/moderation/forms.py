"""What staff may ask of the lists: read and checked, with nothing lost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar

from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from hub_finder.area import Area
from hub_finder.directory.quality import FACTS
from hub_finder.directory.queue import Kind
from hub_finder.directory.stock import PER_PAGE
from hub_finder.form_fields import ChoiceField, told_beside_the_field
from hub_finder.forms import LONGEST_WORDS, MOST_PAGES
from hub_finder.models.accounts import Role
from hub_finder.parameters import read_number, tidy

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
# How it stands with a listing whose check is due: see `directory/reminders.py`.
STANDINGS = {
    "to_ask": "To be asked at the next run",
    "asked": "Asked, no answer yet",
    "unanswered": "Nobody answered",
    "nobody": "Nobody to ask",
    "ended": "Said to have ended",
}
WHOSE = {"mine": "Those that I have taken up", "claimed": "Those that anybody has", "free": "Those that nobody has"}

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Cut(Generic[Item]):
    """One page of a list: what it shows, its number, and how many there are."""

    shown: Sequence[Item]
    page: int
    pages: int


class PageField(StringField):
    """The number of a page; the text as typed stays in `data`."""

    number = 1

    def pre_validate(self, _form: Form) -> None:
        if not self.data:
            return
        message = f"Page must be a whole number from 1 to {MOST_PAGES}"
        with told_beside_the_field():
            self.number = int(read_number(self.data, 1, MOST_PAGES, whole=True, message=message))


class PagedForm(Form):
    page = PageField("Page", filters=[tidy])

    def problems(self) -> Iterator[tuple[str, str]]:
        """Each error with the part of the page that it is about."""
        for field in self:
            for error in field.errors:
                yield str(error), "#main" if field.name == "page" else f"#{field.name}"

    def cut(self, items: Sequence[Item]) -> Cut[Item]:
        """The page asked for of a list, or its last one where there are fewer."""
        pages = max(1, ceil(len(items) / PER_PAGE))
        page = min(self.number, pages)
        return Cut(shown=items[(page - 1) * PER_PAGE : page * PER_PAGE], page=page, pages=pages)

    @property
    def number(self) -> int:
        """The page asked for; the first when that cannot be read."""
        number: int = self.page.number
        return number


class WordsForm(PagedForm):
    q = StringField("Name", filters=[tidy])

    def validate_q(self, field: Field) -> None:
        if len(field.data) > LONGEST_WORDS:
            raise ValidationError(f"What you look for must be {LONGEST_WORDS} characters or fewer")


class PeopleForm(WordsForm):
    q = StringField("Name or email address", filters=[tidy])
    role = ChoiceField("role", {str(role): role.label for role in Role})


class RemindersForm(PagedForm):
    show = ChoiceField("which listings", STANDINGS)


class StockForm(WordsForm):
    show = ChoiceField("which listings", SHOWN)


class MissingForm(PagedForm):
    fact = ChoiceField("what is missing", {fact: fact for fact in FACTS})
    locality = ChoiceField("locality", {})
    kind = ChoiceField("kind", {})


def missing_form(args: MultiDict[str, str], area: Area) -> MissingForm:
    """The form with its choices, filled in from `args`."""
    form = MissingForm(args)
    form.locality.choices = localities(area)
    form.kind.choices = {kind.slug: kind.label for kind in area.kinds.values()}
    return form


def localities(area: Area) -> Mapping[str, str]:
    """The words for each locality, and for none, by the value that stands for it in an address."""
    return {place.slug: place.name for place in area.localities.values()} | {NO_LOCALITY: "Not stated"}


class QueueForm(WordsForm):
    kind = ChoiceField("kind of thing", {str(kind): kind.label for kind in Kind})
    locality = ChoiceField("locality", {})
    whose = ChoiceField("whose", WHOSE)


def queue_form(args: MultiDict[str, str], area: Area) -> QueueForm:
    """The form with its choices, filled in from `args`."""
    form = QueueForm(args)
    form.locality.choices = localities(area)
    return form
