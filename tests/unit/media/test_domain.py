"""Where originals and renditions lie."""

from functions.media.domain import media_id_of, rendition_key, upload_key


def test_an_originals_key_names_its_media():
    assert media_id_of(upload_key("ada", "m1")) == "m1"


def test_a_renditions_key_begins_with_its_kind_and_owner():
    assert rendition_key("post", "ada", "m1", "full") == "posts/ada/m1/full.webp"
    assert rendition_key("story", "ada", "m1", "full") == "stories/ada/m1/full.webp"
    assert rendition_key("post", "ada", "m1", "og", "image/jpeg") == "posts/ada/m1/og.jpg"
