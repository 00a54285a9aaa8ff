"""Other errors are not mistaken for a failed condition: they are raised."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException

from functions.accounts.domain import User
from functions.accounts.storage import UserRow, UserTable
from functions.media.storage import MediaRow, MediaTable
from functions.media.storage_s3 import UploadsBucket
from functions.posts.storage import PostRow, PostTable
from tests.fakes.clock import SetClock
from tests.fakes.pictures import CORRUPT, media

CLOCK = SetClock()
DAY = timedelta(days=1)
USER = User(
    user_id="u1",
    username="u1",
    display_name="u1",
    created_at=CLOCK(),
    last_active=CLOCK().date(),
)


@pytest.mark.parametrize(
    ("row", "write"),
    [
        (UserRow, lambda: UserTable().create(USER)),
        (UserRow, lambda: UserTable().update("u1", {"bio": "x"})),
        (MediaRow, lambda: MediaTable(CLOCK, DAY).create(media("m1", "u1"), CLOCK())),
        (MediaRow, lambda: MediaTable(CLOCK, DAY).settle(media("m1", "u1"), CORRUPT)),
        (PostRow, lambda: PostTable().fail("p1")),
    ],
    ids=["create user", "update user", "create media", "settle media", "fail post"],
)
def test_a_table_that_is_not_there_is_an_error(stage, monkeypatch, row, write):
    row._get_connection()  # first, or the table would not use the shared connection
    monkeypatch.setattr(row.Meta, "table_name", "no-such-table")
    monkeypatch.setattr(row, "_connection", None)
    with pytest.raises(PynamoDBException) as failed:
        write()
    assert failed.value.cause_response_code == "ResourceNotFoundException"


def test_a_bucket_that_is_not_there_is_an_error(stage):
    with pytest.raises(ClientError, match="NoSuchBucket"):
        UploadsBucket("no-such-bucket").get("key", None)
