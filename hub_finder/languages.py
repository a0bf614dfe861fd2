"""The languages that families can read pages in. The first part of an address says which: "/uk/search", "/search".

What families read is marked where it is written, with `_` and `n_`, in templates and scripts too, and is looked up when
it is shown. Constants are marked with `lazy_`, or with `marked_` where staff or machines read them too. Outside of a
request, as in commands, all is English. What staff read, and what machines read, is English. docs/languages.md tells
how to mark, and how to add a language.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

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
_FOLDER = Path(__file__).parent / "translations"
# Asked for each of the hundreds of texts of a page.
_reading: ContextVar[str] = ContextVar("reading", default=ENGLISH)
# Between them, these have each form that whole numbers have in any of the languages.
_EACH_FORM = (1, 2, 5, 11, 100)


class _LanguageFirst:
    """Takes the language from the front of an address. All that `url_for` makes of it then stays in that language."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        first = environ.get("PATH_INFO", "")[1:].partition("/")[0]
        if first not in OWN_NAMES or first == ENGLISH:
            first = ENGLISH
        else:
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(f"/{first}") or "/"
        with reading(first):
            return self.app(environ, start_response)


def language() -> str:
    """The tag of the language that is being read."""
    return _reading.get()


@contextmanager
def reading(tag: str) -> Iterator[None]:
    """Read in a language, by its tag, for a while."""
    token = _reading.set(tag)
    try:
        yield
    finally:
        _reading.reset(token)


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
    return LazyString(_look_up, text)


def marked_(text: str) -> str:
    """A constant that stays English until it is looked up with `_`, where it is shown to a family."""
    return text


def number_forms(one: str, many: str) -> dict[str, str]:
    """The texts of `n_` with their "%(num)s", by the names that Unicode and browsers have for each form: "few"."""
    form_of = Locale.parse(language()).plural_form
    return {form_of(num): _look_up_number(one, many, num) for num in _EACH_FORM}


def init_app(app: Flask) -> None:
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        {"_": _in_page, "gettext": _marked_up, "ngettext": _number_marked_up},
        n_=_number_in_page,
        p_=_sense_in_page,
        language=language,
        RIGHT_TO_LEFT=RIGHT_TO_LEFT,
    )
    app.wsgi_app = _LanguageFirst(app.wsgi_app)  # type: ignore[method-assign]


@cache
def _catalogue(tag: str) -> NullTranslations:
    return Translations.load(_FOLDER, [tag])


def _look_up(text: str) -> str:
    tag = _reading.get()
    return text if tag == ENGLISH else _catalogue(tag).gettext(text)


def _look_up_number(one: str, many: str, num: int) -> str:
    tag = _reading.get()
    if tag == ENGLISH:
        return one if num == 1 else many
    return _catalogue(tag).ngettext(one, many, num)


def _look_up_sense(sense: str, text: str) -> str:
    tag = _reading.get()
    return text if tag == ENGLISH else str(_catalogue(tag).pgettext(sense, text))


# ---- in templates: Jinja's own of these take three times as long


def _in_page(text: str, **values: object) -> Markup:
    """Plain text, escaped, so that it may stand in an attribute. What is Markup among the values stays as it is."""
    return _filled(_escaped(text, _reading.get()), values)


def _number_in_page(one: str, many: str, num: int, **values: object) -> Markup:
    return _filled(escape(_look_up_number(one, many, num)), {"num": num, **values})


def _sense_in_page(sense: str, text: str, **values: object) -> Markup:
    return _filled(escape(_look_up_sense(sense, text)), values)


def _marked_up(text: str, **values: object) -> Markup:
    """The text of a trans block, with the markup that is in it."""
    return _filled(Markup(_look_up(text)), values)  # noqa: S704


def _number_marked_up(one: str, many: str, num: int, **values: object) -> Markup:
    return _filled(Markup(_look_up_number(one, many, num)), {"num": num, **values})  # noqa: S704


def forget_translations() -> None:
    """Read the catalogues anew."""
    _catalogue.cache_clear()
    _escaped.cache_clear()


@lru_cache(maxsize=10_000)
def _escaped(text: str, _tag: str) -> Markup:
    """A page has a hundred of them, and to escape takes longer than to look up."""
    return escape(_look_up(text))


def _filled(text: Markup, values: dict[str, object]) -> Markup:
    if not values and "%" not in text:
        return text
    # Markup's own "%" takes four times as long.
    return Markup(str.__mod__(text, {name: escape(value) for name, value in values.items()}))  # noqa: S704
