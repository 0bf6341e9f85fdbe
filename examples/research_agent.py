"""An agent that researches over a folder of texts, and writes up what it found. A process of its own.

    VIBE_AGENT_KEY=vibe_... python examples/research_agent.py --agent ID --corpus ~/documents

It finds the passages that share most words with the task and hands them in with file, line and quote. What it can't
find it says so, with a confidence that puts the result before a person. It needs `vibe/client.py` and nothing else.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vibe.client import Agent, Task

PASSAGES = 5
WORD = re.compile(r"[a-z]{4,}")
COMMON = frozenset("this that with from what known have will they their about into which gather write down".split())


def words_of(text: str) -> set[str]:
    """The words that say what a text is about."""
    return {word.rstrip("s") for word in WORD.findall(text.lower())} - COMMON


def passages(corpus: Path) -> Iterator[dict[str, Any]]:
    """Every paragraph of every text of a folder, with where it stands."""
    for path in sorted(corpus.rglob("*")):
        if path.suffix not in (".md", ".txt"):
            continue
        for line, text in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if len(text.strip()) > 20:
                yield {"file": path.name, "line": line, "quote": text.strip()[:500]}


def find(question: str, corpus: Path) -> list[dict[str, Any]]:
    """The passages that share most words with a question, the best first."""
    wanted = words_of(question)
    scored = [(len(wanted & words_of(item["quote"])), item) for item in passages(corpus)]
    return [item for score, item in sorted(scored, key=lambda pair: -pair[0]) if score >= 2][:PASSAGES]


def research(task: Task, corpus: Path) -> None:
    """Find what the corpus says about the task."""
    found = find(f"{task.title} {task.params.get('goal', '')}", corpus)
    if not task.progress(0.5):
        return
    summary = f"{len(found)} passages about it." if found else "Nothing about it in the documents at hand."
    task.done({"summary": summary, "sources": found}, confidence=0.9 if found else 0.3)


def document(task: Task, corpus: Path) -> None:
    """Write up what the corpus says about the task."""
    found = find(f"{task.title} {task.params.get('goal', '')}", corpus)
    lines = [f"> {item['quote']} ({item['file']}:{item['line']})" for item in found]
    text = "\n".join([f"# {task.title}", "", *(lines or ["No source at hand says anything about this."])])
    task.done({"summary": f"written up from {len(found)} passages", "document": text}, confidence=0.85)


def main() -> None:
    """Work until interrupted."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--address", default="http://127.0.0.1:8787")
    read.add_argument("--agent", required=True, help="the agent's id")
    read.add_argument("--corpus", type=Path, required=True, help="a folder of .md and .txt files")
    given = read.parse_args()
    agent = Agent(given.address, given.agent, os.environ["VIBE_AGENT_KEY"])
    print(f"working for {given.address}", flush=True)
    agent.work(
        {"research": lambda task: research(task, given.corpus), "document": lambda task: document(task, given.corpus)}
    )


if __name__ == "__main__":
    main()
