"""Deploys the page of a stage: its parameters in the stack, and its files in their bucket."""

from datetime import UTC, datetime

from infra.deploy.context import Context
from infra.deploy.release import known_url, read_record
from infra.page.origins import PAGE_URL, origin_of
from infra.page.release import PageBucket, configuration

NONE = 'none: the stage\'s parameter Page is "false"'


def page_parameters(context: Context) -> dict[str, str]:
    """Give the page's parameters of infra/resources.yaml, once the stage has its outputs."""
    media = context.stage.media_base_url
    api = known_url(read_record(context))
    return {
        "Page": "true",
        "ApiOrigin": origin_of(api) if api is not None else "",
        "MediaOrigin": origin_of(media) if media is not None else "",
    }


def put_page(context: Context, api: str) -> str:
    """Put the page's files; `api` is where they find the API."""
    url = context.outputs[PAGE_URL]
    config = configuration(api, origin_of(context.environment()["MEDIA_BASE_URL"]))
    bucket = PageBucket(context.client("s3"), context.outputs["PageBucket"])
    count = bucket.release(config, datetime.now(UTC))
    return f"put {count} files, {url}"
