"""The page's files are put so that no release breaks a page that is open."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from infra.page.files import WEB, content_type, page_files
from infra.page.release import EACH_TIME, FOR_GOOD, KEPT_FOR, PageBucket, configuration

CONFIG = configuration("https://api.example/api/", "https://media.example")


@pytest.fixture
def bucket(stack):
    name = "page-of-a-test"
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name)
    yield name
    for key in keys(name):
        s3.delete_object(Bucket=name, Key=key)
    s3.delete_bucket(Bucket=name)


@pytest.fixture
def web(tmp_path):
    for name, text in {
        "index.html": '<link href="/styles/a.css"><script src="/app/main.js"></script>'
        '<link href="/icons.svg"><a href="/docs">',
        "docs/index.html": '<script src="/app/main.js"></script><a href="/openapi.json">',
        "app/main.js": "one()",
        "styles/a.css": "a {}",
        "icons.svg": "<svg/>",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def keys(bucket):
    found = boto3.client("s3").list_objects_v2(Bucket=bucket).get("Contents", ())
    return {one["Key"] for one in found}


def text(bucket, key):
    return boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()


def release(bucket, web, now=None):
    page = PageBucket(boto3.client("s3"), bucket, web)
    page.release(CONFIG, now or datetime.now(UTC))
    return page.digest


def test_assets_are_kept_for_good_and_documents_asked_for_each_time(bucket, web):
    digest = release(bucket, web)
    assert keys(bucket) == {
        "index.html", "docs/index.html", "config.json", "icons.svg",
        *(f"assets/{digest}/{name}" for name in ("app/main.js", "styles/a.css", "icons.svg")),
    }  # fmt: skip
    for key in keys(bucket):
        found = boto3.client("s3").head_object(Bucket=bucket, Key=key)
        assert found["ContentType"] == content_type(key)
        wanted = FOR_GOOD if key.startswith("assets/") else EACH_TIME
        assert found["CacheControl"] == wanted


def test_a_document_names_the_assets_of_its_release_and_nothing_else_changes(bucket, web):
    digest = release(bucket, web)
    assert text(bucket, "index.html") == (
        f'<link href="/assets/{digest}/styles/a.css">'
        f'<script src="/assets/{digest}/app/main.js"></script>'
        '<link href="/icons.svg"><a href="/docs">'
    )
    assert '<a href="/openapi.json">' in text(bucket, "docs/index.html")


def test_the_configuration_names_the_api_and_the_media_and_no_login(bucket, web):
    release(bucket, web)
    assert json.loads(text(bucket, "config.json")) == {
        "api": "https://api.example/api",
        "demo_login": None,
        "media": "https://media.example",
    }


def test_the_same_page_has_the_same_names_and_a_changed_one_others(bucket, web):
    first = release(bucket, web)
    assert release(bucket, web) == first
    (web / "app" / "main.js").write_text("two()")
    assert release(bucket, web) != first


def test_a_replaced_release_stays_for_a_week_from_its_replacement(bucket, web):
    first = release(bucket, web)
    (web / "app" / "main.js").write_text("two()")
    second = release(bucket, web)
    assert f"assets/{first}/app/main.js" in keys(bucket)
    now = datetime.now(UTC)
    release(bucket, web, now + KEPT_FOR - timedelta(minutes=1))
    assert f"assets/{first}/app/main.js" in keys(bucket)
    release(bucket, web, now + KEPT_FOR + timedelta(minutes=1))
    assert not [key for key in keys(bucket) if first in key]
    assert f"assets/{second}/app/main.js" in keys(bucket)


def test_a_release_that_comes_back_begins_its_week_anew(bucket, web):
    first = release(bucket, web)
    (web / "app" / "main.js").write_text("two()")
    second = release(bucket, web)
    (web / "app" / "main.js").write_text("one()")
    assert release(bucket, web, datetime.now(UTC) + timedelta(days=30)) == first
    assert f"assets/{first}/app/main.js" in keys(bucket)
    replaced = {key for key in keys(bucket) if key.startswith("replaced/")}
    assert replaced == {f"replaced/{second}"}


def test_the_real_page_is_put_whole(bucket):
    digest = release(bucket, WEB)
    documents = {name for name in page_files() if name.endswith(".html")}
    assets = {f"assets/{digest}/{name}" for name in set(page_files()) - documents}
    assert documents | assets <= keys(bucket)
