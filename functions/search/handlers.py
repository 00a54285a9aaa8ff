"""The search over HTTP."""

from functions.accounts.schemas import UserView
from functions.http.pages import Page
from functions.http.routes import Request, Routes
from functions.search.schemas import SearchQuery
from functions.stage import stage

routes = Routes(__name__, "Search")


@routes.route(
    "GET",
    "/search",
    answer=Page[UserView],
    query=SearchQuery,
    limit="search",
    name="search_by_words",
)
def search(request: Request[None]) -> Page[UserView]:
    """Search for people by the beginnings of their names."""
    return stage().search.people(request.viewer_id, request.query)
