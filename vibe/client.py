"""A client for agents that work for Vibe. One file that needs Python alone: copy it where you like.

    from client import Agent

    agent = Agent("http://127.0.0.1:8787", agent_id, api_key)

    def research(task):
        task.progress(0.5)
        return task.done({"summary": "three breeders"}, confidence=0.9)

    agent.work({"research": research})

A handler ends its `Task` with `done`, `failed`, `waiting` or `refuse`; one that raises or ends nothing has failed.
Reports carry ids, so a report that is sent again after a broken connection counts once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from typing import Any

TRIES = 6
HEARTBEAT_S = 60.0


class Refused(Exception):
    """Vibe said no; `status` is the HTTP status, `problem` its problem document."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail', problem)}")
        self.status, self.problem = status, problem


class Task:
    """A task in hand; the names of its fields are those of `GET /api/agents/{id}/work`."""

    def __init__(self, agent: Agent, data: Mapping[str, Any]) -> None:
        self.agent, self.data, self.ended, self.directive = agent, data, False, "go"
        self.id, self.title, self.action, self.params = data["task_id"], data["title"], data["action"], data["params"]

    def report(self, event_type: str, **more: Any) -> Mapping[str, Any]:
        """Say something about this task; `directive` of the answer is `go`, `pause` or `stop`."""
        head = {"event_id": uuid.uuid4().hex, "task_id": self.id, "attempt": self.data["attempt"]}
        answer = self.agent.call(
            "POST", f"/api/executions/{self.data['execution_id']}/events", head | {"event_type": event_type, **more}
        )
        self.directive = answer["directive"]
        return answer

    def progress(self, ratio: float) -> bool:
        """Say how far it is; False when the work should stop."""
        self.report("task_progress", progress_ratio=ratio)
        return self.directive != "stop"

    def done(self, output: Mapping[str, Any], confidence: float, cost_usd: float = 0.0) -> None:
        """Hand the result in; one that you are less than 0.8 sure of is looked at by a person."""
        self.report("task_completed", output_data=output, confidence=confidence, cost_usd=cost_usd)
        self.ended = True

    def failed(self, why: str) -> None:
        """It did not work; it is tried again, up to three times."""
        self.report("task_failed", output_data={"error": why})
        self.ended = True

    def waiting(self, on: str, until: str | None = None) -> None:
        """Somebody outside has to do something first; the task comes back after 15 minutes, then 30, then 60."""
        self.report("task_waiting", waiting={"on": on, **({"until": until} if until else {})})
        self.ended = True

    def refuse(self, why: str) -> None:
        """Not something this agent can do: to another, then to a person."""
        self.agent.call("POST", f"/api/agents/{self.agent.id}/refuse", {"task_id": self.id, "reason": why})
        self.ended = True


class Agent:
    """One agent with its key."""

    def __init__(self, address: str, agent_id: str, api_key: str, sign: Callable[[bytes], bytes] | None = None) -> None:
        """`sign` is the Ed25519 `sign` of the key whose public half the agent was registered with, if it was."""
        self.address, self.id, self._key, self._sign = address.rstrip("/"), agent_id, api_key, sign

    def call(self, method: str, path: str, body: Any = None, timeout_s: float = 30.0) -> Mapping[str, Any]:
        """Call Vibe; what is temporary is tried again with growing pauses; `Refused` when Vibe says no."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        if self._sign and data is not None:
            headers["X-Vibe-Signature"] = self._sign(hashlib.sha256(data).hexdigest().encode()).hex()
        for tries in range(TRIES):
            request = urllib.request.Request(self.address + path, data, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=timeout_s) as answer:
                    return dict(json.load(answer))
            except urllib.error.HTTPError as error:
                if error.code != 503 or tries == TRIES - 1:
                    raise Refused(error.code, json.loads(error.read() or b"{}")) from error
            except OSError:
                if tries == TRIES - 1:
                    raise
            time.sleep(0.2 * 2**tries)
        raise AssertionError("not reached")

    def next_task(self, wait_s: int = 20) -> Task | None:
        """The next task, or the one in hand; waits for one up to `wait_s` seconds."""
        found = self.call("GET", f"/api/agents/{self.id}/work?wait={wait_s}", timeout_s=wait_s + 30)["task"]
        return Task(self, found) if found else None

    def ask(self, question: str, options: list[str] | None = None, wait_s: int = 20, **more: Any) -> Mapping[str, Any]:
        """Ask a person and wait for the answer a while; `status` is `answered` when there is one."""
        body = {"question": question, "options": options or [], **more}
        asked = self.call("POST", "/api/questions", body)["question_id"]
        return self.call("GET", f"/api/questions/{asked}?wait={wait_s}", timeout_s=wait_s + 30)

    def work(self, handlers: Mapping[str, Callable[[Task], None]], until: Callable[[], bool] = lambda: False) -> int:
        """Work until told to stop (`until`); returns how many tasks were taken up. Heartbeats are sent meanwhile."""
        count = 0
        while not until():
            if task := self.next_task():
                self._do(task, handlers)
                count += 1
        return count

    def _do(self, task: Task, handlers: Mapping[str, Callable[[Task], None]]) -> None:
        beats = threading.Thread(target=self._beat, args=(over := threading.Event(),), daemon=True)
        beats.start()
        try:
            if task.action not in handlers:
                task.refuse(f"this program has no handler for {task.action!r}")
                return
            handlers[task.action](task)
            if not task.ended:
                task.failed("the handler ended without a result")
        except Refused as error:
            if error.status not in (403, 404, 409) and not task.ended:  # late or taken away: nothing to say any more
                task.failed(str(error))
        except Exception as error:
            if not task.ended:
                task.failed(f"{type(error).__name__}: {error}")
        finally:
            over.set()
            beats.join()

    def _beat(self, over: threading.Event) -> None:
        while not over.wait(HEARTBEAT_S):
            with contextlib.suppress(Refused, OSError):  # the next call of the task will tell
                self.call("POST", f"/api/agents/{self.id}/heartbeat")
