"""That there is always someone who may do everything."""

from sqlalchemy import select

from hub_finder.database import begin_writing
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role


class LastAdministrator(ValueError):
    """Nobody else who may sign in is an administrator."""

    def __init__(self) -> None:
        super().__init__("They are the last administrator who may sign in. Make another one first.")


def ensure_another(account: Account) -> None:
    """Make sure that an administrator is left when this account is none any more. Raises LastAdministrator.

    Of two who take the role from each other at once, the second waits here, and finds that they are the last.
    """
    begin_writing(db.session.connection())
    asked = select(Account.id).where(Account.role == Role.ADMINISTRATOR, Account.disabled.is_(False))
    left = set(db.session.scalars(asked.order_by(Account.id).with_for_update()))
    if left == {account.id}:
        raise LastAdministrator
