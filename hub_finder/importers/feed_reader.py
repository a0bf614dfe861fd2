"""Reading a feed whole: every page, and each service's own page where the pages leave its parts out.

Answers go through a store, so that a read that was cut off goes on from there: what it holds is not asked again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from hub_finder.importers.feed_http import AnswerFailed, AnswerRefused, NotAFeed

Json = Mapping[str, Any]
Progress = Callable[[int, int], None]
PER_PAGE = 100
MOST_PAGES = 5_000
MOST_ITEMS = 100_000
# Of services in a row whose own page fails: then the feed as a whole is down.
MOST_FAILURES = 5
# The lists of services of version 3.0 have none of these unless all is asked for.
PARTS = (
    *("schedules", "regular_schedules", "service_areas", "service_at_locations", "contacts", "cost_options"),
    *("eligibilitys", "languages", "attributes", "service_taxonomys"),
)
# Asked for at first; a server that knows only the page refuses it.
WAYS_TO_ASK: tuple[dict[str, str], ...] = ({"per_page": str(PER_PAGE), "full": "true"}, {})


class Store(Protocol):
    """Where answers are kept while a feed is read."""

    def get(self, key: str) -> Any | None: ...
    def put(self, key: str, content: Any) -> None: ...
    def clear(self) -> None: ...


class InMemory(dict[str, Any]):
    """Answers of a read that nobody goes on from."""

    def put(self, key: str, content: Any) -> None:
        self[key] = content


@dataclass(kw_only=True)
class Reading:
    """A feed as it was read. `whole` when nothing of it is missing; `faults` say what is wrong with the feed."""

    version: str | None
    whole: bool
    items: Callable[[], Iterator[Json]]
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    organisations: Callable[[str], Json | None] = lambda _: None


@dataclass(frozen=True)
class Page:
    """One page of a list, in the words of either version."""

    items: list[Any]
    pages: int | None
    total: int | None
    first: Any
    last: Any

    @classmethod
    def of(cls, answer: Any) -> "Page":
        """The page that an answer is. Raises NotAFeed."""
        if isinstance(answer, list):
            return cls(answer, 1, None, True, True)
        items = answer.get("contents", answer.get("content")) if isinstance(answer, dict) else None
        if not isinstance(items, list):
            raise NotAFeed("An answer has no list of services in “contents” or “content”.")

        def number(*names: str) -> int | None:
            found = next((answer[name] for name in names if name in answer), None)
            return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None

        return cls(
            items,
            number("total_pages", "totalPages"),
            number("total_items", "totalElements"),
            answer.get("first_page", answer.get("first")),
            answer.get("last_page", answer.get("last")),
        )

    def ids(self) -> list[str]:
        return [str(item.get("id")) for item in self.items if isinstance(item, dict)]


class FeedReader:
    """Reads one feed by its address; `fetch` asks an address for its JSON."""

    def __init__(
        self, address: str, store: Store, fetch: Callable[[str], Any], progress: Progress, most_pages: int = MOST_PAGES
    ) -> None:
        self.address, self.store, self.fetch, self.progress = address, store, fetch, progress
        self.most_pages, self.failures = most_pages, 0
        self.way: dict[str, str] = {}
        self.each = False
        self.pages: list[str] = []
        self.notes: list[str] = []
        self.faults: list[str] = []

    def read(self) -> Reading:
        """The whole feed. Raises FeedUnreachable or NotAFeed; what was read until then stays in the store."""
        version = self._version()
        total, turned = self._read_pages()
        items = sum(len(self._page(key).items) for key in self.pages)
        if total is not None and total != items:
            self.faults.append(f"It says that it has {total:,} services; its pages have {items:,}.")
        if not any(part in item for item in self._listed() for part in PARTS):
            self.each = True
            self._read_each(items)
        self._read_organisations()
        return Reading(
            version=version,
            whole=turned and (total is None or items >= total),
            items=self._items,
            notes=self.notes,
            faults=self.faults,
            organisations=lambda id_: self.store.get(f"organisation:{id_}"),
        )

    def _version(self) -> str | None:
        """What it says of itself; version 1.0 has no such answer."""
        try:
            details = self.fetch(f"{self.address}/")
        except (AnswerRefused, NotAFeed):
            return None
        version = details.get("version") if isinstance(details, dict) else None
        return version[:40] if isinstance(version, str) else None

    # ---- pages

    def _read_pages(self) -> tuple[int | None, bool]:
        """Read every page; returns how many services the feed says it has, and whether it turned its pages."""
        first = self._first_page()
        if first.first is False:
            # Its pages are counted from 0.
            self._page_number(0)
        seen = {tuple(self._page(key).ids()) for key in self.pages}
        number, page = 1, first
        while not self._is_last(page, number, first):
            number += 1
            if number > self.most_pages or len(self.pages) * max(1, len(first.items)) > MOST_ITEMS:
                raise NotAFeed(f"Its pages do not end: {len(self.pages):,} were read.")
            page = self._page_number(number)
            if not page.items:
                return first.total, first.pages is None
            if tuple(page.ids()) in seen:
                self.pages.pop()
                self.faults.append(f"Page {number} is the same as a page before it: the feed does not turn its pages.")
                return first.total, False
            seen.add(tuple(page.ids()))
            self.progress(number, first.pages or number)
        return first.total, True

    @staticmethod
    def _is_last(page: Page, number: int, first: Page) -> bool:
        if first.pages is not None:
            return number >= first.pages
        return page.last is True or not page.items

    def _first_page(self) -> Page:
        """Asked anew each time: where its count or its services are others than those stored, all is read again."""
        answer = self._ask_first()
        page, stored = Page.of(answer), self.store.get("page:1")
        if stored is not None:
            before = Page.of(stored)
            if (before.total, before.pages, before.ids()) != (page.total, page.pages, page.ids()):
                self.store.clear()
            else:
                self.notes.append("The read that was cut off was gone on with.")
        self.store.put("page:1", answer)
        self.pages.append("page:1")
        return page

    def _ask_first(self) -> Any:
        for way in WAYS_TO_ASK[:-1]:
            try:
                self.way = way
                return self.fetch(self._page_address(1))
            except AnswerRefused:
                continue
        self.way = WAYS_TO_ASK[-1]
        return self.fetch(self._page_address(1))

    def _page_address(self, number: int) -> str:
        return f"{self.address}/services?{urlencode({'page': number, **self.way})}"

    def _page_number(self, number: int) -> Page:
        key = f"page:{number}"
        self._kept(key, self._page_address(number))
        self.pages.append(key)
        return self._page(key)

    def _page(self, key: str) -> Page:
        return Page.of(self.store.get(key))

    def _kept(self, key: str, address: str) -> Any:
        answer = self.store.get(key)
        if answer is None:
            answer = self.fetch(address)
            if key.startswith("page:"):
                Page.of(answer)  # nothing that is no page is kept
            self.store.put(key, answer)
        return answer

    # ---- services

    def _listed(self) -> Iterator[Json]:
        for key in self.pages:
            yield from (item for item in self._page(key).items if isinstance(item, dict))

    def _read_each(self, total: int) -> None:
        for done, item in enumerate(self._listed(), start=1):
            self._ask_about("service", "services", item.get("id"))
            self.progress(done, total)

    def _read_organisations(self) -> None:
        """Those that services name only by their id."""
        for item in self._items():
            if isinstance(item, dict) and not item.get("organization"):
                self._ask_about("organisation", "organizations", item.get("organization_id"))

    def _ask_about(self, key: str, path: str, id_: Any) -> None:
        if isinstance(id_, str | int) and re.fullmatch(r"[\w.:@-]{1,200}", str(id_)):
            try:
                self._kept(f"{key}:{id_}", f"{self.address}/{path}/{quote(str(id_), safe='')}")
                self.failures = 0
            except (AnswerRefused, AnswerFailed, NotAFeed) as error:
                self.failures += isinstance(error, AnswerFailed)
                if self.failures > MOST_FAILURES:
                    raise
                self.store.put(f"{key}:{id_}", {"id": id_, "unread": str(error)})

    def _items(self) -> Iterator[Any]:
        for key in self.pages:
            for item in self._page(key).items:
                own = self.each and isinstance(item, dict)
                whole = self.store.get(f"service:{item.get('id')}") if own else None
                yield item if whole is None else whole
