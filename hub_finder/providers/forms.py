"""What is typed to begin here, read and checked, with nothing lost."""

from wtforms import Form, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from hub_finder import mail
from hub_finder.directory.accounts import LONGEST_NAME
from hub_finder.parameters import tidy


class JoinForm(Form):
    email = StringField("Email address", filters=[tidy])
    name = StringField("Your name", filters=[tidy])

    def validate_email(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Enter your email address")
        if not mail.is_address(field.data):
            raise ValidationError("Enter an email address, like name@example.org")

    def validate_name(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Enter your name")
        if len(field.data) > LONGEST_NAME:
            raise ValidationError(f"Use {LONGEST_NAME} characters or fewer for your name")
