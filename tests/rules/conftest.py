from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from hub_finder import create_app
from hub_finder.extensions import db
from tests.conftest import FAIRSHIRE


@pytest.fixture(scope="session")
def plain_app(make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    """The app as it is made, for rules that need no listing."""
    app = create_app({"TESTING": True, "DATABASE_URL": make_database("sqlite", "rules"), "HUB_AREA": str(FAIRSHIRE)})
    yield app
    with app.app_context():
        db.engine.dispose()
