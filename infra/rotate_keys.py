"""Replaces a stage's keys of media and cursors: `python -m infra.rotate_keys STACK`.

No URL and no cursor breaks. Run it twice. The first run starts to sign with new keys and prints
when to run it again. The second run removes the old keys. STACK is the stage's CloudFormation
stack, whose parameters MediaPublicKeyA and MediaPublicKeyB are the two slots of CloudFront's key
group.
"""

import json
import os
import sys
import time
from typing import Any

from infra.media_keys import SLOTS, SPREAD_SECONDS, Content, NotYetError, rotate
from infra.options import Parser, number
from infra.region import use_aws_region

DAY_SECONDS = 86_400
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
"""Required by the template of `make package`, which creates roles and uses SAM."""
NO_CHANGE = "No updates are to be performed"


class StackKeyGroup:
    """Changes CloudFront's key group by the parameters of its stack."""

    def __init__(self, cloudformation: Any, stack: str) -> None:
        self._cloudformation = cloudformation
        self._stack = stack

    def trust(self, public_keys: dict[str, str]) -> dict[str, str]:
        """Update the stack, wait until CloudFront has the keys, and return their ids by slot."""
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
        """Return the stack's outputs."""
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
        """Return its content."""
        found = self._secrets.get_secret_value(SecretId=self._secret_id)
        content: Content = json.loads(found["SecretString"])
        return content

    def write(self, content: Content) -> None:
        """Replace its content."""
        self._secrets.put_secret_value(SecretId=self._secret_id, SecretString=json.dumps(content))


def main() -> int:
    """Begin, continue or end a rotation. Returns the exit status."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    given = _parser().parse_args()
    use_aws_region(os.environ)

    def spread() -> None:
        seconds = given.spread_seconds
        print(f"the CDN has the new key; signing with it begins in {seconds // 60} minutes")
        time.sleep(seconds)

    try:
        group = StackKeyGroup(boto3.client("cloudformation"), given.stack)
        secret = SigningSecret(boto3.client("secretsmanager"), group.outputs()["SigningSecretId"])
        print(rotate(secret.read, secret.write, group, _now, spread, given.url_seconds))
    except NotYetError as early:
        print(f"fanlight: {early}: run this again then", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"fanlight: {error}\nNothing done so far is lost: run this again", file=sys.stderr)
        return 1
    return 0


def _parser() -> Parser:
    parser = Parser(prog="python -m infra.rotate_keys", description=__doc__)
    parser.add_argument("stack", metavar="STACK", help="the stack's name, such as fanlight-prod")
    parser.add_argument(
        "--url-seconds",
        type=number,
        default=DAY_SECONDS,
        help="the stage's MEDIA_URL_SECONDS, or its STORY_TTL_SECONDS if that is longer",
    )
    parser.add_argument(
        "--spread-seconds",
        type=number,
        default=SPREAD_SECONDS,
        help="how long CloudFront's edges need to learn of a key",
    )
    return parser


def _now() -> int:
    return int(time.time())


if __name__ == "__main__":
    sys.exit(main())
