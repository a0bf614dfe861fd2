"""Another process of the site: for each line it reads, it says which need the words speak for most.

Run with the address of the database as its argument.
"""

import sys

from hub_finder import create_app
from hub_finder.directory.needs import understand


def main() -> None:
    app = create_app({"DATABASE_URL": sys.argv[1]})
    for line in sys.stdin:
        with app.app_context():
            found = understand(line.strip(), most=1)
        print(found[0].need.slug if found else "nothing", flush=True)  # noqa: T201


main()
