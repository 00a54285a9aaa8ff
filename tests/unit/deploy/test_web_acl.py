"""`WebAclRate` puts a web ACL before the API and the user pool. Without it there is none."""

from collections import defaultdict

import pytest

from infra.deploy.stage import TEMPLATE, WrongStageError
from infra.deploy.stage_file import read_stage
from infra.local.template import Made, Template

API = "https://a1b2c3.execute-api.eu-central-1.amazonaws.com"


def web_acls(**parameters):
    """Return what the template makes of WAF, by type, as CloudFormation would."""
    found = defaultdict(list)

    def make(kind, properties):
        found[kind].append(properties)
        name = kind.rpartition(":")[2]
        return Made(f"ref-{name}", defaultdict(lambda: f"arn-{name}"))

    given = {"Prefix": "fanlight-prod", "AllowedOrigins": "https://a.example", **parameters}
    Template(TEMPLATE, given, make).apply()
    protected = [one["ResourceArn"] for one in found["AWS::WAFv2::WebACLAssociation"]]
    return found["AWS::WAFv2::WebACL"], protected


def test_a_stage_has_no_web_acl_unless_it_asks_for_one():
    assert web_acls(ApiOrigin=API) == ([], [])


def test_before_the_api_is_made_only_the_pool_is_protected():
    [_], protected = web_acls(WebAclRate="2000")
    assert protected == ["arn-UserPool"]


def test_the_apis_stage_and_the_pool_are_protected():
    [acl], protected = web_acls(WebAclRate="2000", WebAclPoolRate="9000", ApiOrigin=API)
    api = "arn:aws:apigateway:us-east-1::/restapis/a1b2c3/stages/prod"
    assert sorted(protected) == ["arn-UserPool", api]
    rates = {rule["Name"]: rule["Statement"]["RateBasedStatement"] for rule in acl["Rules"]}
    assert {name: rate["Limit"] for name, rate in rates.items()} == {"api": "2000", "pool": "9000"}
    # One rule is for the pool, the other for everything else.
    pool = rates["pool"]["ScopeDownStatement"]
    assert rates["api"]["ScopeDownStatement"] == {"NotStatement": {"Statement": pool}}


@pytest.mark.parametrize("rate", ["9", "-1", "many", "1e4"])
def test_a_rate_that_waf_would_refuse_stops_the_deploy(tmp_path, rate):
    stages = tmp_path / "stages.yaml"
    stages.write_text(f'prod: {{parameters: {{WebAclRate: "{rate}"}}}}')
    with pytest.raises(WrongStageError, match="WebAclRate"):
        read_stage("prod", stages)
