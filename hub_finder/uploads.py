"""Files that people send with a form: how large it may then be, and the picture among them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request

from hub_finder.directory.pictures import LARGEST_FILE, BadPicture, keep_picture

View = TypeVar("View", bound=Callable[..., Any])
# More than any file may have, so that what is too large is read, and told beside its field.
MOST_BYTES = 32_000_000
# A form with files sends each of its boxes as a part: more of them than a listing with a hundred entries has.
MOST_PARTS = 5_000
# The fields of templates/components/picture_field.html, beside that of the picture's name.
FILE, REMOVE = "picture-file", "picture-remove"


@dataclass(frozen=True, kw_only=True)
class SentPicture:
    """What a form says of a listing's picture: a new one by its hash, that there is to be none, or what is wrong."""

    hash: str = ""
    removed: bool = False
    error: str = ""

    def put_into(self, cells: dict[str, str]) -> None:
        """Change the first row of a listing: without a picture there is nothing to describe."""
        if self.hash:
            cells["picture"] = self.hash
        elif self.removed:
            cells |= {"picture": "", "picture_description": ""}


def takes_files(view: View) -> View:
    """Mark a view whose form has a file in it."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    app.before_request(let_files_in)


def read_sent_picture() -> SentPicture:
    """The picture of this request's form, kept; the caller commits, so that no other mistake in the form loses it."""
    file = request.files.get(FILE)
    if file is None or not file.filename:
        return SentPicture(removed=bool(request.form.get(REMOVE)))
    try:
        return SentPicture(hash=keep_picture(file.read(LARGEST_FILE + 1)))
    except BadPicture as error:
        return SentPicture(error=str(error))


def let_files_in() -> None:
    """Let this request be as large as its view takes files."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_files", False):
        request.max_content_length = MOST_BYTES
        request.max_form_parts = MOST_PARTS
