"""`python -m infra.local` serves, shows the demo, and stops when told; seen from outside."""

import http.client
import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
PATIENCE = 60.0
pytestmark = pytest.mark.enable_socket


class Server:
    """The local stack as a process of its own, on a free port."""

    def __init__(self, **environment: str) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.local"],
            cwd=ROOT,
            env={**kept, "PYTHONWARNINGS": "error", "PORT": "0", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._told: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.base_url = ""

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.lines.append(line)
            self._told.put(line)

    def wait_for(self, part: str) -> str:
        """The next line of its output that holds `part`."""
        until = time.monotonic() + PATIENCE
        while True:
            line = self._told.get(timeout=max(0.1, until - time.monotonic()))
            if part in line:
                return line

    def serving(self) -> "Server":
        found = re.search(r"http://127\.0\.0\.1:\d+", self.wait_for("is served on"))
        assert found
        self.base_url = found[0]
        return self

    def call(self, method: str, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.base_url.removeprefix("http://"), timeout=10)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def stop(self, number: signal.Signals) -> tuple[int, float, str]:
        """The exit status, the seconds that it took, and what stood on standard error."""
        started = time.monotonic()
        self._process.send_signal(number)
        status = self._process.wait(PATIENCE)
        took = time.monotonic() - started
        assert self._process.stderr
        with self._process.stderr as stderr:
            return status, took, stderr.read()

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            if stream and not stream.closed:
                stream.close()


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    """Servers that are gone in the end."""
    started: list[Server] = []
    yield started
    for server in started:
        server.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops_cleanly(servers: list[Server], number: signal.Signals) -> None:
    server = Server(DEMO="0")
    servers.append(server)
    server.serving()
    status, body = server.call("GET", "/health")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    assert server.call("HEAD", "/health") == (405, b"")
    assert server.call("GET", "/cdn/x")[0] == 403
    assert server.call("GET", "/me")[0] == 401
    assert re.search(r"GET +/health 200 \d+ ms \S+", server.wait_for("/health"))
    status, took, errors = server.stop(number)
    assert (status, errors) == (0, "")
    assert took < 2


def test_a_taken_port_is_one_clear_line(servers: list[Server]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = Server(PORT=str(port))
        servers.append(server)
        status, _, errors = server.stop(signal.SIGCONT)
    assert status == 1
    assert errors.count("\n") == 1
    assert f"port {port} cannot be used" in errors


@pytest.mark.parametrize("port", ["x", "70000", "-1"])
def test_a_port_that_is_none_is_one_clear_line(servers: list[Server], port: str) -> None:
    server = Server(PORT=port)
    servers.append(server)
    status, _, errors = server.stop(signal.SIGCONT)
    assert status == 1
    assert re.fullmatch(rf"fanlight: PORT={port} is no port.*\n", errors)


@pytest.mark.skipif(not shutil.which("curl"), reason="the printed lines are curl's")
def test_the_demo_loads_and_its_lines_work_when_pasted(servers: list[Server]) -> None:
    server = Server()
    servers.append(server)
    server.serving().wait_for("Loaded 8 people and 17 photographs.")
    lines = [server.wait_for(part) for part in ("TOKEN=$(curl", "/upload", "/feed/")]
    pasted = ["sh", "-c", "".join(lines)]
    out = subprocess.run(pasted, cwd=ROOT, capture_output=True, text=True, check=True)
    uploaded, feed = map(json.loads, out.stdout.splitlines())
    assert uploaded["status"] == "processing"
    assert len(feed["items"]) >= 10
    assert {item["author"]["username"] for item in feed["items"]} > {"mira", "jonas"}
    assert "FAILED" not in "".join(server.lines)
    assert server.stop(signal.SIGTERM)[0] == 0
