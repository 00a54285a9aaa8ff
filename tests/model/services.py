"""The answers that both stages give in the same way: through the services."""

from abc import ABC, abstractmethod

from functions.accounts.service import Accounts
from functions.posts.service import Posts
from functions.social.domain import Edge
from functions.social.service import Social


class ServicesStage(ABC):
    """A stage that is asked through its services; see `tests.model.stage.Stage`."""

    def __init__(self, accounts: Accounts, social: Social, posts: Posts) -> None:
        self._accounts = accounts
        self._social = social
        self._posts = posts

    @abstractmethod
    def greet(self, viewer: str) -> None: ...

    def accept(self, followee: str, follower: str) -> None:
        self.greet(followee)
        if edge := self._edge(follower, followee):
            self._social.follows.accept(edge, self._accounts.get(followee))

    def published_id(self, post_id: str) -> str | None:
        post = self._posts.store.get(post_id)
        return post and post.published_id

    def is_pulled(self, author: str) -> bool:
        return self._accounts.get(author).band == "pulled"

    def follows(self, follower: str, followee: str) -> bool:
        edge = self._edge(follower, followee)
        return edge is not None and edge.accepted

    def pulls(self, follower: str, followee: str) -> bool:
        edge = self._edge(follower, followee)
        return edge is not None and edge.pulled_epoch is not None

    def _edge(self, follower: str, followee: str) -> Edge | None:
        return self._social.follows.get(follower, followee)
