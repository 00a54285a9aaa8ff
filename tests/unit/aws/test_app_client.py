"""The proof of the app client's secret."""

from functions.aws.app_client import secret_hash


def test_the_proof_is_of_the_secret_for_one_name_and_one_client():
    # printf %s adaclient | openssl dgst -sha256 -hmac secret -binary | base64
    assert secret_hash("secret", "client", "ada") == "FEW6rzXVdy2RLJp0KqkU9A6/pxQBq5FgsxTWe/Ot+CI="
    others = {secret_hash("secret", "client", "bob"), secret_hash("another", "client", "ada"),
              secret_hash("secret", "another", "ada")}  # fmt: skip
    assert len(others | {"FEW6rzXVdy2RLJp0KqkU9A6/pxQBq5FgsxTWe/Ot+CI="}) == 4
