"""Health: whether the process lives, whether it is ready, and its figures for Prometheus.

/healthz answers while the process does. /readyz fails (503) when the store does not answer, when nobody delivers, or
when a delivery waits longer than `health.max_open_s`. The only module that imports prometheus-client.
"""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from vibe.domain.canonical import epoch_ms
from vibe.domain.errors import Transient
from vibe.kernel.desk import Desk

ACTIVE = "due"


class Figures:
    """What /metrics shows; gauges are read from the graph when somebody asks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "vibe_http_requests", "Answered HTTP requests.", ["method", "area", "status"], registry=self.registry
        )
        self._gaps = self._gauge("vibe_gaps", "Gaps.", ["status", "severity"])
        self._proposals = self._gauge("vibe_proposals", "Proposals.", ["status"])
        self._deliveries = self._gauge("vibe_deliveries", "Deliveries that wait (due) or were set aside.", ["state"])
        self._seq = self._gauge("vibe_ledger_seq", "The ledger's last number.", [])
        self._rate = self._gauge("vibe_ledger_entries_per_second", "Entries a second since the figures were read.", [])
        self._counted: dict[tuple[str, str, int], Counter] = {}
        self._last: tuple[datetime, int] | None = None

    def _gauge(self, name: str, text: str, labels: list[str]) -> Gauge:
        return Gauge(name, text, labels, registry=self.registry)

    def count(self, method: str, area: str, status: int) -> None:
        """Count an answered request."""
        counted = self._counted.get((method, area, status))
        if counted is None:
            counted = self._counted[method, area, status] = self._requests.labels(method, area, str(status))
        counted.inc()

    async def text(self) -> bytes:
        """Read the figures and write them down."""
        read = self._desk.graph.read
        for gauge in (self._gaps, self._proposals, self._deliveries):
            gauge.clear()
        for row in await read("pages/gap_counts"):
            self._gaps.labels(row["status"], row["severity"]).set(row["count"])
        for row in await read("pages/proposal_counts"):
            self._proposals.labels(row["status"]).set(row["count"])
        for row in await read("pages/deliveries"):
            self._deliveries.labels(row["state"]).set(row["count"])
        counter = await read("ledger/read_counter")
        self._note_seq(counter[0]["n"] if counter else 0)
        return generate_latest(self.registry)

    def _note_seq(self, seq: int) -> None:
        now = self._desk.clock.now()
        if self._last is not None:
            passed_s = (now - self._last[0]).total_seconds()
            self._rate.set((seq - self._last[1]) / passed_s if passed_s > 0 else 0)
        self._last = (now, seq)
        self._seq.set(seq)


async def troubles(desk: Desk) -> list[str]:
    """Why this daemon is not ready; empty when it is."""
    most_ms = desk.settings.health.max_open_s * 1000
    now_ms = epoch_ms(desk.clock.now())
    try:
        counter = await desk.graph.read("ledger/read_counter")
        deliveries = await desk.graph.read("pages/deliveries")
    except Transient as error:
        return [f"the store does not answer: {error}"]
    found = []
    if not counter or counter[0]["until_ms"] < now_ms - most_ms:
        found.append("nobody delivers")
    for row in deliveries:
        late_s = (now_ms - (row["oldest_ms"] or now_ms)) // 1000
        if row["state"] == ACTIVE and late_s * 1000 > most_ms:
            found.append(f"a delivery waits since {late_s} s")
    return found


def health_routes(desk: Desk, figures: Figures) -> APIRouter:
    """The three routes that monitoring asks."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="Whether the process lives")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz", summary="Whether store and loop do their work")
    async def readyz() -> JSONResponse:
        found = await troubles(desk)
        return JSONResponse({"status": "unready" if found else "ready", "troubles": found}, 503 if found else 200)

    @router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
    async def metrics() -> Response:
        return Response(await figures.text(), media_type=CONTENT_TYPE_LATEST)

    return router
