"""People who list what they run, in tests."""

from dataclasses import dataclass

from hub_finder.directory.accounts import keep_account
from hub_finder.models.accounts import Role


@dataclass(frozen=True)
class Someone:
    """Whoever does something, signed in: see `directory.speaking.Actor`."""

    account_id: int
    name: str
    role: Role


def someone(email: str, role: Role = Role.PROVIDER) -> Someone:
    """Someone with an account; the caller commits."""
    account, _outcome = keep_account(email, role=role)
    return Someone(account.id, account.name, role)
