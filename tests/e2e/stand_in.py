"""Runs ministack with the features that it lacks and Fanlight needs.

It runs under ministack's own Python and patches names of the pinned version. It ends with the
process that started it, however that ends.
"""

import os
import signal
import sys
import threading

from ministack import app
from ministack.core import lambda_runtime
from ministack.services import cloudfront, dynamodb, lambda_svc
from ministack.services.cloudformation import provisioners

from tests.e2e.stand_in_keys import KeyGroups, PublicKeys
from tests.e2e.stand_in_restores import Restores
from tests.e2e.stand_in_windows import WindowedMappings

GRACE_SECONDS = 0.1
"""Idle functions ignore SIGTERM, and ministack deletes them one by one."""


def teach() -> None:
    """Add the CDN's keys, tumbling windows, and the moments of restored tables."""
    lambda_runtime._REAP_GRACE = GRACE_SECONDS
    # The folder is deleted as a whole at the end: file by file it delayed a destroy.
    lambda_runtime.Worker._discard_tmpdir = lambda worker: None
    provisioners._RESOURCE_HANDLERS |= {
        "AWS::CloudFront::PublicKey": PublicKeys(cloudfront).handlers(),
        "AWS::CloudFront::KeyGroup": KeyGroups(cloudfront).handlers(),
    }
    restores = Restores(dynamodb)
    dynamodb._restore_table_to_point_in_time = restores.restore
    dynamodb._table_description = restores.describe
    mappings = WindowedMappings(lambda_svc)
    lambda_svc._update_esm = mappings.update
    lambda_svc._execute_function = mappings.execute
    lambda_svc._poll_dynamodb_streams = mappings.poll


def end_with_parent() -> None:
    """Wait until standard input is closed, which happens when the starting process ends."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    teach()
    threading.Thread(target=end_with_parent, daemon=True).start()
    app.main()
