"""Counts what families look for, where a council says so. A search adds to numbers in memory; they are stored later.

Each process has its own, and stores them in a thread once a minute: no search waits for it or writes anything. What
was counted in the last minute is lost when a process is killed.
"""

import atexit
import re
from threading import Lock, Timer
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from hub_finder.access import get_signed_in_or_none
from hub_finder.directory.freshness import today
from hub_finder.directory.looked_for import Counts, find_nearly_known, hash_of, keys_of, store, unknown_phrase
from hub_finder.directory.search import SearchPage
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status

EXTENSION = "hub_counting"
SECONDS = 60
# More than one process meets in a minute; what comes then is not counted.
MOST = 20_000
# Each browser that people use begins with the same word, for history's sake.
_NO_BROWSER = "bot|crawl|spider|slurp|headless|lighthouse|monitor|preview|scan|uptime"
_BROWSER = re.compile(rf"Mozilla/(?!.*(?:{_NO_BROWSER}))", re.IGNORECASE)
# Pages from which somebody searches again.
_SEARCHES = re.compile(r"(?:/[a-z]{2})?(?:/easy)?/search")


class Collector:
    """What one process counted since it last stored."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.counts = Counts()
        self.nearly_known: set[str] = set()
        self._lock = Lock()
        self._timer: Timer | None = None

    def count_search(self, page: SearchPage, *, refined: bool, shown: bool, danger: bool) -> None:
        keys = list(keys_of(page, refined=refined)) if page.query.page == 1 else []
        phrase = None if danger or page.query.page > 1 else unknown_phrase(page)
        hashed = hash_of(phrase, key=self.app.config["SECRET_KEY"]) if phrase else ""
        ids = [one.service.id for one in (*page.results, *page.without_a_place)] if shown else []
        month = today().replace(day=1)
        with self._lock:
            if self._has_room():
                self.counts.searches.update(keys)
                self.counts.found.update((month, id_) for id_ in ids)
                if hashed:
                    self.counts.phrases[hashed] = phrase if hashed in self.nearly_known else None
                self._store_later()

    def count_opening(self, service_id: int) -> None:
        with self._lock:
            if self._has_room():
                self.counts.opened[today().replace(day=1), service_id] += 1
                self._store_later()

    def store(self) -> None:
        """Write what was counted. Where the database cannot, it is lost: nothing piles up."""
        with self._lock:
            counts, self.counts, self._timer = self.counts, Counts(), None
        if not counts:
            return
        with self.app.app_context():
            try:
                store(counts)
                db.session.commit()
                self.nearly_known = find_nearly_known()
            except SQLAlchemyError as error:
                db.session.rollback()
                self.app.logger.warning("%s: counts of searches are lost", type(error).__name__)

    def _has_room(self) -> bool:
        counts = self.counts
        if self.app.config["HUB_READ_ONLY"] == "yes":
            return False
        return len(counts.searches) + len(counts.found) + len(counts.opened) + len(counts.phrases) < MOST

    def _store_later(self) -> None:
        # Begun by the first count, and so in the process that serves, not in the one that it was forked from.
        if self._timer is None and not self.app.testing:
            self._timer = Timer(SECONDS, self.store)
            self._timer.daemon = True
            self._timer.start()


def init_app(app: Flask) -> None:
    if app.config["HUB_COUNT_SEARCHES"] == "yes":
        collector = app.extensions[EXTENSION] = Collector(app)
        if not app.testing:
            atexit.register(collector.store)
    app.jinja_env.globals["counts_searches"] = counts_searches


def counts_searches() -> bool:
    """Whether this council counts what families look for."""
    return EXTENSION in current_app.extensions


def count_search(page: SearchPage, *, shown: bool = True, danger: bool = False) -> None:
    """Count a search that somebody made. `shown`: its results are on the page; `danger`: its words may mean that."""
    if collector := _collector():
        collector.count_search(page, refined=_is_refined(), shown=shown, danger=danger)


def count_opening(service: Service) -> None:
    """Count that somebody opened the page of a listing."""
    if service.status == Status.PUBLISHED and (collector := _collector()):
        collector.count_opening(service.id)


def _collector() -> Collector | None:
    """Where this request is counted; None for programs, for what a browser fetches by itself, and for the signed in."""
    collector: Collector | None = current_app.extensions.get(EXTENSION)
    if collector is None or request.method != "GET" or not _BROWSER.match(request.user_agent.string):
        return None
    is_fetched = request.headers.get("Sec-Fetch-Dest", "document") != "document" or "Sec-Purpose" in request.headers
    return None if is_fetched or get_signed_in_or_none() else collector


def _is_refined() -> bool:
    """Whether the page that led here was a search too: browsers say so to the same site. It is not kept."""
    came_from = urlsplit(request.referrer or "")
    return came_from.netloc == request.host and bool(_SEARCHES.fullmatch(came_from.path))
