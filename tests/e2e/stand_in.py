"""ministack, with what it lacks and Fanlight needs; run by ministack's own Python, at its pinned
version, into whose names it reaches. It ends with whoever has started it, however that ends."""

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
"""Idle functions take no notice of SIGTERM, and ministack deletes them one by one."""


def teach() -> None:
    """Add the CDN's keys, tumbling windows, and the moments of restored tables."""
    lambda_runtime._REAP_GRACE = GRACE_SECONDS
    # What a function had unpacked goes when all has ended: file by file, it held up a destroy.
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
    """Wait until standard input ends, which it does with the process at its other end."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    teach()
    threading.Thread(target=end_with_parent, daemon=True).start()
    app.main()
