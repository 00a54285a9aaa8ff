"""Saved posts and collections over HTTP."""

from functions.errors import Conflict, NotFound
from functions.http.pages import ListQuery, Page
from functions.http.routes import Request, Routes
from functions.posts.schemas import PostView
from functions.saved.schemas import (
    CollectionChanges,
    CollectionView,
    NewCollection,
    SavedQuery,
    SaveRequest,
)
from functions.stage import stage

routes = Routes(__name__, "Saved posts")


@routes.route(
    "PUT",
    "/posts/{post_id}/save",
    body=SaveRequest,
    status=204,
    limit="save",
    name="save_post",
    refuses=(Conflict,),
)
def save(request: Request[SaveRequest], post_id: str) -> None:
    """Save a post for oneself, or put a saved post into a collection."""
    stage().saved.save(request.viewer_id, post_id, request.body)


@routes.route("DELETE", "/posts/{post_id}/save", status=204, name="unsave_post")
def unsave(request: Request[None], post_id: str) -> None:
    """Take a save back."""
    stage().saved.unsave(request.viewer_id, post_id)


@routes.route(
    "GET",
    "/me/saved",
    answer=Page[PostView],
    query=SavedQuery,
    name="list_saved_posts",
    refuses=(NotFound,),
)
def saved_posts(request: Request[None]) -> Page[PostView]:
    """List the posts that the caller has saved, newest save first."""
    return stage().saved.page(request.viewer_id, request.query)


def _made(request: Request[NewCollection]) -> CollectionView:
    return stage().saved.read(request.viewer_id, request.new_id)


@routes.route(
    "POST",
    "/me/collections",
    body=NewCollection,
    answer=CollectionView,
    status=201,
    creates=True,
    again=_made,
    limit="save",
    name="create_collection",
    location="/me/collections/{collection_id}",
    refuses=(Conflict,),
)
def create_collection(request: Request[NewCollection]) -> CollectionView:
    """Make a collection for saved posts."""
    return stage().saved.create(request.new_id, request.viewer_id, request.body)


@routes.route(
    "GET",
    "/me/collections",
    answer=Page[CollectionView],
    query=ListQuery,
    name="list_collections",
)
def collections(request: Request[None]) -> Page[CollectionView]:
    """List the caller's collections, newest first."""
    return stage().saved.collections(request.viewer_id, request.query)


@routes.route(
    "GET",
    "/me/collections/{collection_id}",
    answer=CollectionView,
    name="get_collection",
)
def read_collection(request: Request[None], collection_id: str) -> CollectionView:
    """Show a collection."""
    return stage().saved.read(request.viewer_id, collection_id)


@routes.route(
    "PATCH",
    "/me/collections/{collection_id}",
    body=CollectionChanges,
    answer=CollectionView,
    name="update_collection",
)
def rename_collection(request: Request[CollectionChanges], collection_id: str) -> CollectionView:
    """Rename a collection."""
    return stage().saved.rename(request.viewer_id, collection_id, request.body)


@routes.route("DELETE", "/me/collections/{collection_id}", status=204, name="delete_collection")
def delete_collection(request: Request[None], collection_id: str) -> None:
    """Delete a collection. Its posts stay saved."""
    stage().saved.delete(request.viewer_id, collection_id)
