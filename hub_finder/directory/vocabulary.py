"""The values that a listing may name today, of the needs that are stored and the area served."""

from collections.abc import Mapping, Sequence

from hub_finder.area import Area
from hub_finder.directory import index
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.listings import Vocabulary
from hub_finder.directory.pictures import StoredPictures
from hub_finder.directory.terms import Term
from hub_finder.models.services import Need


def find_terms() -> Sequence[Term]:
    """The needs vocabulary, in its own order."""
    return tuple(index.current().needs.values())


def load_vocabulary(area: Area) -> tuple[Mapping[str, Need], Vocabulary]:
    """The needs by slug, in their order, and all values that a listing may name."""
    needs = {need.slug: need for need in find_needs()}
    return needs, Vocabulary(
        needs=needs.keys(), kinds=area.kinds.keys(), localities=area.localities.keys(), pictures=StoredPictures()
    )
