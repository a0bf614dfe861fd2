"""Connections to other sites: never into a private network, and only to the address that was judged."""

import socket
import ssl
from collections.abc import Sequence
from typing import Any

import pytest

from hub_finder.importers import outward
from hub_finder.importers.feed_http import FeedUnreachable, Manners, fetch_json
from tests.feed_server import Answer, serving

ONCE = Manners(timeout_s=2, attempts=1, pause_s=0)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1"),
        # The same, hidden in an address of version 6.
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("2002:7f00:1::", "2002:a00:1::"),
    ],
)
def test_address_that_is_not_of_the_open_internet_is_known(address: str) -> None:
    assert not outward.is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "151.101.0.81", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_address_of_the_open_internet_is_known(address: str) -> None:
    assert outward.is_public(address)


class Names:
    """Stands in for the names of the internet: each question for a name gets the next of its answers."""

    def __init__(self, *answers: Sequence[str], port: int) -> None:
        self.answers, self.port, self.asked = list(answers), port, 0

    def __call__(self, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        self.asked += 1
        addresses = self.answers[min(self.asked, len(self.answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, self.port)) for address in addresses]


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["10.0.0.1"]])
def test_name_that_means_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    with serving() as server:
        monkeypatch.setattr(socket, "getaddrinfo", Names(addresses, port=server.server_port))

        with pytest.raises(FeedUnreachable, match=r"feed\.example lies in a private network"):
            fetch_json("http://feed.example/services", ONCE)

        assert server.asked == []


def test_host_that_was_named_may_lie_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        monkeypatch.setattr(socket, "getaddrinfo", Names(["127.0.0.1"], port=server.server_port))

        fetch_json("http://feed.example/services", ONCE, inside={"feed.example"})

        assert len(server.asked) == 1


def test_name_that_changes_its_meaning_is_asked_once_and_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: judged as one address, connected to as another."""
    names = Names(["8.8.8.8"], ["127.0.0.1"], port=9)
    connected = []

    def connect(_self: socket.socket, where: object) -> None:
        connected.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", names)
    monkeypatch.setattr(socket.socket, "connect", connect)

    with pytest.raises(FeedUnreachable):
        fetch_json("http://feed.example/services", ONCE)

    assert (names.asked, connected) == (1, [("8.8.8.8", 9)])


def test_redirect_is_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same name, which meant a public address at first."""
    with serving() as server:
        names = Names(["127.0.0.1"], ["127.0.0.1"], port=server.server_port)
        judged = iter([True, False])
        monkeypatch.setattr(socket, "getaddrinfo", names)
        monkeypatch.setattr(outward, "is_public", lambda _address: next(judged))
        server.trouble["/services"] = [Answer(b"", 302, {"Location": "/elsewhere"})]

        with pytest.raises(FeedUnreachable, match="private network"):
            fetch_json("http://feed.example/services", ONCE)

        assert len(server.asked) == 1


def test_certificate_is_asked_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it is an address that is connected to."""
    asked = []

    def wrap(context: ssl.SSLContext, _link: socket.socket, server_hostname: str) -> None:
        asked.append((server_hostname, context.verify_mode, context.check_hostname))
        raise ConnectionResetError

    with serving() as server:
        monkeypatch.setattr(socket, "getaddrinfo", Names(["127.0.0.1"], port=server.server_port))
        monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)

        with pytest.raises(FeedUnreachable):
            fetch_json("https://feed.example/services", ONCE, inside={"feed.example"})

    assert asked == [("feed.example", ssl.CERT_REQUIRED, True)]
