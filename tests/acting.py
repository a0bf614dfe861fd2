"""People who do something, without a request."""

from dataclasses import dataclass

from hub_finder.directory.accounts import keep_account
from hub_finder.models.accounts import Role


@dataclass(frozen=True, kw_only=True)
class Someone:
    """What `speaking.Actor` asks of whoever acts."""

    account_id: int
    name: str
    role: Role
    email: str


def someone(role: Role = Role.PROVIDER, *, name: str = "", email: str = "") -> Someone:
    """An account, flushed, as the one who acts; called after their role."""
    account, _outcome = keep_account(email or f"{role}@fairshire.example", role=role, name=name or f"The {role.label}")
    return Someone(account_id=account.id, name=account.name, role=role, email=account.email)
