"""A browser by the name that people know it by, and no more of it."""

import pytest
from sqlalchemy import String

from hub_finder.directory.sessions import browser_of
from hub_finder.models.accounts import AccountSession

GECKO = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36{}"


@pytest.mark.parametrize(
    ("said", "called"),
    [
        (GECKO, "Firefox on Linux"),
        (CHROME.format("Windows NT 10.0; Win64; x64", ""), "Chrome on Windows"),
        (CHROME.format("Windows NT 10.0; Win64; x64", " Edg/142.0.0.0"), "Edge on Windows"),
        (CHROME.format("X11; CrOS x86_64 14541.0.0", ""), "Chrome on a Chromebook"),
        (CHROME.format("Linux; Android 10; K", " OPR/99"), "Opera on Android"),
        (CHROME.format("Linux; Android 14; SM-S911B", " SamsungBrowser/26.0"), "Samsung Internet on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15", "Safari on a Mac"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) CriOS/120.0 Mobile/15E148 Safari/604.1", "Chrome on an iPad"),
        ("", "A browser"),
        ("curl/8.5.0", "A browser"),
        ("<script>Windows</script>" * 100, "A browser on Windows"),
    ],
)
def test_browser_is_called(said: str, called: str) -> None:
    assert browser_of(said) == called
    column = AccountSession.__table__.c.browser.type
    assert isinstance(column, String)
    assert len(called) <= (column.length or 0)
