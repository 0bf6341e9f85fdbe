"""What a browser sees where a path leads nowhere or a page could not be built; the status code stays."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from nicegui import Client, ui
from nicegui import app as nicegui_app
from starlette.exceptions import HTTPException

from vibe.domain.errors import Transient
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.pieces import empty, link

ASTRAY = "There is no such page", "The address is wrong, or what it led to is no longer there."
BROKEN = "This page could not be shown", "An error that nobody foresaw; the log has it. Nothing was changed by it."
SILENT = "The store does not answer", "The page could not be read. Vibe keeps trying; load it again in a moment."


def tell_of_errors(site: Site) -> None:
    """Answer unknown paths and broken pages with a page of our own."""

    async def astray(request: Request, error: Exception) -> Response:
        if "text/html" not in request.headers.get("accept", "") and isinstance(error, HTTPException):
            return await http_exception_handler(request, error)  # a program or a picture asks
        return _answer(site, request, 404)

    async def misspelt(request: Request, _: Exception) -> Response:
        return _answer(site, request, 422)

    nicegui_app.add_exception_handler(404, astray)
    nicegui_app.add_exception_handler(RequestValidationError, misspelt)
    nicegui_app.on_page_exception(lambda error: _draw(site, *(SILENT if isinstance(error, Transient) else BROKEN)))


def _answer(site: Site, request: Request, status: int) -> Response:
    with Client(ui.page(""), request=request) as client:
        _draw(site, *ASTRAY)
    return client.build_response(request, status)


def _draw(site: Site, title: str, text: str) -> None:
    with frame(site, title):
        empty("explore_off", title, text)
        link("To the inbox", "/", "more")
