"""The OpenAPI document, made from what the routes declare: there is no second description."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from functions import __version__
from functions.answers import ProblemDocument
from functions.http import Operation

_REFUSALS = {
    "400": "Malformed or invalid",
    "401": "No valid token",
    "403": "Not the caller's",
    "404": "Unknown, or not visible to the caller",
    "409": "Contradicts the present state",
    "413": "Too large",
    "415": "Unsupported type",
    "422": "The Idempotency-Key came before with another body",
    "429": "Try again after Retry-After seconds",
}


def describe(operations: Iterable[Operation]) -> dict[str, Any]:
    """The document, OpenAPI 3.1, of these operations."""
    listed = list(operations)
    types = [kind for one in listed for kind in (one.answer, one.body) if kind is not None]
    queries = {one.query for one in listed if one.query is not None}
    schemas, components = msgspec.json.schema_components(
        [*types, *queries, ProblemDocument], ref_template="#/components/schemas/{name}"
    )
    of = dict(zip([*types, *queries, ProblemDocument], schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in listed:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, of, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fanlight",
            "version": __version__,
            "description": "Photo sharing: accounts, uploads, posts, likes, comments, feeds.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "idToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _operation(one: Operation, of: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    summary, _, description = (one.handler.__doc__ or "").strip().partition("\n")
    described: dict[str, Any] = {
        "operationId": one.handler.__name__,
        "tags": [one.tag],
        "summary": summary,
        "parameters": [*_path_parameters(one), *_query_parameters(one, of, components)],
        "responses": _responses(one, of),
        "security": [] if one.is_open else [{"idToken": []}],
    }
    if description.strip():
        described["description"] = " ".join(description.split())
    if one.creates:
        described["parameters"].append(_IDEMPOTENCY_KEY)
    content: dict[str, Any] = {kind: {} for kind in one.raw_types}
    if one.body is not None:
        content["application/json"] = {"schema": of[one.body]}
    if content:
        described["requestBody"] = {"required": True, "content": content}
    return described


_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and body within 24 hours answer the first result again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


def _path_parameters(one: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", one.path)
    ]


def _query_parameters(
    one: Operation, of: dict[Any, Any], components: dict[str, Any]
) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    schema = components[of[one.query]["$ref"].rpartition("/")[2]]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "schema": described,
        }
        for name, described in schema["properties"].items()
    ]


def _responses(one: Operation, of: dict[Any, Any]) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done"}
    if one.answer is not None:
        done["content"] = {one.content_type: {"schema": of[one.answer]}}
    problem = {"application/problem+json": {"schema": of[ProblemDocument]}}
    refusals = {
        status: {"description": meaning, "content": problem}
        for status, meaning in _REFUSALS.items()
    }
    return {str(one.status): done, **refusals}
