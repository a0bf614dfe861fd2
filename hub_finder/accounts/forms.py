"""What is typed to sign in, read and checked, with nothing lost."""

from wtforms import Form, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from hub_finder import mail
from hub_finder.parameters import tidy


class AskForm(Form):
    email = StringField("Email address", filters=[tidy])

    def validate_email(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Enter your email address")
        if not mail.is_address(field.data):
            raise ValidationError("Enter an email address, like name@example.org")
