"""What visitors may tell us, read and checked, with nothing lost: a report, its reference, help that is missing."""

from wtforms import Form, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from hub_finder import mail
from hub_finder.directory.missing import LONGEST_PLACE, LONGEST_WORDS
from hub_finder.directory.references import BadReference, read_reference
from hub_finder.directory.reports import LONGEST_DETAILS
from hub_finder.form_fields import ChoiceField
from hub_finder.languages import _, marked_
from hub_finder.models.reports import Reason
from hub_finder.parameters import tidy, tidy_lines


class TellingForm(Form):
    """A form that anybody may send. `homepage` is a box that people do not see: programs fill it in."""

    homepage = StringField(filters=[tidy])

    def validate_homepage(self, field: Field) -> None:
        if field.data:
            field.data = ""
            # Not dropped in silence: a browser that fills in too much must not cost a family their words.
            said = _("We were not sure that a person sent this. Look it over, then press the button again")
            raise ValidationError(said)


class ReportForm(TellingForm):
    reason = ChoiceField(marked_("what is wrong"), {str(reason): reason.label for reason in Reason})
    details = StringField("Tell us more", filters=[tidy_lines])
    email = StringField("Your email address", filters=[tidy])

    def validate_reason(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Choose what is wrong"))

    def validate_details(self, field: Field) -> None:
        if len(field.data) > LONGEST_DETAILS:
            raise ValidationError(_too_long(LONGEST_DETAILS, field.data))
        if self.reason.data == Reason.OTHER and not field.data:
            raise ValidationError(_("Tell us what is wrong"))

    def validate_email(self, field: Field) -> None:
        if field.data and not mail.is_address(field.data):
            raise ValidationError(_("Enter an email address like name@example.com, or leave it blank"))


def _too_long(most: int, typed: str) -> str:
    used = f"{len(typed):,}"
    return _("Use %(most)s characters or fewer. You have used %(used)s", most=f"{most:,}", used=used)


class MissingForm(TellingForm):
    need = ChoiceField(marked_("the kind of help"), {})
    q = StringField("What did you look for?", filters=[tidy])
    place = StringField("Town or village", filters=[tidy])

    def validate_need(self, field: Field) -> None:
        if not field.data and not self.q.data:
            raise ValidationError(_("Choose the kind of help, or say it in your own words"))

    def validate_q(self, field: Field) -> None:
        if len(field.data) > LONGEST_WORDS:
            raise ValidationError(_too_long(LONGEST_WORDS, field.data))

    def validate_place(self, field: Field) -> None:
        if len(field.data) > LONGEST_PLACE:
            said = _("Use %(most)s characters or fewer for the town or village", most=LONGEST_PLACE)
            raise ValidationError(said)


class ReferenceForm(Form):
    """A reference as it was typed; what was read of it is in `read`."""

    reference = StringField("Your reference", filters=[tidy])
    read = ""

    def validate_reference(self, field: Field) -> None:
        try:
            self.read = read_reference(field.data)
        except BadReference as wrong:
            raise ValidationError(str(wrong)) from wrong
