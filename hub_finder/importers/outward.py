"""Connections to other sites, and never into a private network, whatever a name on the internet is said to mean.

A name is looked up once, and it is the address which was judged that is connected to: a name that means something else
a moment later leads nowhere. Each redirect makes a new connection, so it is judged again.
"""

import socket
from collections.abc import Collection
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, Request, build_opener

# RFC 6052: an IPv4 address stands in the last 32 bits.
NAT64 = IPv6Network("64:ff9b::/96")


class NotPublic(Exception):
    """The host lies in a private network, on this machine, or at an address for another use; the message says so."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also where it hides an IPv4 address in it."""
    ip = ip_address(address.partition("%")[0])
    hidden = _hidden(ip) if isinstance(ip, IPv6Address) else None
    ip = hidden or ip
    return ip.is_global and not ip.is_multicast


def make_opener(*more: object, inside: Collection[str]) -> OpenerDirector:
    """What opens addresses, with `more` handlers of urllib. Raises NotPublic, but for the hosts named in `inside`.

    Where the environment names a proxy, the proxy connects, and has to judge by itself.
    """
    return build_opener(_Http(inside), _Https(inside), *more)  # type: ignore[arg-type]


def _hidden(ip: IPv6Address) -> IPv4Address | None:
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def _connect(
    inside: Collection[str],
    address: tuple[str, int],
    timeout: float | None = None,
    source_address: tuple[str, int] | None = None,
) -> socket.socket:
    """As `socket.create_connection` does it, with nothing asked twice."""
    host, port = address
    found = [(family, where) for family, *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host.lower() not in inside and not all(is_public(str(where[0])) for _family, where in found):
        raise NotPublic(f"{host} lies in a private network, which feeds are not read from.")
    failed: OSError = OSError("the name has no address")
    for family, where in found:
        link = socket.socket(family, socket.SOCK_STREAM)
        try:
            link.settimeout(timeout)
            if source_address:
                link.bind(source_address)
            link.connect(where)
        except OSError as error:
            link.close()
            failed = error
        else:
            return link
    raise failed


def _http(host: str, *, inside: Collection[str], timeout: float) -> HTTPConnection:
    link = HTTPConnection(host, timeout=timeout)
    link._create_connection = partial(_connect, inside)  # type: ignore[attr-defined]
    return link


def _https(host: str, *, inside: Collection[str], timeout: float) -> HTTPSConnection:
    """The certificate is checked against the name, as ever."""
    link = HTTPSConnection(host, timeout=timeout)
    link._create_connection = partial(_connect, inside)  # type: ignore[attr-defined]
    return link


class _Http(HTTPHandler):
    def __init__(self, inside: Collection[str]) -> None:
        super().__init__()
        self.inside = inside

    def http_open(self, req: Request) -> HTTPResponse:
        if req.has_proxy():
            return super().http_open(req)
        return self.do_open(partial(_http, inside=self.inside), req)


class _Https(HTTPSHandler):
    def __init__(self, inside: Collection[str]) -> None:
        super().__init__()
        self.inside = inside

    def https_open(self, req: Request) -> HTTPResponse:
        if req._tunnel_host:  # type: ignore[attr-defined]
            return super().https_open(req)
        return self.do_open(partial(_https, inside=self.inside), req)
