"""`python -m infra.rotate_keys STACK`: changes a stage's media key without a broken picture.

Run it twice: the first run signs with a new key, the second, when it says so, takes the old one
away. STACK is the CloudFormation stack of infra/resources.yaml, whose parameters MediaPublicKeyA
and MediaPublicKeyB are the two slots of CloudFront's key group.
"""

import argparse
import json
import os
import sys
import time
from typing import Any

from infra.media_keys import SLOTS, SPREAD_SECONDS, Content, NotYetError, rotate
from infra.region import heed_region

DAY_SECONDS = 86_400
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
"""What the template of `make package` asks for: it makes roles, and is written in SAM."""
NO_CHANGE = "No updates are to be performed"


class StackKeyGroup:
    """CloudFront's key group, through the parameters of its stack."""

    def __init__(self, cloudformation: Any, stack: str) -> None:
        self._cloudformation = cloudformation
        self._stack = stack

    def trust(self, public_keys: dict[str, str]) -> dict[str, str]:
        """Update the stack, and wait until CloudFront has what it says."""
        from botocore.exceptions import ClientError

        given = {f"MediaPublicKey{slot}": public_keys.get(slot, "") for slot in SLOTS}
        kept = {one["ParameterKey"] for one in self._described()["Parameters"]} - given.keys()
        try:
            self._cloudformation.update_stack(
                StackName=self._stack,
                UsePreviousTemplate=True,
                Capabilities=CAPABILITIES,
                Parameters=[
                    *({"ParameterKey": k, "ParameterValue": v} for k, v in given.items()),
                    *({"ParameterKey": k, "UsePreviousValue": True} for k in sorted(kept)),
                ],
            )
        except ClientError as error:
            if NO_CHANGE not in error.response["Error"]["Message"]:
                raise
        else:
            waiter = self._cloudformation.get_waiter("stack_update_complete")
            waiter.wait(StackName=self._stack)
        outputs = self.outputs()
        return {slot: outputs[f"MediaKeyId{slot}"] for slot in public_keys}

    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        described = self._described()["Outputs"]
        return {one["OutputKey"]: one["OutputValue"] for one in described}

    def _described(self) -> dict[str, Any]:
        found = self._cloudformation.describe_stacks(StackName=self._stack)
        described: dict[str, Any] = found["Stacks"][0]
        return described


class SigningSecret:
    """The signing secret of a stage."""

    def __init__(self, secrets: Any, secret_id: str) -> None:
        self._secrets = secrets
        self._secret_id = secret_id

    def read(self) -> Content:
        """What it holds."""
        found = self._secrets.get_secret_value(SecretId=self._secret_id)
        content: Content = json.loads(found["SecretString"])
        return content

    def write(self, content: Content) -> None:
        """Put what it shall hold."""
        self._secrets.put_secret_value(SecretId=self._secret_id, SecretString=json.dumps(content))


def main() -> int:
    """Do what is due. Gives the exit status."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stack")
    parser.add_argument(
        "--url-seconds",
        type=int,
        default=DAY_SECONDS,
        help="the stage's MEDIA_URL_SECONDS, or STORY_TTL_SECONDS if that is more",
    )
    parser.add_argument(
        "--spread-seconds",
        type=int,
        default=SPREAD_SECONDS,
        help="how long the CDN's edges take to hear of a key",
    )
    given = parser.parse_args()
    heed_region(os.environ)
    group = StackKeyGroup(boto3.client("cloudformation"), given.stack)
    secret = SigningSecret(boto3.client("secretsmanager"), group.outputs()["SigningSecretId"])

    def spread() -> None:
        seconds = given.spread_seconds
        print(f"the CDN is told of the new key; it is signed with in {seconds // 60} minutes")
        time.sleep(seconds)

    try:
        print(rotate(secret.read, secret.write, group, _now, spread, given.url_seconds))
    except NotYetError as early:
        print(f"{early}, {time.ctime(early.until)}: run this again then", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"fanlight: {error}\nWhat is done is kept: run this again", file=sys.stderr)
        return 1
    return 0


def _now() -> int:
    return int(time.time())


if __name__ == "__main__":
    sys.exit(main())
