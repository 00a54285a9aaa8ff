"""The Chalice app: registers what the capabilities serve. No rule of the product is here."""

from chalice.app import Chalice

from functions.about import handlers as about
from functions.accounts import handlers as accounts
from functions.counters import handlers as counters
from functions.erasure import handlers as erasure
from functions.exports import handlers as exports
from functions.feed import handlers as feed
from functions.http.edge import edge, register
from functions.media import handlers as media
from functions.posts import handlers as posts
from functions.reactions import handlers as reactions
from functions.social import handlers as social
from functions.stories import handlers as stories
from functions.streams import handlers as streams

app = Chalice(app_name="fanlight", configure_logs=False)
app.api.binary_types.extend(
    ["image/webp", "image/heic", "image/heif", "image/avif", "image/*", "multipart/form-data"]
)
app.register_middleware(edge, "http")
app.register_middleware(accounts.admit, "http")

ROUTES = [
    accounts.routes,
    social.routes,
    media.routes,
    posts.routes,
    reactions.routes,
    counters.routes,
    feed.routes,
    stories.routes,
    streams.routes,
    erasure.routes,
    exports.routes,
    about.routes,
]
register(app, ROUTES)
about.describes([operation for routes in ROUTES for operation in routes.operations])
