"""The words of a mail as staff type them: read and checked, with nothing lost."""

from collections.abc import Iterator

from wtforms import Form, StringField

from hub_finder.directory.texts import BadText, Text, Wording, check
from hub_finder.parameters import tidy, tidy_lines


class TextForm(Form):
    subject = StringField("Subject", filters=[tidy])
    body = StringField("Text", filters=[tidy_lines])
    # The change that the page showed.
    version = StringField()

    def wording(self) -> Wording:
        return Wording(self.subject.data, self.body.data)

    def problems(self) -> Iterator[tuple[str, str]]:
        for field in self:
            for error in field.errors:
                yield str(error), f"#{field.name}"

    def check_for(self, text: Text) -> bool:
        """Whether the mail could be sent in these words; if not, the form says why."""
        try:
            check(text, self.wording())
        except BadText as error:
            for name, why in error.faults:
                self[name].errors = [*self[name].errors, why]
        return not self.errors
