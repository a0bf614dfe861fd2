"""A mail server on this machine that takes every mail, but for those that it refuses, and keeps what was said to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

# Not an answer: the server hangs up. The second is for "END" alone: it takes the mail, and says nothing of it.
HANG_UP = "hang up"
TAKE_AND_HANG_UP = "take it and hang up"


@dataclass
class Mailbox:
    """What arrived: to whom, and the whole mail.

    `says` is what the server answers in place of yes, by the word it answers: HELLO, MAIL, RCPT, DATA, BODY (the first
    line of a mail), END (its last).
    """

    address: str = ""
    refuses: str = "REFUSE@"
    says: dict[str, str] = field(default_factory=dict)
    mails: list[tuple[list[str], str]] = field(default_factory=list)
    connections: int = 0

    def ids(self) -> list[str]:
        """The Message-IDs of the mails, in the order in which they came."""
        return [self.read(number)["Message-ID"] for number in range(len(self.mails))]

    def read(self, number: int) -> EmailMessage:
        """One mail, as a mail program reads it."""
        message = message_from_string(self.mails[number][1].replace("\r\n", "\n"), policy=default)
        assert isinstance(message, EmailMessage)
        return message


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mailbox = mailbox


class _HungUp(Exception):
    pass


class _Conversation(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.server.mailbox.connections += 1
        try:
            self._converse()
        except (_HungUp, ConnectionError):
            return

    def _converse(self) -> None:
        self._say("220 here")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("MAIL FROM:"):
                to = []
            if word.startswith(f"RCPT TO:<{self.server.mailbox.refuses}"):
                self._say(f"550 5.1.1 nobody here is called {line}")
            elif word == "DATA":
                if self._answer("DATA", "354 go on"):
                    self._take(to)
            elif word == "QUIT":
                return self._say("221 bye")
            else:
                to += [line.partition("<")[2].partition(">")[0]] if word.startswith("RCPT TO:") else []
                self._answer({"EHLO": "HELLO"}.get(word[:4], word[:4]), "250 good")
        return None

    def _take(self, to: list[str]) -> None:
        mail = self._read_mail()
        if self.server.mailbox.says.get("END", TAKE_AND_HANG_UP) == TAKE_AND_HANG_UP:
            self.server.mailbox.mails.append((to, mail))
        self._answer("END", "250 taken")

    def _answer(self, word: str, yes: str) -> bool:
        """Say yes, or what is to be said in its place; returns whether it was yes."""
        words = self.server.mailbox.says.get(word, yes)
        if words in (HANG_UP, TAKE_AND_HANG_UP):
            raise _HungUp
        self._say(words)
        return words == yes

    def _read_mail(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            if not line or self.server.mailbox.says.get("BODY") == HANG_UP:
                raise _HungUp
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
