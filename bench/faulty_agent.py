"""`python -m bench.faulty_agent PORT ID KEY LOG`: an agent that works until it is killed, and notes what was said.

Each line of the log is an event's id and what became of it: `sent`, then `kept` or `late`. What got no answer is sent
again with the same id until there is one. Needs Python alone, so that it starts at once.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
import uuid
from pathlib import Path
from typing import Any

STEPS = 3


class Agent:
    """One agent on one connection."""

    def __init__(self, port: int, identity: str, key: str, log: Path) -> None:
        self.port, self.id, self.key = port, identity, key
        self.log = log.open("a", buffering=1)
        self.line: http.client.HTTPConnection | None = None

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call until there is an answer that is none of "try again"."""
        while True:
            try:
                self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
                self.line.request(method, path, json.dumps(body) if body is not None else None, headers)
                answer = self.line.getresponse()
                status, text = answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                self.line = None
                time.sleep(0.05)
                continue
            if status < 500:
                return status, json.loads(text)
            time.sleep(0.05)

    def report(self, task: Any, **event: Any) -> bool:
        """Report one event; whether it was kept."""
        name = uuid.uuid4().hex
        self.log.write(f"{name} sent\n")
        event |= {"event_id": name, "task_id": task["task_id"], "attempt": task["attempt"]}
        status, _ = self.call("POST", f"/api/executions/{task['execution_id']}/events", event)
        self.log.write(f"{name} {'kept' if status == 200 else 'late'}\n")
        return status == 200

    def work(self) -> None:
        """Claim, report, hand in, for ever."""
        while True:
            _, found = self.call("GET", f"/api/agents/{self.id}/work?wait=1")
            task = found.get("task")
            if task is None:
                continue
            for step in range(STEPS):
                time.sleep(0.02)
                if not self.report(task, event_type="task_progress", progress_ratio=step / STEPS):
                    break
            else:
                done = {"output_data": {"summary": "did it"}, "confidence": 0.9}
                self.report(task, event_type="task_completed", **done)


if __name__ == "__main__":
    Agent(int(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])).work()
