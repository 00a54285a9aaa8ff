"""The OpenAPI document. It is made from the declarations of the routes; there is no second copy."""

from collections.abc import Iterable
from typing import Any

from functions import __version__
from functions.http.openapi.operations import operation_of
from functions.http.openapi.refusals import HEADERS, responses
from functions.http.openapi.schemas import Schemas
from functions.http.openapi.texts import Texts
from functions.http.routes import Operation

SECURITY = {"idToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                        "description": "The `id_token` that a login gives."}}  # fmt: skip


def describe(operations: Iterable[Operation], texts: Texts) -> dict[str, Any]:
    """Return the document, OpenAPI 3.1, of these operations. The handler adds its `servers`."""
    listed = list(operations)
    schemas = Schemas(listed, texts.examples)
    paths: dict[str, dict[str, Any]] = {}
    for one in listed:
        paths.setdefault(one.path, {})[one.method.lower()] = operation_of(one, schemas, texts)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fanlight",
            "version": __version__,
            "summary": texts.summary,
            "description": texts.description,
            "contact": {"name": "The operators of this stage"},
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": name, "description": text} for name, text in texts.tags.items()],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": responses(listed),
            "headers": HEADERS,
            "securitySchemes": SECURITY,
        },
    }
