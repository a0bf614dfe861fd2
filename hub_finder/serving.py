"""The processes that gunicorn answers with: see decision 79."""

from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class EvenWorker(ThreadWorker):  # type: ignore[misc]
    """A process that takes a new connection only while one of its threads is free.

    gunicorn's own takes every connection that it can get, and keeps it. So one process may have all the work, and a
    family waits behind a long import, while the other process has nothing to do.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at_work = 0

    def set_accept_enabled(self, enabled: bool) -> None:
        """Called by the main thread, as the others here, on each turn of its loop that does not find what it wants."""
        super().set_accept_enabled(enabled and self._at_work < self.cfg.threads)

    def enqueue_req(self, conn: Any) -> None:
        self._at_work += 1
        super().enqueue_req(conn)
        if self._at_work >= self.cfg.threads:
            self.set_accept_enabled(False)

    def finish_request(self, conn: Any, fs: Any) -> None:
        self._at_work -= 1
        super().finish_request(conn, fs)
