"""The contract of `functions.media.ports.Originals`."""

from uuid import uuid4


def test_an_original_is_got_as_put(originals):
    key = f"owner/{uuid4().hex}"
    originals.put(key, "image/png", b"\x89PNG")
    assert originals.get(key, None).data == b"\x89PNG"


def test_there_is_no_original_before_one_is_put(originals):
    assert originals.get(f"owner/{uuid4().hex}", None) is None


def test_a_form_names_its_key_and_type(originals):
    form = originals.form("owner/media", "image/heic")
    assert form.fields["key"] == "owner/media"
    assert form.fields["Content-Type"] == "image/heic"
    assert form.url


def test_an_original_is_told_from_another_under_its_key(originals):
    key = f"owner/{uuid4().hex}"
    originals.put(key, "image/png", b"the first")
    first = originals.get(key, None)
    assert originals.get(key, first.etag) == first
    originals.put(key, "image/png", b"another")
    assert originals.get(key, first.etag) is None
    assert not originals.exists(key, first.etag)
    assert originals.exists(key, None)
    originals.delete(key)
    assert not originals.exists(key, None)


def test_originals_are_listed_and_deleted_by_what_they_begin_with(originals):
    owner = uuid4().hex
    for name in ("a", "b"):
        originals.put(f"{owner}/{name}", "image/png", b"x")
    originals.put(f"{owner}x/a", "image/png", b"x")
    assert sorted(originals.keys(f"{owner}/")) == [f"{owner}/a", f"{owner}/b"]
    originals.delete_all(originals.keys(f"{owner}/"))
    originals.delete_all([])
    assert originals.keys(f"{owner}/") == []
    assert originals.keys(f"{owner}x/") == [f"{owner}x/a"]
