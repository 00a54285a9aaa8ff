"""Each package goes into the right layer. `make e2e` tests the building."""

import pytest

from infra.deploy.console import FailedError
from infra.deploy.layers import (
    IN_THE_RUNTIME,
    _closure,
    _locked,
    _named_by,
    check_python,
    layers_for,
    layers_of,
)


def test_every_function_has_the_common_layer_and_render_its_own():
    assert layers_for("api_handler") == ["api"]
    assert layers_for("render") == layers_for("rerender") == ["api", "imaging"]
    assert list(layers_of()) == ["api", "imaging"]


def test_a_layer_has_what_it_names_and_what_that_needs():
    wanted = set(_closure(_named_by("api"), "x86_64"))
    assert {"pynamodb", "cryptography", "cffi", "typing-extensions"} <= wanted
    assert "pillow" not in wanted


def test_what_the_runtime_brings_is_not_followed():
    wanted = set(_closure(_named_by("api"), "x86_64"))
    assert "botocore" in wanted & IN_THE_RUNTIME
    assert "python-dateutil" not in wanted


def test_markers_are_read_for_the_target_not_for_this_machine():
    assert "cykooz-resizer" in set(_closure(_named_by("imaging"), "x86_64"))
    assert "cykooz-resizer" not in set(_closure(_named_by("imaging"), "arm64"))


def test_versions_and_hashes_are_the_locks():
    text = _locked({"msgspec"})
    assert text.startswith("msgspec==")
    assert "--hash=sha256:" in text
    with pytest.raises(ValueError, match="lacks"):
        _locked({"nothing-like-it"})


def test_a_python_whose_lambda_runtime_cannot_load_the_layers_does_not_deploy():
    with pytest.raises(FailedError, match=r"glibc 2\.26.*3\.12 or newer"):
        check_python("3.11")
    for python in ("3.12", "3.13", "3.14"):
        check_python(python)
