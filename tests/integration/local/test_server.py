"""`python -m infra.local` serves, loads the demo, and stops when told; seen from outside."""

import contextlib
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
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
PATIENCE = 60.0
DEMO_PATIENCE = 180.0
"""The demo takes 20 seconds of CPU time, on a machine that may be busy with other tests."""
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

    def wait_for(self, part: str, patience: float = PATIENCE) -> str:
        """Return the next line of its output that contains `part`."""
        until = time.monotonic() + patience
        while True:
            line = self._told.get(timeout=max(0.1, until - time.monotonic()))
            if part in line:
                return line

    def serving(self) -> "Server":
        found = re.search(r"http://127\.0\.0\.1:\d+", self.wait_for("Open http"))
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
        """Stop it. Returns the exit status, the seconds that it took, and its standard error."""
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
    """Start servers, and kill them in the end."""
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
    assert server.call("HEAD", "/health") == (200, b"")
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


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "x"), ("PORT", "70000"), ("PORT", "-1"), ("LONGEST_DELAY", "soon")]
)
def test_a_setting_that_is_no_number_is_one_clear_line(
    servers: list[Server], name: str, value: str
) -> None:
    server = Server(**{name: value})
    servers.append(server)
    status, _, errors = server.stop(signal.SIGCONT)
    assert status == 1
    assert re.fullmatch(rf"fanlight: {name}={value} must be a number.*\n", errors)


@pytest.mark.skipif(not shutil.which("curl"), reason="the printed lines are curl's")
def test_the_demo_loads_and_its_lines_work_when_pasted(servers: list[Server]) -> None:
    server = Server()
    servers.append(server)
    server.serving().wait_for("Loaded 8 people and 33 photographs.", DEMO_PATIENCE)
    lines = [server.wait_for(part) for part in ("TOKEN=$(curl", "/upload", "/feed/")]
    pasted = ["sh", "-c", "".join(lines)]
    out = subprocess.run(pasted, cwd=ROOT, capture_output=True, text=True, check=True)
    uploaded, feed = map(json.loads, out.stdout.splitlines())
    assert uploaded["status"] == "processing"
    assert len(feed["items"]) >= 10
    assert {item["author"]["username"] for item in feed["items"]} > {"mira", "jonas"}
    at = [datetime.fromisoformat(item["published_at"]) for item in feed["items"]]
    assert at == sorted(at, reverse=True)
    assert at[0] - at[9] > timedelta(days=5)
    assert datetime.now(UTC) - at[0] < timedelta(hours=4)
    assert "FAILED" not in "".join(server.lines)
    assert server.stop(signal.SIGTERM)[0] == 0


def raw(server: Server, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send raw bytes, and return the answer until the server closes the connection."""
    host, port = server.base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(sent)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, answer.read()


def test_what_never_becomes_a_request_is_refused_with_a_problem(servers: list[Server]) -> None:
    servers.append(server := Server(DEMO="0").serving())
    for sent, expected in (
        (b"GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: odd\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000 + b"\r\n\r\n", 413),
    ):
        status, headers, body = raw(server, sent)
        assert (status, headers["content-type"]) == (expected, "application/problem+json")
        assert headers["x-request-id"]
        assert json.loads(body)["status"] == expected


def test_a_hundred_half_open_connections_do_not_stop_it(servers: list[Server]) -> None:
    servers.append(server := Server(DEMO="0").serving())
    host, port = server.base_url.removeprefix("http://").split(":")
    with contextlib.ExitStack() as opened:
        for _ in range(150):
            one = opened.enter_context(socket.create_connection((host, int(port))))
            one.sendall(b"POST /login HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
        assert server.call("GET", "/health")[0] == 200
