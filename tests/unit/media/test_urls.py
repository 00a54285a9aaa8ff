"""Signed media URLs: equal for all within a window, and opening what they should alone."""

import base64
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from functions.media import urls as urls_module
from functions.media.urls import DOWNLOAD_SECONDS, MediaUrls, signer_of
from tests.fakes.clock import SetClock
from tests.fakes.pictures import picture

WINDOW = 3600
CDN = "https://cdn.test"
STORY_TTL = timedelta(hours=24)


class Signatures:
    """Signs, and counts."""

    def __init__(self):
        self.made = 0

    def __call__(self, message):
        self.made += 1
        return b"signed " + message


@pytest.fixture
def signatures():
    return Signatures()


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def urls(signatures, clock):
    return MediaUrls(CDN, WINDOW, STORY_TTL, lambda: ("key-1", signatures), clock)


def policy_of(url):
    """The one statement that a URL is signed for: (resource, end in epoch seconds)."""
    query = parse_qs(urlsplit(url).query)
    assert query["Key-Pair-Id"] == ["key-1"]
    decoded = base64.b64decode(query["Policy"][0].translate(str.maketrans("-_~", "+=/")))
    signed = base64.b64decode(query["Signature"][0].translate(str.maketrans("-_~", "+=/")))
    assert signed == b"signed " + decoded
    [statement] = json.loads(decoded)["Statement"]
    return statement["Resource"], statement["Condition"]["DateLessThan"]["AWS:EpochTime"]


def test_the_renditions_of_a_picture_share_one_signature(urls, signatures):
    shown = urls.renditions(picture("m1", "ada"))
    links = [view.url for view in shown.values()]
    assert {policy_of(link)[0] for link in links} == {f"{CDN}/posts/ada/m1/plain/*"}
    assert signatures.made == 1
    assert set(shown) == {"thumbnail", "small", "medium", "full"}
    assert (shown["small"].width, shown["small"].bytes) == (320, 3200)
    assert shown["full"].url == urls.full("post", "ada", "m1")


def test_a_signature_for_posts_opens_no_story_and_no_other_author(urls):
    assert policy_of(urls.full("story", "ada", "m1"))[0] == f"{CDN}/stories/ada/m1/plain/*"
    assert policy_of(urls.full("post", "bob", "m1"))[0] == f"{CDN}/posts/bob/m1/plain/*"
    assert urls.full("story", "ada", "m1").startswith(f"{CDN}/stories/ada/m1/plain/full.webp?")


def test_a_storys_signature_opens_that_story_alone_and_ends_with_it(urls, clock):
    until = clock() + timedelta(hours=5)
    shown = urls.renditions(picture("m1", "ada", "story"), until=until)
    links = [view.url for view in shown.values()]
    links.append(urls.full("story", "ada", "m1", until=until))
    assert {policy_of(link) for link in links} == {
        (f"{CDN}/stories/ada/m1/plain/*", int(until.timestamp()))
    }


@given(st.integers(0, 10**6), st.sampled_from([1, 5, 3600, 86_400]))
def test_a_signature_given_before_a_story_begins_never_outlives_it(seconds, shown):
    clock = SetClock()
    clock.move(seconds=seconds)
    signer = ("key-1", Signatures())
    urls = MediaUrls(CDN, WINDOW, timedelta(seconds=shown), lambda: signer, clock)
    left = policy_of(urls.full("story", "ada", "m1"))[1] - clock().timestamp()
    assert shown - max(1, shown // 24) < left <= shown


def test_a_signature_opens_one_look_of_a_picture(urls):
    dawn = replace(picture("m1", "ada"), filter="dawn", folder="dawn.50.0")
    links = [view.url for view in urls.renditions(dawn).values()]
    assert {policy_of(link)[0] for link in links} == {f"{CDN}/posts/ada/m1/dawn.50.0/*"}


def test_an_avatars_signature_opens_that_avatar_alone(urls):
    url = urls.avatar("ada", "a1", 150)
    assert policy_of(url)[0] == policy_of(urls.avatar("ada", "a1", 320))[0]
    assert policy_of(url)[0] == f"{CDN}/avatars/ada/a1/*"
    assert url.startswith(f"{CDN}/avatars/ada/a1/150.webp?")


def test_a_download_opens_one_object_for_a_quarter_of_an_hour(urls, clock):
    resource, ends = policy_of(urls.download("originals/always/ada/m1"))
    assert resource == f"{CDN}/originals/always/ada/m1"
    now = int(clock().timestamp())
    assert now + 840 <= ends <= now + 900 == now + DOWNLOAD_SECONDS
    clock.move(seconds=59)
    assert policy_of(urls.download("originals/always/ada/m1"))[1] <= now + 59 + DOWNLOAD_SECONDS
    assert urls._remembered == {}


class TestEarlierReleases:
    """Their renditions lie beside the folders of filters."""

    def test_a_picture_without_a_folder_has_a_signature_for_each_rendition(self, urls):
        old = replace(picture("m1", "ada"), folder=None)
        for name, view in urls.renditions(old).items():
            assert policy_of(view.url)[0] == f"{CDN}/posts/ada/m1/{name}.webp"

    def test_a_filter_had_a_folder_there_too(self, urls):
        old = replace(picture("m1", "ada"), filter="dawn", folder=None)
        for view in urls.renditions(old).values():
            assert policy_of(view.url)[0] == f"{CDN}/posts/ada/m1/dawn/*"

    def test_an_avatar_was_a_pictures_thumbnail(self, urls):
        url = urls.thumbnail("ada", "m1")
        assert policy_of(url)[0] == f"{CDN}/posts/ada/m1/thumbnail.webp"
        assert url.startswith(f"{CDN}/posts/ada/m1/thumbnail.webp?")


def test_every_viewer_and_process_is_given_the_same_url(urls, clock):
    other = MediaUrls(CDN, WINDOW, STORY_TTL, lambda: ("key-1", Signatures()), clock)
    assert other.full("post", "ada", "m1") == urls.full("post", "ada", "m1")


@given(st.integers(0, 10**6), st.text(st.sampled_from("abcdef0123456789-"), min_size=1))
def test_a_url_holds_for_one_to_two_windows_and_then_changes(seconds, owner):
    clock = SetClock()
    clock.move(seconds=seconds)
    urls = MediaUrls(CDN, WINDOW, STORY_TTL, lambda: ("key-1", Signatures()), clock)
    url = urls.full("post", owner, "m1")
    ends = policy_of(url)[1]
    left = ends - clock().timestamp()
    assert WINDOW < left <= 2 * WINDOW
    clock.move(seconds=left - WINDOW - 1)
    assert urls.full("post", owner, "m1") == url
    clock.move(seconds=1)
    assert urls.full("post", owner, "m1") != url


def test_the_windows_of_different_authors_begin_at_different_moments(urls):
    ends = {policy_of(urls.full("post", f"author-{i}", "m"))[1] % WINDOW for i in range(50)}
    assert len(ends) > 40


def test_signatures_are_remembered_but_not_without_end(urls, signatures, monkeypatch):
    monkeypatch.setattr(urls_module, "REMEMBERED", 10)
    for _ in range(2):
        for number in range(25):
            urls.full("post", f"author-{number}", "m1")
        assert len(urls._remembered) <= 10
    assert signatures.made == 50
    urls.full("post", "author-24", "m1")
    assert signatures.made == 50


def test_the_key_is_asked_for_with_the_first_url_alone():
    def never():
        raise AssertionError

    MediaUrls(CDN, WINDOW, STORY_TTL, never, lambda: SetClock()() + timedelta(days=1))


def test_the_stages_own_signatures_are_cloudfronts_and_the_same_in_every_process(stage):
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    from functions.aws.signing_keys import signing_keys

    private = signing_keys().media_private_key
    signature = signer_of(private)(b"a policy")
    public = load_pem_public_key(stage.media_public_key.encode())
    public.verify(signature, b"a policy", ECDSA(SHA1()))  # noqa: S303 - CloudFront's own
    assert signer_of.__wrapped__(private)(b"a policy") == signature


def test_an_rsa_key_signs_too():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA1

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    signature = signer_of(pem.decode())(b"a policy")
    key.public_key().verify(signature, b"a policy", PKCS1v15(), SHA1())  # noqa: S303


def test_a_key_of_another_kind_is_refused():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with pytest.raises(TypeError):
        signer_of(pem.decode())
