"""What staff may type about phrases: read and checked, with nothing lost."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from hub_finder.directory.phrases import Step, fault_of_phrase, find_same
from hub_finder.directory.thesaurus import Wording, key_of
from hub_finder.form_fields import ChoiceField
from hub_finder.forms import LONGEST_WORDS
from hub_finder.models.thesaurus import Phrase, PhraseKind
from hub_finder.moderation.forms import PagedForm
from hub_finder.moderation.trying import need_labels
from hub_finder.parameters import shorten, tidy

MOST_AT_ONCE = 50
KINDS = {str(kind): kind.label for kind in PhraseKind}


class NeedField(StringField):
    """A need of the vocabulary; `choices` has the slugs with their labels. Empty is any, unless one is `wanted`."""

    choices: Mapping[str, str] = {}

    def __init__(self, label: str = "", *, wanted: bool = False, **kwargs: Any) -> None:
        super().__init__(label, filters=[tidy], **kwargs)
        self.wanted = wanted

    def pre_validate(self, _form: Form) -> None:
        if self.wanted and not self.data:
            raise ValidationError("Choose the need that families mean")
        if self.data and self.data not in self.choices:
            raise ValidationError(f"“{shorten(self.data)}” is not a need we know. Choose from the list.")


class WordsForm(PagedForm):
    """The list of phrases: which of them are shown."""

    q = StringField("Words of the phrase", filters=[tidy])
    need = NeedField("Need")

    def validate_q(self, field: Field) -> None:
        _check_length(field, "What you look for")


class TryForm(Form):
    said = StringField("What a family might type", filters=[tidy])

    def validate_said(self, field: Field) -> None:
        _check_length(field, "What you try")


class WordingForm(TryForm):
    """Phrases of one need. `shown` is what stands for the change that was looked at; `also` is ticked for "both"."""

    need = NeedField("Need", wanted=True)
    kind = ChoiceField("kind of words", KINDS)
    also = StringField(filters=[tidy])
    shown = StringField()

    def lines(self) -> list[str]:
        raise NotImplementedError

    def validate_kind(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Choose what kind of words they are")

    def wordings(self) -> list[Wording]:
        """The phrases as they would stand there."""
        return [Wording(self.need.data, line, self.kind.data) for line in self.lines()]

    def problems(self) -> Iterator[tuple[str, str]]:
        """Each error with the address of its field."""
        for field in self:
            for error in field.errors:
                yield str(error), f"#{field.name}"

    def refuse(self, name: str, why: str) -> None:
        """Say what is wrong with a field, once it is known."""
        self[name].errors = [*self[name].errors, why]


class AddForm(WordingForm):
    phrases = StringField("Phrases, one in each line")

    def lines(self) -> list[str]:
        return [line for line in map(tidy, (self.phrases.data or "").splitlines()) if line]

    def validate_phrases(self, _field: Field) -> None:
        lines = self.lines()
        if not lines:
            raise ValidationError("Write at least one phrase")
        if len(lines) > MOST_AT_ONCE:
            raise ValidationError(f"Write at most {MOST_AT_ONCE} phrases at once; these are {len(lines)}")
        _check_phrases(lines)


class ChangeForm(WordingForm):
    phrase = StringField("Phrase", filters=[tidy])

    def lines(self) -> list[str]:
        return [self.phrase.data]

    def validate_phrase(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Write the phrase, or remove it below")
        _check_phrases([field.data])


def words_form(args: MultiDict[str, str]) -> WordsForm:
    """The list's form with its choices, filled in from `args`."""
    form = WordsForm(args)
    form.need.choices = need_labels()
    return form


def add_form(args: MultiDict[str, str] | None, **given: str) -> AddForm:
    """The form to add phrases, filled in from `args`, or at first from what is given."""
    form = AddForm(args, **given)
    form.need.choices = need_labels()
    return form


def change_form(args: MultiDict[str, str] | None, **given: str) -> ChangeForm:
    """The form to change a phrase, filled in from `args`, or at first from what is given."""
    form = ChangeForm(args, **given)
    form.need.choices = need_labels()
    return form


def check_same(form: WordingForm, field: str, steps: Sequence[Step], own: Phrase | None = None) -> list[Phrase]:
    """Refuse phrases that the need has already. Returns those that stand for other needs, to be decided on."""
    wordings = [step.after for step in steps if step.after]
    same = find_same(one.text for one in wordings)
    others = []
    for one in wordings:
        for phrase in same.get(key_of(one.text), ()):
            if phrase is own:
                continue
            if phrase.need.slug == one.need:
                form.refuse(field, f"“{one.text}” is a phrase of {phrase.need.label} already")
            else:
                others.append(phrase)
    return others


def _check_length(field: Field, what: str) -> None:
    if len(field.data or "") > LONGEST_WORDS:
        raise ValidationError(f"{what} must be {LONGEST_WORDS} characters or fewer")


def _check_phrases(lines: Sequence[str]) -> None:
    keys: set[str] = set()
    for line in lines:
        if fault := fault_of_phrase(line):
            raise ValidationError(f"“{shorten(line)}” {fault}")
        if key_of(line) in keys:
            raise ValidationError(f"“{shorten(line)}” is there twice: case and marks do not count")
        keys.add(key_of(line))
