"""The forms a plan can come in: pure reading of files into blocks and links; nothing here knows the graph."""

from vibe.plans.formats.reading import read_plan

__all__ = ["read_plan"]
