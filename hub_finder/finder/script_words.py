"""What the scripts of static/js say, in the language of the page. In English they need nothing of it."""

from functools import cache
from pathlib import Path

import orjson
from babel.messages.extract import extract
from flask import current_app

from hub_finder.finder import blueprint
from hub_finder.languages import _, number_forms

# How the scripts mark what they say: as Python does.
_MARKS: dict[str, tuple[int, ...] | None] = {"_": None, "n_": (1, 2)}


@blueprint.app_template_global()
def script_words(*names: str) -> str:
    """A JSON object that tells the scripts of these names what to say, by their own English words.

    It is read by site.js. What goes with a number has a text for each of its forms, by the English one of many.
    """
    folder = Path(current_app.static_folder or "", "js")
    said: dict[str, str | dict[str, str]] = {}
    for name in names:
        for text in _marked_in(folder / f"{name}.js"):
            said[text[-1]] = number_forms(*text) if len(text) == 2 else _(text[0])
    return orjson.dumps(said).decode()


@cache
def _marked_in(script: Path) -> list[tuple[str, ...]]:
    """The English texts that a script marks: one, or those of one and of many."""
    with script.open("rb") as file:
        found = [text for _line, text, *_ in extract("javascript", file, keywords=_MARKS)]
    return [(text,) if isinstance(text, str) else text for text in found]
