"""A mail server on this machine that takes every mail, but for those that it refuses, and keeps what was said to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


@dataclass
class Mailbox:
    """What arrived: to whom, and the whole mail."""

    address: str = ""
    refuses: str = "REFUSE@"
    mails: list[tuple[list[str], str]] = field(default_factory=list)


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mailbox = mailbox


class _Conversation(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._say("220 here")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("MAIL FROM:"):
                to = []
            if word.startswith(f"RCPT TO:<{self.server.mailbox.refuses}"):
                self._say(f"550 nobody here is called {line}")
            elif word == "DATA":
                self._say("354 go on")
                self.server.mailbox.mails.append((to, self._read_mail()))
                self._say("250 taken")
            elif word == "QUIT":
                return self._say("221 bye")
            else:
                to += [line.partition("<")[2].partition(">")[0]] if word.startswith("RCPT TO:") else []
                self._say("250 good")
        return None

    def _read_mail(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        return "".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def taking_mail() -> Iterator[Mailbox]:
    """Serves until the end of the block."""
    mailbox = Mailbox()
    with _Server(mailbox) as server:
        mailbox.address = f"smtp://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield mailbox
        server.shutdown()
        thread.join()
