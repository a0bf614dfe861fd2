"""One page of the form, as it is described in `parts`."""

from collections.abc import Callable
from dataclasses import dataclass

from hub_finder.area import Area
from hub_finder.providers.boxes import Box, Table, Values, cell_of, values_in
from hub_finder.providers.drafts import Draft


def _fill(_draft: Draft, _area: Area) -> dict[str, list[str]]:
    return {}


def _take(_values: Values, _draft: Draft, _area: Area) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Part:
    """One page of the form. `title` also names it in lists, and in what the team asks for ("When: …").

    `fill` and `take` are for boxes that do not stand for a column of their own: `own` names those. `columns` are what
    the part is about, besides its boxes. What is not `public` is for the team alone, and stands outside of the rows.
    `page` is the template and view of a part that needs its own.
    """

    slug: str
    title: str
    question: str
    lead: str = ""
    boxes: tuple[Box, ...] = ()
    tables: tuple[Table, ...] = ()
    own: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    fill: Callable[[Draft, Area], dict[str, list[str]]] = _fill
    take: Callable[[Values, Draft, Area], None] = _take
    public: bool = True
    page: str = "part"

    @property
    def all_columns(self) -> tuple[str, ...]:
        own = () if not self.public else tuple(box.name for box in self.boxes if box.name not in self.own)
        return (*own, *self.columns, *(box.name for table in self.tables for box in table.boxes))

    def values(self, draft: Draft, area: Area) -> dict[str, list[str]]:
        """What stands in the boxes of a draft."""
        return {**values_in(draft, self.boxes), **self.fill(draft, area)}

    def write(self, values: Values, draft: Draft, area: Area) -> None:
        """Put what stands in the boxes into a draft."""
        plain = [box for box in self.boxes if box.name not in self.own]
        draft.single.update({box.name: cell_of(box, values[box.name]) for box in plain})
        self.take(values, draft, area)
