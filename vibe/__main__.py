"""`python -m vibe` is the `vibe` program."""

from vibe.cli import main

main()
