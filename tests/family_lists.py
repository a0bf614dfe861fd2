"""Lists for families as a practitioner makes them: begun, and handed over."""

from urllib.parse import urlsplit

from flask.testing import FlaskClient

from tests.page_client import words_of
from tests.reading import only, read
from tests.signing_in import press


def begin(client: FlaskClient, *slugs: str) -> str:
    """A list with these listings; its path."""
    path = str(press(client, "/signposting", "/signposting/lists", service=slugs[0]).location)
    for slug in slugs[1:]:
        assert press(client, path, f"{path}/add", service=slug).status_code == 303
    return path


def handed_over(client: FlaskClient, path: str, days: str = "90") -> str:
    """The path of its link."""
    page = f"{path}/hand-over"
    assert press(client, page, days=days).status_code == 303
    return urlsplit(str(only(read(client.get(page)), "#link")["value"])).path


def legends(client: FlaskClient, path: str) -> list[str]:
    return [words_of(legend) for legend in read(client.get(path)).select("legend")]


def boxes(client: FlaskClient, path: str) -> list[str]:
    return [str(box["name"]) for box in read(client.get(path)).select("fieldset textarea")]
