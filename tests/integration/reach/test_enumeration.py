"""Every object, tried with every signature that each viewer is given.

The rule: a signature opens exactly the things that its holder may see now, or saw published.
"""

import re
import time
from urllib.parse import parse_qsl

import pytest

from functions.config import settings
from tests.integration.reach.scene import FIRST, SECOND, answers, begin, go_on, objects

SIGNED = re.compile(rb"/cdn/[^\"\s?]*\?(Policy=[^\"\s]+)")


class Enumeration:
    """The signatures that each viewer was given at each moment, and the objects that there were."""

    def __init__(self, stack):
        self.scene, self.keys, self.given = begin(stack), set(), {}
        self.look(FIRST)
        go_on(self.scene)
        self.look(SECOND)
        self._allows = stack._front.signed_urls.allows
        self._known = {}

    def look(self, moment):
        self.keys |= objects(self.scene)
        for who, viewer in {**self.scene.viewers, "author": self.scene.ada}.items():
            text = b"\n".join(answers(self.scene, viewer))
            found = {one.decode().replace("\\u0026", "&") for one in SIGNED.findall(text)}
            self.given[who, moment] = found

    def opened(self, who, moment):
        """Return the keys that a viewer's signatures of a moment open; previews left out."""
        keys = set().union(*map(self._opens, self.given[who, moment]))
        return {key for key in keys if not key.startswith("previews/")}

    def _opens(self, query):
        if query not in self._known:
            parameters, now = dict(parse_qsl(query)), time.time()
            base = settings().media_base_url
            self._known[query] = {
                key for key in self.keys if self._allows(f"{base}/{key}", parameters, now)
            }
        return self._known[query]

    def within(self, places):
        return {key for key in self.keys if any(key.startswith(place) for place in places)}


@pytest.fixture(scope="module")
def tried(stack):
    return Enumeration(stack)


VIEWERS = ("follower", "removed", "stranger", "blocked")


@pytest.mark.parametrize("moment", [FIRST, SECOND])
@pytest.mark.parametrize("who", VIEWERS)
def test_a_viewers_signatures_open_exactly_the_things_that_the_viewer_may_see(tried, who, moment):
    allowed = tried.within(tried.scene.may_see(who, moment))
    assert tried.opened(who, moment) == allowed


@pytest.mark.parametrize("moment", [FIRST, SECOND])
def test_an_authors_signatures_open_the_authors_own_things(tried, moment):
    scene = tried.scene
    opened = tried.opened("author", moment)
    assert all(f"/{scene.ada.user_id}/" in key for key in opened)
    shown = set().union(*(scene.may_see(who, moment) for who in VIEWERS))
    originals = {scene.original(name) for name in ("shown", "alone", "face")}
    assert opened >= tried.within({*shown, *originals, scene.look("alone")})


def test_the_scene_has_what_must_stay_closed(tried):
    """The pictures that were never published, or never in this look, are there to be tried."""
    scene = tried.scene
    closed = [scene.look(name) for name in ("alone", "face", "other", "filtered")]
    closed += [f"originals/always/{scene.ada.user_id}/", f"exports/{scene.ada.user_id}/"]
    for place in closed:
        assert tried.within({place}), place
        assert not any(
            tried.within({place}) & tried.opened(who, moment)
            for who in VIEWERS
            for moment in (FIRST, SECOND)
        ), place


def test_every_object_is_tried_with_every_signature(tried, pytestconfig):
    queries = set().union(*tried.given.values())
    for who, moment in tried.given:
        tried.opened(who, moment)
    size = f"{len(tried.keys)} objects x {len(queries)} signatures"
    pytestconfig.get_terminal_writer().line(size)
    assert set(tried._known) == queries
    assert len(tried.keys) >= 80
    assert len(queries) >= 20
