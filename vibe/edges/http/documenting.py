"""Documenting: the OpenAPI document, with the hot routes and with the problems that any call may answer."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI

from vibe.edges.http.hot_routes import SIGNATURE, SIGNED, Report, Reports
from vibe.edges.http.problems import MEDIA_TYPE
from vibe.edges.http.requests import LONGEST_WAIT_S

PROBLEMS = {
    "400": "What was sent makes no sense; `field` says where",
    "401": "Nobody we know",
    "403": "Not this caller's to do",
    "404": "There is no such thing",
    "409": "It is not as this call needs it; `found` or `current` says how it is",
    "413": "The body is larger than 2 MB",
    "421": "Called by a name that is not ours",
    "422": "The body's shape is wrong; `field` says where",
    "503": "The store does not answer now; Retry-After says when to try again",
}
PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457); some have more fields.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string"}, "field": {"type": "string"},
    },
}  # fmt: skip
_REF = "#/components/schemas/{name}"


def document(app: FastAPI) -> None:
    """Complete what the framework says of its own routes."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = plain()
            _add_hot_routes(found)
            _add_problems(found)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _add_hot_routes(found: dict[str, Any]) -> None:
    (one, many), parts = msgspec.json.schema_components((Report, Reports), ref_template=_REF)
    found.setdefault("components", {}).setdefault("schemas", {}).update(parts)
    for path, method, call in (
        ("/api/executions/{identity}/events", "post", _events_call({"anyOf": [one, many]})),
        ("/api/agents/{agent_id}/work", "get", _work_call()),
    ):
        found["paths"].setdefault(path, {})[method] = call


def _add_problems(found: dict[str, Any]) -> None:
    found["components"]["schemas"]["Problem"] = PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}}
    problems = {status: {"description": said, "content": content} for status, said in PROBLEMS.items()}
    for path, calls in found["paths"].items():
        for call in calls.values():
            if path.startswith("/api"):
                call["responses"] |= problems
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)


def _events_call(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "tags": ["executions"],
        "summary": "Report on tasks: one event, or an array of them",
        "operationId": "report_events",
        "parameters": [
            _param("identity", "path", {"type": "string"}),
            _param(SIGNATURE, "header", {"type": "string", "pattern": f"^{SIGNED.pattern}$"}),
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": _responses("What became of each, once it is durable"),
    }


def _work_call() -> dict[str, Any]:
    wait = {"type": "number", "minimum": 0, "maximum": LONGEST_WAIT_S, "default": 0}
    return {
        "tags": ["agents"],
        "summary": "The next task, or again the one it holds; `wait` up to 60 s",
        "operationId": "next_work",
        "parameters": [_param("agent_id", "path", {"type": "string"}), _param("wait", "query", wait)],
        "responses": _responses("The task, or null"),
    }


def _param(name: str, place: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _responses(said: str) -> dict[str, Any]:
    return {"200": {"description": said, "content": {"application/json": {"schema": {"type": "object"}}}}}
