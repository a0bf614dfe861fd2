"""A server that takes proposals from anybody, to be killed: python -m tests.integration.submitting_server URL.

It prints its port. POST /NUMBER sends a listing of that number to the team, and answers with its reference once that
is committed.
"""

import sys

from werkzeug.serving import WSGIRequestHandler, make_server

from hub_finder import create_app
from hub_finder.access import public
from hub_finder.extensions import csrf, db
from tests.conftest import FAIRSHIRE
from tests.proposing import person, proposed


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def main(address: str) -> None:
    app = create_app({"DATABASE_URL": address, "HUB_AREA": str(FAIRSHIRE)})

    @app.post("/<int:number>")
    @public
    def send(number: int) -> str:
        maker = person("Mo Hill", email=f"mo-{number}@families.example")
        submission = proposed(maker, name=f"Group {number}", organisation=f"Organisation {number}")
        db.session.commit()
        return submission.reference

    csrf.exempt(send)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    print(server.server_port, flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
