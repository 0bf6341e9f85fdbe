"""The site: every page at its path, on one desk. Mounted by the HTTP edge, behind its guard.

NiceGUI keeps one application a process, so one home's pages are served in one process.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from nicegui import app as nicegui_app
from nicegui import ui

from vibe.edges.pages.block import block_page
from vibe.edges.pages.desks import Site
from vibe.edges.pages.evidence import evidence_page
from vibe.edges.pages.executions import execution_page, executions_page, register_gantt
from vibe.edges.pages.gaps import gaps_page
from vibe.edges.pages.held_back import held_back_page
from vibe.edges.pages.inbox import inbox_page
from vibe.edges.pages.ledger import ledger_page
from vibe.edges.pages.measures import measures_page
from vibe.edges.pages.model import model_page
from vibe.edges.pages.plan import plan_page, register_picture
from vibe.edges.pages.plans import plans_page
from vibe.edges.pages.proposal import proposal_page
from vibe.edges.pages.questions import questions_page
from vibe.edges.pages.straying import tell_of_errors
from vibe.edges.pages.tickets import agents_page, tickets_page
from vibe.edges.pages.wishes import wishes_page
from vibe.kernel.desk import Desk
from vibe.kernel.watching import Watch

ASSETS = Path(__file__).parent / "assets"
BUILT_WITHIN_S = 20.0


def mount_pages(app: FastAPI, desk: Desk, watch: Watch) -> None:
    """Mount the pages at `/` of the site."""
    site = Site(desk, watch)
    nicegui_app.add_static_files("/assets", ASSETS)
    ui.add_head_html(
        '<link rel="stylesheet" href="/assets/style.css"><script defer src="/assets/keys.js"></script>'
        '<script defer src="/assets/picture.js"></script>',
        shared=True,
    )
    _register(site)
    register_picture(site)
    register_gantt(site)
    tell_of_errors(site)
    ui.run_with(
        app,
        title="Vibe",
        favicon=ASSETS / "mark.svg",
        dark=None,
        binding_refresh_interval=None,
        reconnect_timeout=10,
        tailwind=False,
        show_welcome_message=False,
    )


def _register(site: Site) -> None:
    plain = {
        "/": inbox_page,
        "/gaps": gaps_page,
        "/questions": questions_page,
        "/plans": plans_page,
        "/executions": executions_page,
        "/tickets": tickets_page,
        "/agents": agents_page,
        "/evidence": evidence_page,
        "/held-back": held_back_page,
        "/measures": measures_page,
        "/wishes": wishes_page,
        "/ledger": ledger_page,
        "/model": model_page,
    }
    for path, build in plain.items():

        async def show(build=build) -> None:  # type: ignore[no-untyped-def]
            await build(site)

        ui.page(path, response_timeout=BUILT_WITHIN_S)(show)

    @ui.page("/executions/{identity}", response_timeout=BUILT_WITHIN_S)
    async def show_execution(identity: str) -> None:
        await execution_page(site, identity)

    @ui.page("/proposals/{number}", response_timeout=BUILT_WITHIN_S)
    async def show_proposal(number: int) -> None:
        await proposal_page(site, number)

    @ui.page("/blocks/{identity:path}", response_timeout=BUILT_WITHIN_S)
    async def show_block(identity: str) -> None:
        await block_page(site, identity)

    @ui.page("/plans/{plan:path}", response_timeout=BUILT_WITHIN_S)
    async def show_plan(plan: str) -> None:
        await plan_page(site, plan)
