"""Where limits are counted without a Redis: in the site's own database, for all its processes together."""

import hmac
import time

from flask import current_app
from limits.storage import Storage
from sqlalchemy import delete, select, text
from sqlalchemy.exc import SQLAlchemyError

from hub_finder.extensions import db
from hub_finder.models.limits import Tries

# One statement, so that no two at once count as one. A count whose time is over begins anew, and so does one that ends
# later than any that begins now: it was made by a clock that was ahead, and would shut somebody out until then.
_COUNT = text("""
    INSERT INTO tries (hash, count, ends_at) VALUES (:hash, :amount, :ends_at)
    ON CONFLICT (hash) DO UPDATE SET
        count = excluded.count
            + CASE WHEN tries.ends_at > :now AND tries.ends_at <= :ends_at THEN tries.count ELSE 0 END,
        ends_at = CASE WHEN tries.ends_at > :now AND tries.ends_at <= :ends_at THEN tries.ends_at ELSE :ends_at END
    RETURNING count
""")


class DatabaseStorage(Storage):
    """What Flask-Limiter asks of a storage. It takes a connection of its own: a try counts, whatever becomes of it.

    A key holds a visitor's address; what is kept of it is a hash with the site's key.
    """

    STORAGE_SCHEME = ["database"]  # noqa: RUF012  as the library has it

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        values = {"hash": _hash(key), "amount": amount, "now": now, "ends_at": now + expiry}
        with db.engine.begin() as connection:
            return int(connection.execute(_COUNT, values).scalar_one())

    def get(self, key: str) -> int:
        return int(self._read(key)[0])

    def get_expiry(self, key: str) -> float:
        return self._read(key)[1]

    def check(self) -> bool:
        with db.engine.connect() as connection:
            connection.execute(select(1))
        return True

    def reset(self) -> int | None:
        with db.engine.begin() as connection:
            return connection.execute(delete(Tries)).rowcount

    def clear(self, key: str) -> None:
        with db.engine.begin() as connection:
            connection.execute(delete(Tries).where(Tries.hash == _hash(key)))

    def _read(self, key: str) -> tuple[int, float]:
        """How often, and until when that counts."""
        now = time.time()
        asked = select(Tries.count, Tries.ends_at).where(Tries.hash == _hash(key), Tries.ends_at > now)
        with db.engine.connect() as connection:
            found = connection.execute(asked).one_or_none()
        return (found[0], found[1]) if found else (0, now)


def _hash(key: str) -> str:
    return hmac.new(current_app.config["SECRET_KEY"].encode(), f"tries\0{key}".encode(), "sha256").hexdigest()
