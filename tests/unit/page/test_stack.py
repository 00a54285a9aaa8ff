"""CloudFront serves the page as the local server does: its headers, its routing, its origins."""

import json
import re
import shutil
import subprocess

import pytest

from infra.page.headers import STRICT_TRANSPORT_SECURITY, Origins, page_headers
from tests.unit.page.stack import resolved

API = "https://abc.execute-api.us-east-1.amazonaws.com"
RESOURCES, OUTPUTS = resolved(Page="true", ApiOrigin=API, MediaOrigin="https://media.example")
UPLOADS = next(name for name in RESOURCES if name.endswith("-uploads-123456789012"))
ROUTES = [
    ("/", "/index.html"),
    ("/u/mira", "/index.html"),
    ("/u/mira.o", "/index.html"),
    ("/p/01ABC", "/index.html"),
    ("/stories", "/index.html"),
    ("/assets", "/index.html"),
    ("/assets/", "/index.html"),
    ("/docs", "/docs/index.html"),
    ("/docs/", "/docs/index.html"),
    ("/docs/index.html", "/docs/index.html"),
    ("/index.html", "/index.html"),
    ("/config.json", "/config.json"),
    ("/robots.txt", "/robots.txt"),
    ("/assets/0123/app/main.js", "/assets/0123/app/main.js"),
    ("/assets/0123/gone.js", "/assets/0123/gone.js"),
]


def sent_by_cloudfront() -> dict[str, str]:
    """The headers that the response headers policy adds."""
    made = RESOURCES["AWS::CloudFront::ResponseHeadersPolicy fanlight-t-page"]
    policy = made["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    assert all(one["Override"] for one in security.values())
    custom = policy["CustomHeadersConfig"]["Items"]
    assert all(one["Override"] for one in custom)
    csp = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    seconds = security["StrictTransportSecurity"]["AccessControlMaxAgeSec"]
    return {
        "Content-Security-Policy": re.sub(" +", " ", csp),
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "Strict-Transport-Security": f"max-age={seconds}",
        "X-Content-Type-Options": "nosniff",
        **{one["Header"]: one["Value"] for one in custom},
    }


def test_the_headers_are_those_of_the_local_server_and_strict_transport() -> None:
    bucket = UPLOADS.partition(" ")[2]
    origins = Origins(
        media="https://media.example", api=API, uploads=f"https://{bucket}.s3.amazonaws.com"
    )
    name, value = STRICT_TRANSPORT_SECURITY
    assert sent_by_cloudfront() == {**page_headers(origins), name: value}


def routing() -> str:
    code: str = RESOURCES["AWS::CloudFront::Function fanlight-t-page"]["FunctionCode"]
    return code


@pytest.mark.parametrize(("path", "wanted"), ROUTES)
def test_a_path_without_a_file_is_a_view(path: str, wanted: str) -> None:
    """By the function's own patterns, which mean the same in Python."""
    patterns = re.findall(r"/(\^.*\$)/\.test", routing())
    docs, file = (re.compile(pattern.replace(r"\/", "/")) for pattern in patterns)
    routed = "/docs/index.html" if docs.match(path) else path if file.match(path) else "/index.html"
    assert routed == wanted


@pytest.mark.skipif(not shutil.which("node"), reason="no Node here, which runs the function itself")
def test_the_function_routes_so() -> None:
    run = "for (const [path] of ROUTES) console.log(handler({request: {uri: path}}).uri);"
    script = f"const ROUTES = {json.dumps(ROUTES)};\n{routing()}\n{run}"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [wanted for _, wanted in ROUTES]


def test_the_pages_origin_may_send_upload_forms() -> None:
    rules = RESOURCES[UPLOADS]["CorsConfiguration"]["CorsRules"]
    origins = [rule["AllowedOrigins"] for rule in rules]
    assert origins == [["https://a.example"], [OUTPUTS["PageUrl"]]]
    assert OUTPUTS["PageUrl"] == "https://page.cloudfront.example"


def test_a_domain_of_ones_own_is_the_pages_address_everywhere() -> None:
    resources, outputs = resolved(
        Page="true", PageDomain="photos.example", PageCertificateArn="arn:aws:acm:us-east-1:1:c"
    )
    assert outputs["PageUrl"] == "https://photos.example"
    rules = resources[UPLOADS]["CorsConfiguration"]["CorsRules"]
    assert rules[1]["AllowedOrigins"] == ["https://photos.example"]
    made = resources["AWS::CloudFront::Distribution fanlight-t page"]
    assert made["DistributionConfig"]["Aliases"] == ["photos.example"]


def test_a_stage_may_be_without_a_page() -> None:
    resources, outputs = resolved(Page="false")
    assert "PageUrl" not in outputs
    assert not [kind for kind in resources if "CloudFront" in kind]
    assert len(resources[UPLOADS]["CorsConfiguration"]["CorsRules"]) == 1


def test_the_media_of_cloudfront_are_named_where_it_serves_them() -> None:
    for domain, origin in (
        ("", "https://media.cloudfront.example"),
        ("m.example", "https://m.example"),
    ):
        resources, outputs = resolved(Page="true", MediaPublicKeyA="key", MediaDomain=domain)
        made = resources["AWS::CloudFront::ResponseHeadersPolicy fanlight-t-page"]
        assert outputs["MediaBaseUrl"] == origin
        assert f"img-src 'self' blob: data: {origin};" in json.dumps(made)
