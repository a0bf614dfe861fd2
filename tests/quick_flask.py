"""`flask` for tests that run many commands: as a program, and without starting Python anew each time.

A process that has read the program waits at a socket. Who calls `flask` gets a copy of it (a fork), which takes the
caller's arguments, folder, environment and output, and is from there on what `python -m flask` would be.
"""

import array
import json
import os
import runpy
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from hub_finder.config import ROOT

PATIENCE = 120
# Without what Python reads at its start: it takes a tenth of the time.
CALLER = f"""#!{sys.executable} -IS
import array, json, os, socket, sys
caller = socket.socket(socket.AF_UNIX)
caller.connect({{socket!r}})
asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
outputs = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))]
caller.sendmsg([len(asked).to_bytes(4, "big")], outputs)
caller.sendall(asked)
answer = caller.recv(1)
sys.exit(answer[0] if answer else 70)
"""


@contextmanager
def quick_flask(folder: Path) -> Iterator[Path]:
    """The path of a program `flask`, which works until the end of the block. `folder` has a short path."""
    where, program = folder / "s", folder / "flask"
    program.write_text(CALLER.format(socket=str(where)), encoding="utf-8")
    program.chmod(0o755)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-m", "tests.quick_flask", str(where)], cwd=ROOT, env=env) as waiting:
        until = time.monotonic() + PATIENCE
        while not where.exists():
            assert waiting.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield program
        waiting.terminate()


def wait(where: str) -> None:
    """Be a copy of this process for each caller, until somebody ends it."""
    # With these, nearly all of the program.
    for name in ("cli", "moderation", "providers"):
        import_module(f"hub_finder.{name}")

    listening = socket.socket(socket.AF_UNIX)
    listening.bind(where + "~")
    listening.listen()
    Path(where + "~").rename(where)
    while True:
        caller, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            be_flask(caller)
        caller.close()


def be_flask(caller: socket.socket) -> None:
    """In a copy: a copy of its own runs the command; this one tells the caller how it ended."""
    size, outputs, _flags, _from = caller.recvmsg(4, socket.CMSG_LEN(3 * 4))
    inherited = array.array("i", outputs[0][2])
    asked = b""
    while len(asked) < int.from_bytes(size, "big"):
        asked += caller.recv(65536)
    arguments, folder, environment = json.loads(asked)
    child = os.fork()
    if child:
        caller.sendall(bytes([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF]))
        os._exit(0)
    caller.close()
    for number, file in enumerate(inherited):
        os.dup2(file, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["flask", *arguments]
    sys.path[0] = folder
    runpy.run_module("flask", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    wait(sys.argv[1])
