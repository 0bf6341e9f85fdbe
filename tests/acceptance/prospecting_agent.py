"""A mail agent and a phone agent of the prospecting story; each is a process of its own, over `vibe/client.py` alone.

    VIBE_AGENT_KEY=... python prospecting_agent.py ADDRESS AGENT_ID OUTSIDE

`OUTSIDE` is a folder that stands for the world: what is sent and who is called is added to `sent.jsonl`, who replied is
a file of that name.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from vibe.client import Agent, Task

FIRST = 1


class Outside:
    """The world as an agent meets it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def reach(self, task: Task) -> None:
        """Send or call, each person once a task."""
        with (self._folder / "sent.jsonl").open("a", encoding="utf-8") as file:
            for who in task.params["to"]:
                said = {"to": who, "channel": task.params["channel"], "text": task.params["text"]}
                file.write(json.dumps({**said, "task": task.title}) + "\n")

    def replied(self, who: str) -> str:
        """What somebody replied; empty: nothing yet."""
        reply = self._folder / who
        return reply.read_text(encoding="utf-8") if reply.exists() else ""


def research(task: Task) -> None:
    """Find breeders; the first time it is not sure which of them are good leads."""
    if "Qualify" in task.title:
        sure = 0.9 if task.data["note"] else 0.6
        task.done({"summary": "ten leads, those without a website first", "metrics": {"leads": 10}}, sure, 0.4)
    else:
        task.done({"summary": "23 breeders in ten towns", "metrics": {"prospects": 23}}, 0.95, 1.5)


def contact(task: Task, outside: Outside) -> None:
    """Call or write to people; whoever is first at the long round of calls never comes back from it."""
    if "top five" in task.title and task.data["attempt"] == FIRST:
        task.progress(0.4)
        threading.Event().wait()
    outside.reach(task)
    calls = len(task.params["to"]) if task.params["channel"] == "phone" else 0
    task.done({"summary": f"reached {', '.join(task.params['to'])}", "metrics": {"calls": calls}}, 0.9, 0.25)


def wait(task: Task, outside: Outside) -> None:
    """Look whether somebody replied; who has not is looked at again later."""
    if said := outside.replied(task.params["who"]) or "".join(item["answer"] for item in task.data["answers"]):
        task.done({"summary": said}, 0.95)
    else:
        task.waiting(task.params["who"])


def document(task: Task) -> None:
    """Write the proposal from what the tasks before it brought."""
    heard = "; ".join(item["output_data"]["summary"] for item in task.data["inputs"])
    task.done({"summary": f"proposal of five pages ({heard})"}, 0.9, 0.1)


def main() -> None:
    """Work until ended."""
    address, identity, folder = sys.argv[1:]
    outside = Outside(Path(folder))
    Agent(address, identity, os.environ["VIBE_AGENT_KEY"]).work(
        {
            "research": research,
            "document": document,
            "outreach": lambda task: contact(task, outside),
            "interview": lambda task: contact(task, outside),
            "wait": lambda task: wait(task, outside),
        }
    )


if __name__ == "__main__":
    main()
