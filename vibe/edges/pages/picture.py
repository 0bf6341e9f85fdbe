"""The picture of a plan as SVG: titled boxes of blocks, gaps in colour, links that show on the block pointed at.

Built element by element, so that a block's title can only ever be text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from vibe.domain.visible import visible
from vibe.edges.pages.layout import CELL_H, CELL_W, Cell, Group, lay_out
from vibe.edges.pages.words import SEVERITIES, block_path, shortened

LETTERS = 25
LINE_H = 15
MARGIN = 16
Row = Mapping[str, Any]


def draw_plan(blocks: Sequence[Row], links: Sequence[Row], gaps: Iterable[Row]) -> bytes:
    """Draw a plan; the SVG carries classes, its colours come from the page's style sheet."""
    layout = lay_out(blocks, links)
    worst = _worst(gaps)
    backed = {row["target"] for row in links if row["type"] in ("SUPPORTS", "EVIDENCE_FOR")}
    box = f"{-MARGIN} {-MARGIN} {layout.width + 2 * MARGIN} {layout.height + 2 * MARGIN}"
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box, "class": "plan", "role": "img"})
    svg.set("preserveAspectRatio", "xMidYMin meet")
    drawing = SubElement(svg, "g", {"class": "drawing"})
    for group in layout.groups:
        _draw_group(drawing, group)
    cells = {cell.block["id"]: cell for group in layout.groups for cell in group.cells}
    for cell in cells.values():
        _draw_cell(drawing, cell, worst.get(cell.block["id"]), cell.block["id"] in backed)
    wires = SubElement(drawing, "g", {"class": "wires"})
    for row in links:
        if row["source"] in cells and row["target"] in cells:
            _draw_wire(wires, row, cells[row["source"]], cells[row["target"]])
    return tostring(svg)


def _worst(gaps: Iterable[Row]) -> dict[str, tuple[str, str]]:
    """The worst gap of each block: (severity, type)."""
    found: dict[str, tuple[str, str]] = {}
    for gap in sorted(gaps, key=lambda row: (row["type"] != "contradicted", SEVERITIES.index(row["severity"]))):
        found.setdefault(gap["block_id"], (gap["severity"], gap["type"]))
    return found


def _draw_group(parent: Element, group: Group) -> None:
    size = {"x": str(group.x), "y": str(group.y), "width": str(group.width), "height": str(group.height), "rx": "12"}
    SubElement(parent, "rect", {**size, "class": "group"})
    title = SubElement(parent, "text", {"x": str(group.x + 12), "y": str(group.y + 22), "class": "group-title"})
    title.text = f"{shortened(visible(group.title), 80)} · {len(group.cells)}"


def _draw_cell(parent: Element, cell: Cell, gap: tuple[str, str] | None, is_backed: bool) -> None:
    block = cell.block
    kind = " ".join(["gap", *gap]) if gap else "backed" if is_backed else "plain"
    link = SubElement(parent, "a", {"href": block_path(block["id"]), "class": f"cell {kind}", "data-id": block["id"]})
    told = SubElement(link, "title")
    told.text = f"{visible(block['title'])}\n{block['kind']}, {block['status']}" + (
        f"\n{gap[0]}: {gap[1].replace('_', ' ')}" if gap else ""
    )
    at = {"x": str(cell.x), "y": str(cell.y), "height": str(CELL_H)}
    SubElement(link, "rect", {**at, "width": str(CELL_W), "rx": "7", "class": "body"})
    SubElement(link, "rect", {**at, "width": "5", "rx": "2.5", "class": "bar"})
    lines = two_lines(block["title"] or block["id"])
    first = cell.y + CELL_H // 2 + 4 - (LINE_H // 2) * (len(lines) - 1)
    for place, line in enumerate(lines):
        text = SubElement(link, "text", {"x": str(cell.x + 13), "y": str(first + place * LINE_H)})
        text.text = line


def two_lines(title: str) -> list[str]:
    """Break a title into at most two lines that fit a cell; what does not fit is left to its tooltip."""
    lines = wrap(" ".join(visible(title).split()), LETTERS, break_long_words=True, max_lines=2, placeholder="…")
    return lines or ["…"]


def _draw_wire(parent: Element, row: Row, source: Cell, target: Cell) -> None:
    x1, y1 = source.x + CELL_W // 2, source.y + CELL_H // 2
    x2, y2 = target.x + CELL_W // 2, target.y + CELL_H // 2
    bend = (y1 + y2) // 2
    SubElement(
        parent,
        "path",
        {
            "d": f"M{x1} {y1} C{x1} {bend} {x2} {bend} {x2} {y2}",
            "class": f"wire {row['type'].lower()}",
            "data-from": row["source"],
            "data-to": row["target"],
        },
    )
