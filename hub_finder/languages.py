"""The languages that families can read pages in. The first part of an address says which: "/uk/search", "/search".

What families read is marked where it is written, with `_` and `n_`, in templates too, and is looked up when it is
shown. Constants are marked with `lazy_`. Outside of a request, as in commands, all is English. What staff read, and
what machines read, is English.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, has_request_context, request
from flask_babel import Babel, get_translations, lazy_gettext
from flask_babel.speaklater import LazyString

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ENGLISH = "en"
# As the people who speak it call it. The keys are language tags, and folders of `translations`.
OWN_NAMES = {
    ENGLISH: "English",
    "ar": "العربية",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "uk": "Українська",
}
RIGHT_TO_LEFT = frozenset({"ar"})
_KEY = "hub_finder.language"


class _LanguageFirst:
    """Takes the language from the front of an address. All that `url_for` makes of it then stays in that language."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        first = environ.get("PATH_INFO", "")[1:].partition("/")[0]
        if first in OWN_NAMES and first != ENGLISH:
            environ[_KEY] = first
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(f"/{first}") or "/"
        return self.app(environ, start_response)


def language() -> str:
    """The tag of the language that is being read."""
    tag: str = request.environ.get(_KEY, ENGLISH) if has_request_context() else ENGLISH
    return tag


def root_without_language() -> str:
    """What stands before every address of this site, and is the same in every language."""
    return request.script_root.removesuffix(f"/{language()}")


def _(text: str, **values: object) -> str:
    """The text in the language that is being read, with the values put in place of "%(name)s"."""
    said = _look_up(text)
    return said % values if values else said


def n_(one: str, many: str, num: int, **values: object) -> str:
    """The text that goes with a number, which is `num` in it: of these two, or of as many as the language has."""
    return _look_up_number(one, many, num) % {"num": num, **values}


def p_(sense: str, text: str, **values: object) -> str:
    """The text, where one English word has more than one sense."""
    said = _look_up_sense(sense, text)
    return said % values if values else said


def lazy_(text: str) -> LazyString:
    """A constant, looked up each time that it is shown."""
    return lazy_gettext(text)


def marked_(text: str) -> str:
    """A constant that stays English until it is looked up with `_`, where it is shown to a family."""
    return text


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=language, configure_jinja=False)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        _look_up, _look_up_number, newstyle=True, pgettext=_look_up_sense
    )
    in_templates = app.jinja_env.globals
    in_templates.update(n_=in_templates["ngettext"], p_=in_templates["pgettext"])
    in_templates.update(RIGHT_TO_LEFT=RIGHT_TO_LEFT, language=language)
    app.wsgi_app = _LanguageFirst(app.wsgi_app)  # type: ignore[method-assign]


def _look_up(text: str) -> str:
    said: str = text if language() == ENGLISH else get_translations().ugettext(text)
    return said


def _look_up_number(one: str, many: str, num: int) -> str:
    if language() == ENGLISH:
        return one if num == 1 else many
    said: str = get_translations().ungettext(one, many, num)
    return said


def _look_up_sense(sense: str, text: str) -> str:
    said: str = text if language() == ENGLISH else get_translations().upgettext(sense, text)
    return said
