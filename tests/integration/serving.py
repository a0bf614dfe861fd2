"""The site as a process of its own, to be killed: python -m tests.integration.serving DATABASE KEY. Prints its port."""

import sys

from werkzeug.serving import WSGIRequestHandler, make_server

from hub_finder import create_app
from tests.conftest import FAIRSHIRE


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def main(database: str, key: str) -> None:
    app = create_app({"DATABASE_URL": database, "SECRET_KEY": key, "HUB_AREA": str(FAIRSHIRE)})
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    print(server.server_port, flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
