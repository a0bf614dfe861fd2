"""A mail server on this machine that takes what it is sent, and refuses whom it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


@dataclass
class MailServer:
    url: str = ""
    messages: list[str] = field(default_factory=list)
    refused: str = "nobody"


@contextmanager
def serving_mail() -> Iterator[MailServer]:
    """Serve until the block ends."""
    known = MailServer()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 ready")
            for line in iter(self.rfile.readline, b""):
                word = line.decode().strip()
                if word.upper() == "DATA":
                    self.say("354 go on")
                    known.messages.append(self.read_message())
                elif word.upper() == "QUIT":
                    self.say("221 bye")
                    return
                self.say("550 no" if known.refused in word else "250 ok")

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def read_message(self) -> str:
            return "".join(line.decode() for line in iter(self.rfile.readline, b".\r\n"))

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        known.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield known
        server.shutdown()
        thread.join()
