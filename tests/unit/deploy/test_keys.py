"""The signing keys are generated once, and CloudFront's id is stored with them."""

from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from infra.deploy.keys import new_keys, parameters_of, with_id


def test_new_keys_are_a_pair_in_slot_a():
    keys = new_keys()
    private = load_pem_private_key(keys["media_private_key"].encode(), None)
    public = load_pem_public_key(keys["media_public_key_a"].encode())
    assert private.public_key().public_numbers() == public.public_numbers()
    assert public.curve.name == "secp256r1"
    assert len(bytes.fromhex(keys["cursor_key"])) == 32
    assert keys["media_key_id"] == "", "CloudFront does not know it yet"


def test_the_template_is_given_the_public_halves_alone():
    keys = new_keys()
    assert parameters_of(keys) == {
        "MediaPublicKeyA": keys["media_public_key_a"],
        "MediaPublicKeyB": "",
    }


def test_the_id_is_that_of_the_slot_in_use():
    outputs = {"MediaKeyIdA": "KA", "MediaKeyIdB": "KB"}
    assert with_id({**new_keys(), "media_slot": "B"}, outputs)["media_key_id"] == "KB"
