"""A toy app on the product's HTTP edge, for tests of the edge alone."""

from typing import Annotated, Any, Literal

import msgspec
from chalice.app import Chalice, Response

from functions.aws.errors import Contended
from functions.errors import Conflict, Forbidden, NotFound, TooManyRequests
from functions.http.edge import edge, register
from functions.http.fields import line
from functions.http.inputs import RawBody
from functions.http.pages import ListQuery, Page
from functions.http.routes import Request, Routes


class Thing(msgspec.Struct, frozen=True):
    """Something."""

    name: str
    by: str


class Made(Thing, frozen=True):
    """Something that was made."""

    thing_id: str


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of something."""

    size: Annotated[int, msgspec.Meta(ge=1)]


class NewThing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to be made."""

    name: Annotated[str, line(1, 20)]
    parts: list[Part] = []
    kind: Literal["big", "small"] | None = None
    is_new: bool = True


class Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something sent as a form."""

    file: bytes
    kind: Literal["big", "small"] = "big"
    is_new: bool = True


def toy_app() -> Chalice:
    """The app. `made` on it counts the things that were made, `shown` the secrets in answers; what
    is named in `lost` is gone."""
    app = Chalice("toy", configure_logs=False)
    app.made, app.shown, app.lost = [], [], []
    app.register_middleware(edge, "http")
    routes = Routes(__name__, "Toys")
    _reads(routes)
    _writes(routes, app)
    _secrets(routes, app)
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
            "contended": Contended("an item"),
        }[why]


def _made(request: Request[NewThing]) -> Made:
    return Made(request.body.name, request.viewer_id, request.new_id)


def _writes(routes: Routes, app: Any) -> None:
    @routes.route(
        "POST",
        "/things",
        body=NewThing,
        answer=Made,
        status=201,
        creates=True,
        again=_made,
        location="/things/{thing_id}",
    )
    def make(request: Request[NewThing]) -> Made:
        """Make something."""
        if request.body.name == "taken":
            raise Conflict("This name is taken.")
        app.made.append(request.new_id)
        if request.body.name == "fragile":
            raise RuntimeError("broke after it was made")
        return _made(request)

    @routes.route(
        "POST", "/pictures", body=NewThing, raw_types=("image/*",), form=Sent, answer=Thing
    )
    def picture(request: Request[Any]) -> Thing:
        """Take a picture, a form with one, or JSON."""
        match request.body:
            case RawBody(content_type=kind, data=data):
                name = f"{kind} {len(data)}"
            case Sent(file=data, kind=kind, is_new=is_new):
                name = f"{kind} {len(data)} {is_new}"
            case body:
                name = body.name
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


def _secrets(routes: Routes, app: Any) -> None:
    def shown(request: Request[NewThing]) -> Made:
        if request.new_id in app.lost:
            raise NotFound("There is no such thing.")
        secret = f"{request.body.name}-secret-{len(app.shown)}"
        app.shown.append(secret)
        return Made(secret, request.viewer_id, request.new_id)

    @routes.route(
        "POST",
        "/secrets",
        body=NewThing,
        answer=Made,
        status=201,
        creates=True,
        again=shown,
        is_secret=True,
        limit="comment",
        location="/secrets/{thing_id}",
    )
    def whisper(request: Request[NewThing]) -> Made:
        """Make something whose answer has a secret."""
        app.made.append(request.new_id)
        return shown(request)
