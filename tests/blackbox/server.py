"""Starts the server as `make run` does, and stops it as Ctrl-C does."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVING = re.compile(r"Open (http://127\.0\.0\.1:\d+)")
START_SECONDS = 60  # only on a busy machine
STOP_SECONDS = 10
AMPLE = {"LIMIT_REQUEST": "1000000/300", "LIMIT_UPLOAD": "10000/3600"}
"""Limits for a server that many tests share, whatever their order: some use the same person."""
TROUBLE = re.compile(r"Traceback|\bERROR\b|\bCRITICAL\b|\bFAILED\b|Warning\b|^\S+ \w+ +\S+ 5\d\d ")
"""Text that a healthy server never prints."""


class Server:
    """A running server. Its output is read all the time, so that its pipe never fills."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        # The environment has only what a login shell has. This process's own contains the tests'
        # stage.
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.local"],
            cwd=ROOT,
            env={**kept, "DEMO": "0", "PORT": "0", **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self._lines: list[str] = []
        self._news = threading.Condition()
        self._has_ended = False
        self._reader = threading.Thread(target=self._read, name="server-output")
        self._reader.start()

    @property
    def output(self) -> str:
        """Return everything that the server has written so far."""
        with self._news:
            return "\n".join(self._lines)

    def wait_for(self, pattern: re.Pattern[str], seconds: float) -> re.Match[str]:
        """Return the first match in the output, and wait for it if necessary."""
        with self._news:
            self._news.wait_for(lambda: self._has_ended or pattern.search(self.output), seconds)
            found = pattern.search(self.output)
        assert found, f"the server never wrote {pattern.pattern!r}:\n{self.output}"
        return found

    def stop(self, number: signal.Signals) -> int:
        """Stop the server by a signal. Returns its exit status."""
        self._process.send_signal(number)
        try:
            return self._process.wait(STOP_SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        """Remove the server, whatever state it is in."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        if self._process.stdout:
            self._process.stdout.close()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            with self._news:
                self._lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._has_ended = True
            self._news.notify_all()


@contextmanager
def running(
    stop_by: signal.Signals = signal.SIGTERM, **settings: str
) -> Iterator[tuple[Server, str]]:
    """Run a server during the block, and yield it with its base URL. In the end it must have been
    healthy.
    """
    server = Server(settings)
    try:
        base_url = server.wait_for(SERVING, START_SECONDS)[1]
        yield server, base_url
        status = server.stop(stop_by)
    finally:
        server.kill()
    assert status == 0, f"the server ended with {status}:\n{server.output}"
    trouble = [line for line in server.output.splitlines() if TROUBLE.search(line)]
    assert not trouble, "\n".join(trouble)


def code_for(server: Server, username: str, before: int = 0) -> str:
    """Return the newest code that was sent to a person, after `before` earlier ones."""
    to_them = rf"\b{re.escape(username)}\b[^\n]*code is (\d+)"
    whole = re.compile(f"(?:{to_them}.*){{{before + 1}}}", re.DOTALL)
    return server.wait_for(whole, START_SECONDS)[1]
