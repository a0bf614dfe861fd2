"""A program that imports a file and kills itself on the way: python -m tests.integration.killed_import URL FILE WHEN.

WHEN is the number of a statement, or "commit": just before it.
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event

from hub_finder import create_app
from hub_finder.extensions import db
from hub_finder.importers.services import import_services
from tests.conftest import FAIRSHIRE


def main(address: str, file: str, when: str) -> None:
    app = create_app({"DATABASE_URL": address, "HUB_AREA": str(FAIRSHIRE)})
    said = 0

    def die(*_given: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def count(*_given: object) -> None:
        nonlocal said
        said += 1
        if said == int(when):
            die()

    with app.app_context():
        if when == "commit":
            event.listen(db.engine, "commit", die)
        else:
            event.listen(db.engine, "before_cursor_execute", count)
        import_services(Path(file), area=app.extensions["hub_area"])


if __name__ == "__main__":
    main(*sys.argv[1:])
