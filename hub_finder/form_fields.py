"""Fields of the forms that are sent, read by the rules of `parameters`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from wtforms import Form, StringField
from wtforms.validators import ValidationError

from hub_finder.parameters import Unread, read_choice, tidy


@contextmanager
def told_beside_the_field() -> Iterator[None]:
    """What cannot be read becomes an error of the field."""
    try:
        yield
    except Unread as error:
        raise ValidationError(str(error)) from error


class ChoiceField(StringField):
    """One value from a few; empty for none."""

    def __init__(self, label: str, choices: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(label, filters=[tidy], **kwargs)
        self.choices = choices

    def pre_validate(self, _form: Form) -> None:
        if not self.data:
            return
        with told_beside_the_field():
            read_choice(self.data, self.choices, self.label.text)
