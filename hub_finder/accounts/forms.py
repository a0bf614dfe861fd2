"""What is typed to sign in, read and checked, with nothing lost."""

from wtforms import Form, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from hub_finder import mail
from hub_finder.parameters import tidy

LONGEST_CODE = 40
WRONG_CODE = "This code is not right, or was used before. Wait for the next one, and type that"


class AskForm(Form):
    email = StringField("Email address", filters=[tidy])

    def validate_email(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Enter your email address")
        if not mail.is_address(field.data):
            raise ValidationError("Enter an email address, like name@example.org")


class CodeForm(Form):
    code = StringField("Code", filters=[tidy])

    def validate_code(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Enter a code")
        if len(field.data) > LONGEST_CODE:
            raise ValidationError(WRONG_CODE)
