"""Measures the CPU that a cold API process uses until its first answer: `make bench-coldstart`.

Modules that are imported with the first request must not cost it more than they saved before.

AWS is moto behind HTTP in the measuring process, so its work does not count for the measured
process. The feed is a page of 20 posts with signed pictures.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from bench.coldstart import PROJECT, RUNS, low
from infra.deploy.project import copy_sources

READER, AUTHOR = "reader", "author"
POSTS = 20
_TIMED = """
import json, sys, time
sys.path.append("vendor")
event = json.load(sys.stdin)
begun = time.process_time()
from app import app
imported = time.process_time()
answer = app(event, None)
answered = time.process_time()
assert answer["statusCode"] == 200, answer
print(json.dumps([imported - begun, answered - imported]))
"""


class Cost(NamedTuple):
    """The CPU seconds of one run."""

    imported: float
    answered: float

    @property
    def both(self) -> float:
        """The sum: everything until the answer."""
        return self.imported + self.answered


def main() -> None:
    """Print the table."""
    copy_sources(PROJECT)
    print(f"{'first request':<22} {'import':>8} {'request':>8} {'both, CPU ms':>13}")
    for name, found in costs(PROJECT, RUNS).items():
        kinds = ([one.imported for one in found], [one.answered for one in found],
                 [one.both for one in found])  # fmt: skip
        imported, answered, both = (low(times) * 1000 for times in kinds)
        print(f"{name:<22} {imported:>8.0f} {answered:>8.0f} {both:>13.0f}")


def costs(project: Path, runs: int) -> dict[str, list[Cost]]:
    """Measure each request in fresh processes, in turns. Returns the costs of each run."""
    from bench.local import start

    stage = start()
    requests = write_scene()
    found: dict[str, list[Cost]] = defaultdict(list)
    with serving(stage.wire) as url:
        environment = {**_aws(url), **stage.environment, "POWERTOOLS_LOG_LEVEL": "WARNING"}
        for _ in range(runs):
            for name, event in requests.items():
                found[name].append(_cold(project, environment, event))
    return found


def _aws(url: str) -> dict[str, str]:
    """Return the AWS settings of this process and the address of its AWS."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    return {**kept, "AWS_ENDPOINT_URL": url}


def _cold(project: Path, environment: Mapping[str, str], event: Any) -> Cost:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _TIMED],
        cwd=project, env=environment, input=json.dumps(event), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return Cost(*json.loads(done.stdout.splitlines()[-1]))


def write_scene() -> dict[str, Any]:
    """Create a reader and an author with posts. Returns the requests as API Gateway sends them."""
    from datetime import timedelta

    from bench.graph import NOW, example_post
    from functions.accounts.domain import User
    from functions.accounts.storage import UserRow
    from functions.aws.tables import put_all
    from functions.clock import new_ulid
    from functions.feed.storage import FeedItemRow
    from functions.posts.storage import PostRow
    from functions.social.storage import FollowRow

    for name in (READER, AUTHOR):
        user = User(
            user_id=name, username=name, display_name=name, created_at=NOW, last_active=NOW.date()
        )
        put_all([UserRow.encode(user)])
    FollowRow(READER, AUTHOR, state="accepted", epoch=new_ulid(), since=NOW).save()
    posts = [example_post(AUTHOR) for _ in range(POSTS)]
    put_all(PostRow.encode(post) for post in posts)
    put_all(
        FeedItemRow.encode(post.ref, viewer_id=READER, expires_at=NOW + timedelta(days=1))
        for post in posts
    )
    return {
        "GET /feed/{user_id}": _event("GET", "/feed/{user_id}", parameters={"user_id": READER}),
        "POST /like": _event("POST", "/like", body={"post_id": posts[0].post_id}),
    }


def _event(
    method: str, path: str, parameters: dict[str, str] | None = None, body: Any = None
) -> dict[str, Any]:
    return {
        "httpMethod": method,
        "headers": {"host": "api.test", "content-type": "application/json"},
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters,
        "stageVariables": None,
        "body": body and json.dumps(body),
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": "first",
            "httpMethod": method,
            "resourcePath": path,
            "path": f"/api{path}",
            "authorizer": {"claims": {"sub": READER, "cognito:username": READER}},
        },
    }


@contextmanager
def serving(wire: Any) -> Iterator[str]:
    """Serve AWS, as the wire answers it, over HTTP during the block. Yields the address."""
    from botocore.awsrequest import AWSPreparedRequest, HeadersDict

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            # ...Credential=<key>/<day>/<region>/<service>/aws4_request, ...
            service = self.headers["Authorization"].split("/")[3]
            url = f"https://{service}.us-east-1.amazonaws.com/"
            headers = HeadersDict(self.headers.items())
            request = AWSPreparedRequest("POST", url, headers, body, stream_output=False)
            status, answered, text = wire.request(request)
            sent = text.encode() if isinstance(text, str) else text
            self.send_response(status)
            for name, value in {**answered, "Content-Length": str(len(sent))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
