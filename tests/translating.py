"""A small catalogue of a test's own, in place of those in hub_finder/translations."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from hub_finder import languages

# English, or the English of one and of many, with what it is in another language.
Texts = Mapping[str | tuple[str, str], str | tuple[str, ...]]


@contextmanager
def catalogues_of(folder: Path) -> Iterator[None]:
    """The catalogues of a folder are read in the place of ours while the block runs."""
    ours = languages._FOLDER
    try:
        languages._FOLDER = folder
        languages.forget_translations()
        yield
    finally:
        languages._FOLDER = ours
        languages.forget_translations()


@contextmanager
def translated(folder: Path, tag: str, texts: Texts) -> Iterator[None]:
    """These are the only texts of a language while the block runs; `folder` is for their catalogue."""
    catalogue = Catalog(locale=tag)
    for english, said in texts.items():
        catalogue.add(english, said)
    file = folder / tag / "LC_MESSAGES/messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalogue)
    with catalogues_of(folder):
        yield
