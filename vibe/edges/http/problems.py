"""Problem documents (RFC 9457): every error as JSON with a word that programs can go by.

::

    BadInput      400  field, line where known (422 where the body's shape is wrong)
    NotFound      404
    Conflict      409  `found`: what was found instead
    IllegalMove   409  `current`, `wanted`
    Refused       403
    NeedsHuman    409  `question`
    Transient     503  Retry-After (also Unreachable)
"""

from __future__ import annotations

import math
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from vibe.domain.errors import (
    BadInput,
    Conflict,
    IllegalMove,
    NeedsHuman,
    NotFound,
    Refused,
    Transient,
    Unprocessable,
    VibeError,
)

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
KINDS: Mapping[type[VibeError], tuple[int, str]] = {
    Unprocessable: (422, "bad-input"),
    BadInput: (400, "bad-input"),
    NotFound: (404, "not-found"),
    Conflict: (409, "conflict"),
    IllegalMove: (409, "illegal-move"),
    NeedsHuman: (409, "needs-human"),
    Refused: (403, "refused"),
    Transient: (503, "try-again"),
}


def problem(
    status: int, detail: str, *, word: str | None = None, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """Build a problem document; `word` is the stable end of its `type`, by default made from the status."""
    title = HTTPStatus(status).phrase
    kind = word or title.lower().replace(" ", "-")
    body = {"type": f"urn:vibe:problem:{kind}", "title": title, "status": status, "detail": detail}
    kept = {name: value for name, value in more.items() if value is not None}
    return JSONResponse(body | kept, status, dict(headers or {}), media_type=MEDIA_TYPE)


def problem_of(error: VibeError) -> JSONResponse:
    """The problem document of one of our errors."""
    known = next((known for known in KINDS if isinstance(error, known)), None)
    if known is None:
        return problem(500, "an error that nobody foresaw; the log has it", word="bug")
    status, word = KINDS[known]
    wait = {"Retry-After": str(math.ceil(error.retry_after_s))} if isinstance(error, Transient) else None
    return problem(status, str(error), word=word, headers=wait, **_details(error))


def _details(error: VibeError) -> dict[str, Any]:
    match error:
        case BadInput():
            return {"field": error.field, "line": error.line, "file": error.file}
        case Conflict():
            return {"found": _plain(error.found) or None}
        case IllegalMove():
            return {"current": error.current, "wanted": error.wanted}
        case NeedsHuman():
            return {"question": error.question}
        case _:
            return {}


def _plain(found: Mapping[str, object]) -> dict[str, Any]:
    simple = (str, int, float, bool, type(None))
    return {name: value if isinstance(value, simple) else str(value) for name, value in found.items()}


def answer_with_problems(app: FastAPI) -> None:
    """Turn every error that leaves a route into a problem document."""

    async def ours(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, VibeError)
        return problem_of(error)

    async def shape(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        faults = [{"field": _path(item["loc"]), "what": item["msg"]} for item in error.errors()]
        first = faults[0]
        return problem(
            422, f"{first['field']}: {first['what']}", word="bad-input", field=first["field"], faults=faults[:20]
        )

    async def web(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return problem(error.status_code, str(error.detail), headers=error.headers)

    app.add_exception_handler(VibeError, ours)
    app.add_exception_handler(RequestValidationError, shape)
    app.add_exception_handler(HTTPException, web)
    app.add_exception_handler(Exception, answer_bug)


async def answer_bug(request: Request, error: Exception) -> JSONResponse:
    """Log what nobody foresaw, and say so."""
    if not getattr(request.state, "gone", False):
        trace = "".join(traceback.format_exception(error))  # without locals: headers hold keys
        log.error("http.bug", path=request.url.path, error=type(error).__name__, trace=trace)
    return problem(500, "an error that nobody foresaw; the log has it", word="bug")


def _path(loc: tuple[int | str, ...]) -> str:
    """Name a field as the sender knows it: without the part that says `body`."""
    return ".".join(str(part) for part in (loc[1:] if len(loc) > 1 and loc[0] in ("body", "query", "path") else loc))
