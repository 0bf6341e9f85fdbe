"""Report texts: whatever a title holds, it stays text, and every row keeps its cells."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from vibe.plans.report_texts import as_html, as_markdown

TAGS = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td"}


def _a_report(title: str) -> dict[str, Any]:
    row = {"task_id": "t", "title": title, "section": "s", "status": "running", "critical": True, "done_by": None}
    times = {"planned_start": "2026-03-02", "planned_end": None, "started_at": None, "finished_at": None}
    risk = {"title": title, "likelihood": None, "impact": None, "action": title, "status": "active"}
    sent = {"task_id": "t", "title": title, "action": "outreach", "at": None, "to": title, "by": title}
    decision = {"at": "2026-03-02T08:00:00Z", "by": "owner:cli", "about": title, "decided": "approved", "said": ""}
    return {
        "plan": "p",
        "title": title,
        "made_at": "2026-03-02T08:00:00Z",
        "execution": None,
        "open_gaps": 0,
        "open_tickets": [],
        "gantt": [row | times],
        "risks": [risk],
        "costs": {"total_usd": 1.0, "by": {title: 1.0}, "tasks": []},
        "metrics": [{"name": title, "target": 3, "actual": None, "unit": "", "results": 0}],
        "sent": [sent],
        "decisions": [decision],
    }


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.seen.add(tag)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
@example("<script>alert(1)</script> | a\n| b | [x](javascript:y) `c` # d")
def test_a_title_stays_text(title: str) -> None:
    """No tag, no cell and no line of it makes one in the report."""
    reader = _Tags()
    reader.feed(as_html(_a_report(title)))
    tables: dict[str, set[int]] = {}
    part = ""
    for line in as_markdown(_a_report(title)).split("\n"):
        part = line if line.startswith("## ") else part
        if line.startswith("| "):
            tables.setdefault(part, set()).add(len(re.findall(r"(?<!\\)\|", line)))
    assert reader.seen == TAGS
    assert len(tables) == 6
    assert all(len(widths) == 1 for widths in tables.values())
