"""Media keys change while URLs signed with the old one are still in use, and every picture
opens.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.aws import signing_keys
from functions.aws.signing_keys import KEYS_KEPT_SECONDS
from functions.clock import epoch_seconds
from functions.errors import Invalid
from functions.http.cursors import Cursors
from functions.media.urls import MediaUrls, signer_of
from infra.local.signed_urls import SignedUrls
from infra.media_keys import (
    SPREAD_SECONDS,
    NotYetError,
    longest_url_seconds,
    new_pair,
    rotate,
    trusted,
)
from infra.rotate_keys import SigningSecret, StackKeyGroup
from tests.fakes.clock import SetClock
from tests.integration.people import publish, upload

WINDOW = 3600
CDN = "https://cdn.test"


def at_once():
    """Give the local stack's CDN one edge."""


class Group:
    """A key group that the local CDN follows at once."""

    def __init__(self, urls, name="local"):
        self._urls, self._name = urls, name

    def trust(self, public_keys):
        ids = {slot: self._name if slot == "A" else f"{self._name}-b" for slot in public_keys}
        self._urls.trust({ids[slot]: pem for slot, pem in public_keys.items()})
        return ids


class FarGroup(Group):
    """A key group whose edges learn of a new key as late as possible, and of a removed key at
    once.
    """

    def __init__(self, urls, clock, first):
        super().__init__(urls)
        self._clock, self._told = clock, first
        self._since = dict.fromkeys(first.values(), clock() - timedelta(seconds=SPREAD_SECONDS))

    def trust(self, public_keys):
        ids = {slot: "local" if slot == "A" else "local-b" for slot in public_keys}
        self._told = {ids[slot]: pem for slot, pem in public_keys.items()}
        for pem in self._told.values():
            self._since.setdefault(pem, self._clock())
        return ids

    def arrive(self):
        late = self._clock() - timedelta(seconds=SPREAD_SECONDS)
        self._urls.trust({k: pem for k, pem in self._told.items() if self._since[pem] <= late})


def first_content():
    private, public = new_pair()
    return {
        "cursor_key": "c",
        "media_key_id": "local",
        "media_private_key": private,
        "media_slot": "A",
        "media_public_key_a": public,
        "media_public_key_b": "",
    }


class Stage:
    """A secret, a CDN and several warm processes, with a clock of their own."""

    def __init__(self):
        self.clock = SetClock()
        self.content = first_content()
        self.cdn = SignedUrls({"local": self.content["media_public_key_a"]})
        self.group = FarGroup(self.cdn, self.clock, {"local": self.content["media_public_key_a"]})
        self.dies = []
        self.processes = [self._process(KEYS_KEPT_SECONDS) for _ in range(2)]
        self.cold = self._process(0)
        self.handed_out = []

    def _process(self, kept):
        held = {}

        def signer():
            now = epoch_seconds(self.clock())
            if not held or now - held["at"] >= kept:
                held.update(at=now, content=self.content)
            keys = held["content"]
            return keys["media_key_id"], signer_of(keys["media_private_key"])

        return MediaUrls(CDN, WINDOW, timedelta(days=1), signer, self.clock)

    def write(self, content):
        if self.dies and self.dies.pop():
            raise ConnectionError
        self.content = content

    def rotate(self):
        told = rotate(
            lambda: self.content,
            self.write,
            self.group,
            lambda: epoch_seconds(self.clock()),
            self.spread,
            WINDOW,
        )
        self.show(self.cold, "ada")
        self.check()
        return told

    def spread(self):
        self.show(self.cold, "ada")
        self.check()
        self.clock.move(seconds=SPREAD_SECONDS)

    def show(self, urls, owner):
        self.handed_out.append((urls.full("post", owner, "m"), urls._ends(owner)))

    def opens(self, url):
        self.group.arrive()
        parts = urlsplit(url)
        bare = f"{parts.scheme}://{parts.netloc}{parts.path}"
        return self.cdn.allows(bare, dict(parse_qsl(parts.query)), self.clock().timestamp())

    def check(self):
        now = self.clock().timestamp()
        for url, ends in self.handed_out:
            assert self.opens(url) == (now < ends)


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("show"), st.integers(0, 1), st.sampled_from(["ada", "bob"])),
        st.tuples(st.just("pass"), st.sampled_from([KEYS_KEPT_SECONDS - 1, WINDOW // 2, WINDOW])),
        st.tuples(st.just("rotate"), st.sampled_from([[], [], [True], [False, True]])),
    ),
    min_size=8,
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(ACTS)
def test_every_url_opens_until_its_end_whenever_keys_are_changed_and_whatever_dies(acts):
    stage = Stage()
    for act, *given_ in acts:
        match act:
            case "show":
                stage.show(stage.processes[given_[0]], given_[1])
            case "pass":
                stage.clock.move(seconds=given_[0])
            case "rotate":
                stage.dies = list(given_[0])
                with suppress(NotYetError, ConnectionError):
                    stage.rotate()
        stage.check()


def test_a_rotation_ends_when_the_last_url_of_the_former_key_has():
    stage = Stage()
    stage.show(stage.processes[0], "ada")
    [(first, _)] = stage.handed_out
    assert "slot B" in stage.rotate()
    with pytest.raises(NotYetError) as early:
        stage.rotate()
    longest = longest_url_seconds(WINDOW)
    assert early.value.until == epoch_seconds(stage.clock()) + longest
    ends = datetime.fromtimestamp(early.value.until, UTC)
    assert str(early.value).endswith(f"until {ends:%Y-%m-%d %H:%M:%S} UTC")
    stage.clock.move(seconds=longest)
    assert "slot A is gone" in stage.rotate()
    assert set(trusted(stage.content)) == {"B"}
    assert not stage.opens(first)
    stage.show(stage.processes[0], "ada")
    assert "Key-Pair-Id=local-b" in stage.handed_out[-1][0]
    stage.check()
    stage.rotate()
    assert stage.content["media_slot"] == "A"


def test_pictures_stay_open_through_a_rotation_on_the_local_stack(stack):
    ada = stack.person("ada")
    media_id = upload(stack, ada)
    stack.settle()
    before = publish(stack, ada, media_id)["media"][0]["url"]
    secret = SigningSecret(
        boto3.client("secretsmanager"), stack.stage.environment["SIGNING_SECRET_ID"]
    )
    held, urls = secret.read(), stack._front.signed_urls
    try:
        told = rotate(secret.read, secret.write, Group(urls), lambda: 0, at_once, 86_400)
        assert "slot B" in told
        signing_keys._fetched.cache_clear()
        bob = stack.person("bob")
        media_id = upload(stack, bob)
        stack.settle()
        after = publish(stack, bob, media_id)["media"][0]["url"]
        assert "Key-Pair-Id=local-b" in after
        assert [stack.call("GET", url).status for url in (before, after)] == [200, 200]
        rotate(secret.read, secret.write, Group(urls), lambda: 10**10, at_once, 86_400)
        assert [stack.call("GET", url).status for url in (before, after)] == [403, 200]
    finally:
        secret.write(held)
        urls.trust({"local": held["media_public_key_a"]})
        signing_keys._fetched.cache_clear()
        from functions.stage import stage as served

        served().media_urls._remembered.clear()


class Cloudformation:
    """A stack with the two slots."""

    def __init__(self):
        self.parameters = {"Prefix": "p", "MediaPublicKeyA": "old", "MediaPublicKeyB": ""}
        self.waited = 0

    def describe_stacks(self, StackName):  # noqa: N803 - the API's own
        filled = [s for s in "AB" if self.parameters[f"MediaPublicKey{s}"]]
        outputs = [{"OutputKey": f"MediaKeyId{s}", "OutputValue": f"K{s}"} for s in filled]
        names = [{"ParameterKey": key} for key in self.parameters]
        return {"Stacks": [{"Parameters": names, "Outputs": outputs}]}

    def update_stack(self, Parameters, Capabilities, **_):  # noqa: N803 - the API's own
        assert set(Capabilities) == {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"}, "it may be SAM's"
        new = {p["ParameterKey"]: p["ParameterValue"] for p in Parameters if "ParameterValue" in p}
        if new.items() <= self.parameters.items():
            told = {
                "Error": {"Code": "ValidationError", "Message": "No updates are to be performed."}
            }
            raise ClientError(told, "UpdateStack")
        self.parameters |= new

    def get_waiter(self, _):
        return self

    def wait(self, StackName):  # noqa: N803 - the API's own
        self.waited += 1


def test_the_slots_of_a_stage_are_its_stacks_parameters():
    cloudformation = Cloudformation()
    group = StackKeyGroup(cloudformation, "stack")
    assert group.trust({"A": "old"}) == {"A": "KA"}
    assert cloudformation.waited == 0
    assert group.trust({"A": "old", "B": "new"}) == {"A": "KA", "B": "KB"}
    assert group.trust({"B": "new"}) == {"B": "KB"}
    assert cloudformation.parameters["MediaPublicKeyA"] == ""
    assert cloudformation.parameters["Prefix"] == "p"
    assert cloudformation.waited == 2


def test_warm_processes_ask_for_the_keys_anew_after_a_named_time(stage, monkeypatch):
    moment = [0.0]
    monkeypatch.setattr(signing_keys.time, "monotonic", lambda: moment[0])
    client = boto3.client("secretsmanager")
    secret = SigningSecret(client, stage.environment["SIGNING_SECRET_ID"])
    held = secret.read()
    signing_keys._fetched.cache_clear()
    first = signing_keys.signing_keys()
    try:
        secret.write({**held, "media_key_id": "another"})
        moment[0] = KEYS_KEPT_SECONDS - 1.0
        assert signing_keys.signing_keys() == first
        moment[0] = float(KEYS_KEPT_SECONDS)
        assert signing_keys.signing_keys().media_key_id == "another"
    finally:
        secret.write(held)
        signing_keys._fetched.cache_clear()
    assert json.loads(json.dumps(held))["media_slot"] == "A"
    assert timedelta(seconds=KEYS_KEPT_SECONDS) < timedelta(hours=1)


def test_every_process_opens_the_cursors_of_every_other_through_a_rotation():
    """A warm process may have the keys from before the last change."""
    contents = [first_content()]
    group = Group(SignedUrls({}))

    def run(now):
        rotate(lambda: contents[-1], contents.append, group, lambda: now, lambda: None, WINDOW)

    run(1000)
    run(1000 + longest_url_seconds(WINDOW))
    lists = [
        Cursors(lambda content=content: _keys(content).cursor_keys).of("ada", "a list")
        for content in contents
    ]
    first, begun, switched, ended = lists
    for older, newer in ((first, begun), (begun, switched), (switched, ended)):
        assert newer.open(older.seal("x"), str) == older.open(newer.seal("x"), str) == "x"
    with pytest.raises(Invalid):
        ended.open(first.seal("x"), str)
    assert len({_keys(content).cursor_key for content in contents}) == 2
    # Hashes stay the same, also on a stage that had no key of their own.
    assert {_keys(content).digest_key or content["cursor_key"] for content in contents} == {"c"}


def _keys(content):
    return msgspec.json.decode(json.dumps(content), type=signing_keys.SigningKeys)
