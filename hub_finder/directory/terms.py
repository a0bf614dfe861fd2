"""A term of the needs vocabulary, as answers, forms and the index read it."""

from typing import NamedTuple


class Term(NamedTuple):
    """A term of the needs vocabulary, for what only reads it: a stored `Need` takes ten times as long to load."""

    slug: str
    label: str
    group: str
    covers: str
    for_send: bool
    for_pregnancy: bool
    sensitive: bool
    danger: str
