"""`python -m bench [--large] [PART ...]`: measure, print, keep under `bench/results/`."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import inspect
import logging

import structlog

from bench import figures

PARTS = (
    "starting",
    "importing",
    "writing",
    "contending",
    "analysing",
    "proposing",
    "modelled",
    "tapping",
    "serving",
    "following",
    "likening",
)


def main() -> None:
    """Run the parts one after the other; a part has `async def run() -> list[Figure]` (or `run(large)`)."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which parts; all if left out")
    parser.add_argument("--large", action="store_true", help="graphs of a million blocks too")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for part in given.parts or PARTS:
        module = importlib.import_module(f"bench.{part}")
        takes_large = "large" in inspect.signature(module.run).parameters
        found = asyncio.run(module.run(large=given.large) if takes_large else module.run())
        figures.write(part + ("_large" if given.large and takes_large else ""), found)


if __name__ == "__main__":
    main()
