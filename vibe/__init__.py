"""Vibe: a self-hosted daemon that keeps a project as a graph and closes the graph's own gaps."""

__version__ = "0.1.0"
