"""Secrets that the service never logs, and its instructions to caches and browsers."""

import io
import json
import re
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person, new_name
from tests.blackbox.server import Server, running
from tests.blackbox.tokens import forged

LATITUDE, LONGITUDE = (48, 51, 30.24), (2, 17, 40.2)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@pytest.fixture(scope="module")
def talkative() -> Iterator[tuple[Server, Service]]:
    """Run a server that shows its whole log."""
    with running(VERBOSE="1", POWERTOOLS_LOG_LEVEL="DEBUG") as (server, base_url):
        service = Service(base_url)
        yield server, service
        service.close()


def located() -> bytes:
    """Return a picture that says where it was taken."""
    image, file = Image.new("RGB", (64, 48), "orange"), io.BytesIO()
    exif = image.getexif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825).update({1: "N", 2: LATITUDE, 3: "E", 4: LONGITUDE})
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def uploaded_by_form(person: Person, secrets: set[str]) -> str:
    """Upload a picture with its position kept. Returns the media's id."""
    image = located()
    media = person.ask_for_form(size=len(image), keep_position=True)
    form = media["upload"]
    secrets |= {value for name, value in form["fields"].items() if "signature" in name.lower()}
    secrets |= {form["fields"]["policy"]}
    file = {"file": ("photo.jpg", image)}
    sent = person.service.fetch("POST", form["url"], data=form["fields"], files=file)
    assert sent.status_code < 300
    done = person.done(media["media_id"])
    assert done["exif"]["latitude"] == pytest.approx(48.8584, abs=0.001)
    secrets |= {str(done["exif"]["latitude"]), str(done["exif"]["longitude"])}
    return str(done["media_id"])


def signatures(answer: object) -> set[str]:
    """Return the signatures in the URLs of an answer."""
    return set(re.findall(r"(?:Signature|Policy)=([^&\"]+)", json.dumps(answer)))


@pytest.mark.local
def test_no_secret_is_in_the_log_of_all_that_people_do(talkative: tuple[Server, Service]) -> None:
    server, service = talkative
    ada, ben = Person(service), Person(service)
    secrets = {ada.password, "another horse", "wrong horse"}
    for person in (ada, ben):
        secrets |= {person.token or "", person.refresh_token}
    media_id = uploaded_by_form(ada, secrets)
    post = ada.post_of([media_id], caption="from above")
    ben.follow(ada)
    for person, path in (
        (ada, f"/posts/{post['post_id']}"), (ben, f"/users/{ada.user_id}/posts"),
        (ada, f"/media/{media_id}/original"), (ada, f"/feed/{ada.user_id}"),
    ):  # fmt: skip
        secrets |= signatures(person.seen(path))
    nobody, lie = Client(service), forged(ada.token or "")
    secrets |= {lie}
    assert Client(service, lie).get("/me").status_code == 401
    wrong = {"username": ada.username, "password": "wrong horse"}
    assert nobody.post("/login", wrong).status_code == 401
    tokens = nobody.post("/token", {"refresh_token": ada.refresh_token}).json()
    secrets.add(tokens["id_token"])
    nobody.post("/password/forgot", {"username": ada.username})
    reset = {"username": ada.username, "code": "000000", "password": "another horse"}
    assert nobody.post("/password/reset", reset).status_code == 400
    change = {"password": ada.password, "new_password": "one more horse"}
    changed = ada.post("/me/password", change).json()
    secrets |= {"one more horse", changed["id_token"], changed["refresh_token"]}
    ada.token, ada.refresh_token = changed["id_token"], changed["refresh_token"]
    assert ada.post("/logout", {"refresh_token": ada.refresh_token}).status_code == 204
    assert len(secrets) > 15
    log = server.output
    assert "post made" in log
    assert not [secret for secret in secrets if secret in log]


@pytest.mark.smoke
def test_every_answer_tells_browsers_to_guess_nothing(nobody: Client, ada: Person) -> None:
    answers = [
        nobody.get("/health"), ada.get("/me"), nobody.get("/me"), ada.get("/nothing"),
        ada.get(f"/posts/{new_name()}"), ada.call("TRACE", "/me"), nobody.post("/login", {}),
    ]  # fmt: skip
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, answer.url
        assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_what_opens_something_is_kept_nowhere(ada: Person) -> None:
    credentials = {"username": ada.username, "password": ada.password}
    answers = [
        ada.post("/login", credentials),
        ada.post("/token", {"refresh_token": ada.refresh_token}),
        ada.post("/upload", {"content_type": "image/jpeg", "size": 100}),
        ada.get(f"/media/{ada.ready()}/original"),
    ]
    for answer in answers:
        assert answer.status_code < 300
        assert answer.headers["Cache-Control"] == "no-store", answer.url


def test_the_page_of_the_description_runs_its_own_script_and_no_other(nobody: Client) -> None:
    policy = nobody.get("/docs").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for kind in ("script-src", "style-src"):
        assert re.search(rf"{kind} 'sha256-[\w+/]{{43}}='", policy)
    assert "frame-ancestors 'none'" in policy
