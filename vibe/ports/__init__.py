"""Protocols between the core and the worlds outside it."""
