"""What was read of a feed so far, in the database: a read that was cut off goes on from it within a day."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select

from hub_finder.database import aware
from hub_finder.extensions import db
from hub_finder.models.feeds import FeedAnswer

LONGEST_KEPT = timedelta(days=1)


class FeedStore:
    """The answers of one feed, each committed as it comes. Those of a read begun over a day ago are thrown away."""

    def __init__(self, feed_id: int) -> None:
        self.feed_id = feed_id
        began = db.session.scalar(select(func.min(FeedAnswer.read_at)).where(FeedAnswer.feed_id == feed_id))
        # SQLite keeps no zone: all moments are kept in UTC.
        if began and abs(datetime.now(UTC) - aware(began)) > LONGEST_KEPT:
            self.clear()

    def get(self, key: str) -> Any | None:
        """The answer under a key, None when it was not read yet."""
        return db.session.scalar(select(FeedAnswer.content).where(*self._at(key)))

    def put(self, key: str, content: Any) -> None:
        row = {"feed_id": self.feed_id, "key": key, "content": content, "read_at": datetime.now(UTC)}
        db.session.execute(delete(FeedAnswer).where(*self._at(key)))
        db.session.execute(insert(FeedAnswer), [row])
        db.session.commit()

    def clear(self) -> None:
        self.empty()
        db.session.commit()

    def empty(self) -> None:
        """Take the answers away in the caller's transaction."""
        db.session.execute(delete(FeedAnswer).where(FeedAnswer.feed_id == self.feed_id))

    def _at(self, key: str) -> tuple[Any, ...]:
        return FeedAnswer.feed_id == self.feed_id, FeedAnswer.key == key
