"""The entry of an operation in the document."""

import re
from typing import Any

from functions.http.answers import JSON
from functions.http.fields import Id
from functions.http.idempotency import MAX_KEY_LENGTH
from functions.http.inputs import FORM
from functions.http.limits import limit_of
from functions.http.openapi.refusals import has_tag, headers_of, refused
from functions.http.openapi.schemas import Schemas, is_page, may_be_empty
from functions.http.openapi.texts import Texts
from functions.http.routes import Operation

_DONE = {
    200: "Done; the answer is in the body.",
    201: "Created; the answer is what was created.",
    202: "Accepted; it is done within moments, or minutes where there is much to do.",
    204: "Done; the answer has no body.",
}


def operation_of(one: Operation, schemas: Schemas, texts: Texts) -> dict[str, Any]:
    """Return the entry of an operation."""
    name = one.name or one.handler.__name__
    summary, _, more = (one.handler.__doc__ or "").strip().partition("\n")
    entry: dict[str, Any] = {
        "operationId": name,
        "tags": [one.tag],
        "summary": summary,
        "description": _description(one, summary, more, texts.operations.get(name, "")),
        "parameters": [*_path(one, schemas, texts), *_query(one, schemas, texts), *_headers(one)],
        "responses": {**_done(one, schemas, texts.links.get(name)), **refused(one)},
        "security": [] if one.is_open else [{"idToken": []}],
    }
    body = _body(one, schemas)
    if body:
        entry["requestBody"] = body
    if one.limit:
        limit = limit_of(one.limit)
        entry["x-rate-limit"] = {"name": one.limit, "times": limit.times, "seconds": limit.seconds}
    return entry


def _description(one: Operation, summary: str, more: str, text: str) -> str:
    parts = [" ".join(part.split()) for part in (more, text)]
    if one.limit:
        limit = limit_of(one.limit)
        parts.append(f"At most {limit.times:,} times in {limit.seconds:,} seconds.")
    return " ".join(filter(None, parts)) or summary


def _path(one: Operation, schemas: Schemas, texts: Texts) -> list[dict[str, Any]]:
    return [
        _parameter(name, "path", True, schemas.inline(Id), texts)
        for name in re.findall(r"{(\w+)}", one.path)
    ]


def _query(one: Operation, schemas: Schemas, texts: Texts) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    schema = schemas.query(one.query)
    return [
        _parameter(name, "query", name in schema["required"], described, texts)
        for name, described in schema["properties"].items()
    ]


def _parameter(
    name: str, place: str, required: bool, schema: dict[str, Any], texts: Texts
) -> dict[str, Any]:
    entry = {"name": name, "in": place, "required": required, "schema": schema}
    if name in texts.parameters:
        told = texts.parameters[name]
        example = schema.get("default", told.example) if "enum" in schema else told.example
        entry |= {"description": told.description, "example": example}
    return entry


def _headers(one: Operation) -> list[dict[str, Any]]:
    entries = []
    if has_tag(one):
        entries.append(
            _header("If-None-Match", 'The ETag of an earlier answer, or several, or `*`.',
                    '"0f4c2d9b7a6e5d3c1b0a99887766554e"')
        )  # fmt: skip
    if one.creates:
        entries.append(
            _header(
                "Idempotency-Key",
                "The same key and body within 24 hours answer the first result again.",
                "a3f1c9d2-upload-1", minLength=1, maxLength=MAX_KEY_LENGTH,
            )
        )  # fmt: skip
    return entries


def _header(name: str, description: str, example: str, **limits: int) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", **limits},
        "example": example,
    }


def _body(one: Operation, schemas: Schemas) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if one.form is not None:  # first: some generators read only the first
        content[FORM] = {"schema": schemas.of(one.form)}
    if one.body is not None:
        content[JSON] = {"schema": schemas.of(one.body), **schemas.example(one.body)}
    binary = {"schema": {"type": "string", "format": "binary"}}
    content.update(dict.fromkeys(reversed(one.raw_types), binary))
    if not content:
        return {}
    return {"required": not may_be_empty(one.body), "content": content}


def _done(one: Operation, schemas: Schemas, links: dict[str, Any] | None) -> dict[str, Any]:
    headers = ["X-Request-Id"]
    headers += ["ETag"] if has_tag(one) else []
    headers += ["Link"] if is_page(one.answer) and one.query else []
    headers += ["Location"] if one.location else []
    done: dict[str, Any] = {"description": _DONE[one.status], "headers": headers_of(*headers)}
    if one.answer is not None:
        example = schemas.example(one.answer)
        done["content"] = {one.content_type: {"schema": schemas.of(one.answer), **example}}
    if links:
        done["links"] = links
    entries = {str(one.status): done}
    if has_tag(one):
        unchanged = "The caller has this answer already, by its If-None-Match."
        headers_304 = headers_of("X-Request-Id", "ETag")
        entries["304"] = {"description": unchanged, "headers": headers_304}
    return entries
