"""A toy app on the product's HTTP edge, for tests of the edge alone."""

from typing import Annotated, Any

import msgspec
from chalice.app import Chalice, Response

from functions.edge import edge, register
from functions.errors import Conflict, Forbidden, TooManyRequests
from functions.http import Request, Routes
from functions.inputs import RawBody
from functions.pages import ListQuery, Page


class Thing(msgspec.Struct, frozen=True):
    """Something."""

    name: str
    by: str


class Part(msgspec.Struct, frozen=True):
    """A part of something."""

    size: Annotated[int, msgspec.Meta(ge=1)]


class NewThing(msgspec.Struct, frozen=True):
    """Something to be made."""

    name: Annotated[str, msgspec.Meta(min_length=1)]
    parts: list[Part] = []


def toy_app() -> Chalice:
    """The app. `made` on it counts the things that were made."""
    app = Chalice("toy", configure_logs=False)
    app.made = []
    app.register_middleware(edge, "http")
    routes = Routes(__name__, "Toys")
    _reads(routes)
    _writes(routes, app)
    register(app, [routes])
    return app


def _reads(routes: Routes) -> None:
    @routes.route("GET", "/things/{thing_id}", answer=Thing)
    def read(request: Request[None], thing_id: str) -> Thing:
        """Something."""
        return Thing(thing_id, request.viewer_id)

    @routes.route("GET", "/things", answer=Page[Thing], query=ListQuery)
    def listed(request: Request[None]) -> Page[Thing]:
        """Things."""
        return Page([Thing(str(request.query.limit), request.viewer_id)], "next one")

    @routes.route("GET", "/open", is_open=True)
    def plain(_: Request[None]) -> Response:
        """Something that is not JSON."""
        return Response("plain", headers={"Content-Type": "text/plain", "Cache-Control": "public"})

    @routes.route("GET", "/boom")
    def boom(_: Request[None]) -> None:
        """Something broken."""
        raise RuntimeError("a secret of the inside")

    @routes.route("GET", "/refused/{why}")
    def refused(_: Request[None], why: str) -> None:
        """Something refused."""
        raise {
            "forbidden": Forbidden("Not yours."),
            "busy": TooManyRequests("Later.", retry_after=7),
        }[why]


def _writes(routes: Routes, app: Any) -> None:
    @routes.route("POST", "/things", body=NewThing, answer=Thing, status=201, creates=True)
    def make(request: Request[NewThing]) -> Thing:
        """Make something."""
        if request.body.name == "taken":
            raise Conflict("This name is taken.")
        app.made.append(request.new_id)
        if request.body.name == "fragile":
            raise RuntimeError("broke after it was made")
        return Thing(request.body.name, request.viewer_id)

    @routes.route("POST", "/pictures", body=NewThing, raw_types=("image/*",), answer=Thing)
    def picture(request: Request[Any]) -> Thing:
        """Take a picture, or JSON."""
        body = request.body
        name = f"{body.content_type} {len(body.data)}" if isinstance(body, RawBody) else body.name
        return Thing(name, request.viewer_id)

    @routes.route("POST", "/often", status=204, limit="comment")
    def often(_: Request[None]) -> None:
        """Something that is limited."""

    @routes.route("POST", "/enter", body=NewThing, status=204, is_open=True, limit="sign_up")
    def enter(_: Request[Any]) -> None:
        """Something that is limited by where it comes from."""

    @routes.route("DELETE", "/things/{thing_id}", status=204)
    def remove(_: Request[None], thing_id: str) -> None:
        """Remove something."""
