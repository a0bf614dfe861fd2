"""People who sign in, and the links that let them in. The public has no accounts."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from hub_finder.models.base import Base
from hub_finder.models.services import Labelled


class Role(Labelled):
    PROVIDER = "provider", "Provider"
    PRACTITIONER = "practitioner", "Practitioner"
    PLANNER = "planner", "Planner"
    MODERATOR = "moderator", "Moderator"
    MANAGER = "manager", "Manager"
    ADMINISTRATOR = "administrator", "Administrator"


class Account(Base):
    """Someone who may sign in. `session_epoch` is what their sessions carry: a new one ends them all.

    `signed_in_at` is the last time, as far as that was noted; `warned_at` is when they were told that an account that
    nobody uses goes.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    # In small letters, so that one address is one account.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    disabled: Mapped[bool] = mapped_column(default=False, server_default=false())
    session_epoch: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    signed_in_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    warned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SignInToken(Base):
    """A link that signs someone in once; nobody, where it was asked for an address that has no account.

    Only hashes are kept: of what stands in the link, of the browser that asked, and of the address that was asked for.
    Those that an administrator hands over have only the first. A link for somebody who wants to begin here holds the
    address and name of their account to be, until it is used.
    """

    __tablename__ = "sign_in_token"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    browser_hash: Mapped[str | None] = mapped_column(String(64))
    address_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    joins_email: Mapped[str | None] = mapped_column(String(254))
    joins_name: Mapped[str | None] = mapped_column(String(80))


class AccountSession(Base):
    """That someone is signed in somewhere. Their signed cookie holds the `key`; without the row it opens nothing.

    `browser` tells one from another, for who looks at their own: "Firefox on Windows".
    """

    __tablename__ = "account_session"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    browser: Mapped[str] = mapped_column(String(40))


class AccountIdentity(Base):
    """Whose an account is where people sign in for other things too: what an issuer calls them, for good."""

    __tablename__ = "account_identity"
    __table_args__ = (UniqueConstraint("account_id", "issuer", name="uq_account_identity_account_id_issuer"),)

    issuer: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))


class SecondStep(Base):
    """That someone also gives a code of an app when they sign in.

    The app's secret is made of `salt` and the site's key. `last_step` is the half minute of the last code that was
    taken; `tries` are counted since `tried_at`.
    """

    __tablename__ = "second_step"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    last_step: Mapped[int]
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RecoveryCode(Base):
    """A code that takes the place of the app's once; then it is gone. Only its hash is kept."""

    __tablename__ = "recovery_code"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
