"""Graphs made for tests: with planted gaps, with decoys, and with a reference that says which is which."""
