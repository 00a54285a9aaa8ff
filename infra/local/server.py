"""Serves the local stack: one process with everything that Fanlight needs of AWS."""

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from infra.local.console import Condensed, Console
from infra.local.hurry import Hurry

HOST = "127.0.0.1"
THREADS = 16
SWEEP_SECONDS = 60
WAKE_SECONDS = 0.5
STOP_SECONDS = 0.7
"""How long requests, and then handlers, get to finish. Both together stay below two seconds."""


class CannotServeError(Exception):
    """The reason why the stack cannot be served, in one line."""


def claim_port(port: int) -> socket.socket:
    """Take the port before anything else is done, so that a taken port is reported at once."""
    claimed = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        claimed.bind((HOST, port))
        claimed.listen(socket.SOMAXCONN)
    except OSError as error:
        claimed.close()
        raise CannotServeError(f"port {port} cannot be used ({error.strerror}); "
                               "choose another one with PORT=") from error  # fmt: skip
    return claimed


def serve(port: int, *, demo: bool, verbose: bool, longest_delay: int | None) -> int:
    """Serve until a signal stops it. Returns the exit status."""
    claimed = claim_port(port)
    base_url = f"http://{HOST}:{claimed.getsockname()[1]}"
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    console = Console(sys.stdout, verbose)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is normal
    # The product logs JSON on standard output. The console merges it into its own lines.
    log_to = sys.stdout if verbose else Condensed(console)
    with contextlib.redirect_stdout(log_to):
        stop = _start(claimed, base_url, console, longest_delay, demo=demo)
        failed = threading.Event()
        if demo:
            _in_thread(_load_demo, base_url, console, failed, stopping)
        while not stopping.wait(WAKE_SECONDS):
            pass  # a signal that another thread received is handled when this one wakes
        stop()
    return 1 if failed.is_set() else 0


def _start(
    claimed: socket.socket,
    base_url: str,
    console: Console,
    longest_delay: int | None,
    *,
    demo: bool,
) -> Callable[[], None]:
    """Provision and serve. Returns the inverse."""
    from infra.local.provision import provision

    stage = provision(base_url, dict(os.environ))
    os.environ.update(stage.environment)
    if longest_delay is not None:
        stage.wire.surround(Hurry(longest_delay))
    from waitress import wasyncore
    from waitress.server import create_server

    if demo:
        from infra.local.demo.clock import install

        install()
    # The product reads its tables, queues and streams, and standard output, when it is imported.
    from app import app
    from infra.local.demo.content import CREDENTIALS
    from infra.local.front import Front
    from infra.local.pump import Pump
    from infra.local.refusing import CONNECTIONS, IDLE_SECONDS, Channel
    from infra.local.ttl import Sweeper
    from infra.local.wsgi import wsgi_app

    pump = Pump(app, stage.wire, observer=console.invoked)
    front = Front(app, stage, demo_login=CREDENTIALS if demo else None)
    application = wsgi_app(front, console)
    server = create_server(
        application, sockets=[claimed], threads=THREADS, ident="fanlight",
        connection_limit=CONNECTIONS, channel_timeout=IDLE_SECONDS, asyncore_use_poll=True,
    )  # fmt: skip
    server.channel_class = Channel
    stopped = threading.Event()
    _in_thread(server.run)
    console.say(f"Open {base_url} in a browser. API reference: {base_url}/docs. Ctrl-C stops it.")
    pump.start()
    _in_thread(_sweep, Sweeper(stage.wire, time.time), stopped)

    def stop() -> None:
        stopped.set()
        # In the server's own thread, which may be accepting a connection right now.
        server.trigger.pull_trigger(lambda: wasyncore.dispatcher.close(server))
        server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        pump.stop(STOP_SECONDS)

    return stop


def _in_thread(target: Callable[..., None], *arguments: Any) -> None:
    threading.Thread(target=target, args=arguments, daemon=True).start()


def _sweep(sweeper: Any, stopped: threading.Event) -> None:
    while not stopped.wait(SWEEP_SECONDS):
        sweeper.sweep()


def _load_demo(
    base_url: str, console: Console, failed: threading.Event, stopping: threading.Event
) -> None:
    from infra.local.demo.load import DemoError, load

    console.is_quiet = True
    try:
        load(base_url, console.say)
    except DemoError as error:
        if not stopping.is_set():
            failed.set()
            console.say(f"THE DEMO FAILED: {error}")
    except Exception:
        failed.set()
        raise
    finally:
        console.is_quiet = False
