"""A second step of signing in: the codes of an app (RFC 6238), or a code for when it is lost. Nothing here commits."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from pyotp import TOTP
from pyotp.utils import strings_equal
from sqlalchemy import case, delete, func, literal, or_, select, update

from hub_finder.database import CLOCKS_DIFFER, change
from hub_finder.directory import accounts
from hub_finder.directory.journal import Doer, note_deed
from hub_finder.directory.references import ALPHABET, MEANT
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, RecoveryCode, SecondStep
from hub_finder.models.journal import Deed

DIGITS = 6
MOST_TRIES = 5
TRIED_WITHIN = timedelta(minutes=15)
# How many codes of an app, one every half minute, there are while clocks may differ.
STEPS_DIFFER = CLOCKS_DIFFER // timedelta(seconds=30)
RECOVERY_CODES = 8
# 80 bits: nobody finds one from its hash.
RECOVERY_LENGTH = 16


class WrongCode(ValueError):
    """A code that is not right, or was used before."""


class TooManyTries(RuntimeError):
    """MOST_TRIES codes were given within TRIED_WITHIN, none of them right. This one was not looked at."""


class AlreadyOn(RuntimeError):
    """The account has a second step."""


def new_salt() -> str:
    """What makes one setting-up differ from the next. It is no secret."""
    return secrets.token_urlsafe(16)


def secret_of(account_id: int, *, salt: str, key: str) -> str:
    """What an app has to know, in base 32. Made of the site's key: who copies the database has no codes."""
    made = hmac.digest(key.encode(), f"second step\0{account_id}\0{salt}".encode(), "sha256")
    return base64.b32encode(made[:20]).decode()


def address_of(secret: str, *, email: str, site: str) -> str:
    """The otpauth address of a secret, which apps read from a QR code."""
    return TOTP(secret).provisioning_uri(name=email, issuer_name=site)


def is_on(account_id: int) -> bool:
    """Whether signing in to this account takes a code."""
    return db.session.get(SecondStep, account_id) is not None


def turn_on(account_id: int, *, salt: str, code: str, key: str) -> Sequence[str]:
    """From now on signing in takes a code; the sessions so far end. Returns the recovery codes, which are not kept.

    `code` is of an app that knows the secret. Raises WrongCode, AlreadyOn.
    """
    # Begun with a write to the account's row: of two at once, the second waits, and finds it on.
    accounts.end_sessions(account_id)
    if is_on(account_id):
        raise AlreadyOn
    moment = accounts.now()
    step = _step_of(secret_of(account_id, salt=salt, key=key), _tidied(code), moment)
    if step is None:
        raise WrongCode
    db.session.add(SecondStep(account_id=account_id, salt=salt, last_step=step, tries=0, tried_at=moment))
    codes = [_new_recovery_code() for _number in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(hash=_hash(_tidied(one)), account_id=account_id) for one in codes)
    db.session.flush()
    note_deed(_owner(account_id), Deed.STEP_ON, account_id=account_id)
    return codes


def turn_off(account_id: int, *, by: Doer | str | None = None) -> None:
    """A link alone signs in again. The journal says that `by` did it, or the person themselves."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    if change(delete(SecondStep).where(SecondStep.account_id == account_id)):
        note_deed(by or _owner(account_id), Deed.STEP_OFF, account_id=account_id)


def use_code(account_id: int, *, code: str, keys: Sequence[str]) -> None:
    """Take a code of the app or a recovery code; neither works a second time.

    `keys` are the site's: an app that was set up with any of them counts. Raises WrongCode, after which the try must be
    committed, and TooManyTries.
    """
    salt, moment = _count_try(account_id), accounts.now()
    typed = _tidied(code)
    is_of_app = len(typed) == DIGITS and typed.isdecimal()
    if is_of_app:
        known = (secret_of(account_id, salt=salt, key=key) for key in keys)
        step = next(filter(None, (_step_of(secret, typed, moment) for secret in known)), None)
        # The database decides: of two who give the same code at once, one gets in.
        if step is None:
            raise WrongCode
        fresh = or_(SecondStep.last_step < step, SecondStep.last_step > step + STEPS_DIFFER)
        use = update(SecondStep).where(SecondStep.account_id == account_id, fresh)
        used = db.session.execute(use.values(last_step=step).returning(SecondStep.account_id)).first()
    else:
        spend = delete(RecoveryCode).where(RecoveryCode.account_id == account_id, RecoveryCode.hash == _hash(typed))
        used = db.session.execute(spend.returning(RecoveryCode.account_id)).first()
    if used is None:
        raise WrongCode
    if not is_of_app:
        note_deed(_owner(account_id), Deed.RECOVERY_CODE, account_id=account_id)
    db.session.execute(update(SecondStep).where(SecondStep.account_id == account_id).values(tries=0))


def count_recovery_codes(account_id: int) -> int:
    """How many recovery codes are left."""
    count = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    return db.session.scalar(count) or 0


def _owner(account_id: int) -> accounts.Own:
    return accounts.Own(db.session.get_one(Account, account_id))


def _count_try(account_id: int) -> str:
    """Count a try, in one statement, so that no two at once count as one. Returns the salt."""
    moment = literal(accounts.now(), SecondStep.tried_at.type)
    long_ago, to_come = (
        literal(accounts.now() + span, SecondStep.tried_at.type) for span in (-TRIED_WITHIN, CLOCKS_DIFFER)
    )
    # A clock that was ahead shuts nobody out until it is right.
    is_long_ago = or_(SecondStep.tried_at <= long_ago, SecondStep.tried_at > to_come)
    count = update(SecondStep).where(SecondStep.account_id == account_id)
    counted = count.values(
        tries=case((is_long_ago, 1), else_=SecondStep.tries + 1),
        tried_at=case((is_long_ago, moment), else_=SecondStep.tried_at),
    ).returning(SecondStep.salt, SecondStep.tries)
    row = db.session.execute(counted, execution_options={"synchronize_session": False}).first()
    if row is None:  # turned off meanwhile
        raise WrongCode
    salt, tries = row
    if tries > MOST_TRIES:
        raise TooManyTries
    return salt


def _step_of(secret: str, code: str, moment: datetime) -> int | None:
    """The half minute that a code is of: this one or, for clocks that are a little off, the one before or after."""
    totp = TOTP(secret, digits=DIGITS)
    now = totp.timecode(moment)
    return next((step for step in (now, now - 1, now + 1) if strings_equal(totp.generate_otp(step), code)), None)


def _new_recovery_code() -> str:
    """Like "k7q2-m9xd-4r0a-tz35"."""
    signs = "".join(secrets.choice(ALPHABET) for _at in range(RECOVERY_LENGTH)).lower()
    return "-".join(signs[at : at + 4] for at in range(0, RECOVERY_LENGTH, 4))


def _tidied(code: str) -> str:
    """A code without what people put between its signs, and with look-alikes forgiven."""
    return "".join(code.upper().translate(MEANT).replace("-", " ").split())


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
