"""A council that counts searches, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from hub_finder import counting

# As a phone says what it is: programs are not counted.
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
)


@contextmanager
def counting_searches(app: Flask) -> Iterator[None]:
    """Count what the app is asked until the end."""
    app.config["HUB_COUNT_SEARCHES"] = "yes"
    counting.init_app(app)
    yield
    app.config["HUB_COUNT_SEARCHES"] = "no"
    del app.extensions[counting.EXTENSION]
