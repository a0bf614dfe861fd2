"""Pictures of listings, kept under the hash of their bytes, shown where a listing names one. Nothing here commits."""

from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import Text, cast, delete, exists, select, update
from sqlalchemy.exc import IntegrityError

from hub_finder.directory.accounts import now
from hub_finder.extensions import db
from hub_finder.models.feeds import Proposal
from hub_finder.models.history import Event
from hub_finder.models.merges import Merge
from hub_finder.models.pictures import Picture
from hub_finder.models.services import Service, Status
from hub_finder.models.submissions import Submission, SubmissionEvent

if TYPE_CHECKING:
    from hub_finder.directory.picture_files import MadePicture

LARGEST_FILE = 5_000_000
# How long a picture waits for a listing, a proposal or a past state of one to name it.
UNUSED_FOR = timedelta(days=30)
# Rows of text that may name one.
_RECORDS = (
    *(Event.record, Merge.lost, Merge.before, Merge.after, Proposal.rows),
    *(Submission.rows, Submission.base, SubmissionEvent.rows),
)
# Whose page shows its picture to everybody.
_SHOWN = (Status.PUBLISHED, Status.PAUSED)


class BadPicture(ValueError):
    """A file cannot be taken as a picture; the message says why, and what to do."""


class StoredPictures:
    """The hashes of all pictures that are stored; asked one at a time, since few listings have one."""

    def __contains__(self, hash_: object) -> bool:
        return db.session.scalar(select(Picture.hash).where(Picture.hash == hash_)) is not None


def keep_picture(data: bytes) -> str:
    """Make a picture of a file that somebody sent, and keep it: its hash. Raises BadPicture."""
    from hub_finder.directory.picture_files import make_picture  # brings Pillow, which the site does without

    return _keep(make_picture(data))


def keep_picture_again(data: bytes) -> str:
    """Keep a picture that was made here or at another place like this, as it is: its hash. Raises BadPicture."""
    from hub_finder.directory.picture_files import restore_picture

    return _keep(restore_picture(data))


def _keep(made: "MadePicture") -> str:
    hash_ = sha256(made.content).hexdigest()
    if not _is_kept(hash_):
        picture = Picture(hash=hash_, content=made.content, small=made.small, made_at=now())
        picture.width, picture.height = made.size
        picture.small_width, picture.small_height = made.small_size
        with suppress(IntegrityError), db.session.begin_nested():  # of the same picture, sent twice at once
            db.session.add(picture)
    return hash_


def _is_kept(hash_: str) -> bool:
    """Whether it is stored already; it then waits anew."""
    again = update(Picture).where(Picture.hash == hash_).values(made_at=now()).returning(Picture.hash)
    return db.session.scalar(again) is not None


def is_shown(hash_: str) -> bool:
    """Whether everybody may see a picture: a listing's page shows it."""
    shown = select(Service.id).where(Service.picture == hash_, Service.status.in_(_SHOWN), Service.sensitive.is_(False))
    return db.session.scalar(shown.limit(1)) is not None


def get_picture_or_none(hash_: str) -> Picture | None:
    """A stored picture's sizes; its bytes are read when they are asked for."""
    return None if "\0" in hash_ else db.session.get(Picture, hash_)


def forget_unused_pictures() -> int:
    """Delete the pictures that no listing, proposal or past state of one has named for UNUSED_FOR; returns how many.

    A past state may be put back, with its picture: that goes when the history does.
    """
    unused = delete(Picture).where(
        Picture.made_at < now() - UNUSED_FOR, ~exists().where(Service.picture == Picture.hash)
    )
    for column in _RECORDS:
        unused = unused.where(~exists().where(cast(column, Text).contains(Picture.hash)))
    return len(db.session.scalars(unused.returning(Picture.hash)).all())
