"""An OpenAI-compatible server on this machine that misbehaves on command: `python server.py` prints its address.

`POST /script` with a list of words says what the next answers are, one word each; after that every answer is good.
`say:TEXT` answers well and puts the text into every free field, `with:JSON` sets fields. `GET /seen` tells what was
asked. Good answers have the shape of the schema that came with the question; of a list the first is taken, and a draft
answers the kind of packet its prompt offers first.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

IN, OUT = 100, 20
"""Tokens that every answer says it used."""
PACKET = re.compile(r"Kinds of packet you may choose from, the best first: \[\"(\w+)\"")
REMEDIES = re.compile(r"\"remedy\": \"(\w+)\"")


class State:
    """What was asked, and what is to be answered."""

    def __init__(self) -> None:
        self.script: list[str] = []
        self.seen: list[dict[str, Any]] = []
        self.lock = threading.Lock()
        self.running: set[int] = set()
        self.most_at_once = 0


STATE = State()


def instance(schema: Mapping[str, Any], defs: Mapping[str, Any], name: str = "") -> Any:
    """Something that has the shape of a JSON schema."""
    if "$ref" in schema:
        return instance(defs[schema["$ref"].rsplit("/", 1)[-1]], defs, name)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {key: instance(value, defs, key) for key, value in schema.get("properties", {}).items()}
    if kind == "integer":
        return schema.get("maximum", 2)
    return [] if kind == "array" else f"text for {name}"


def good(body: Mapping[str, Any]) -> dict[str, Any]:
    """A reply of the shape asked for."""
    schema = body["response_format"]["json_schema"]["schema"]
    reply = dict(instance(schema, schema.get("$defs", {})))
    prompt = json.dumps(body["messages"])
    packet = PACKET.search(prompt.replace('\\"', '"'))
    if "packet" in reply and packet:
        reply["packet"] = packet.group(1)
        offered = REMEDIES.findall(prompt.replace('\\"', '"'))
        if packet.group(1) == "ask":
            reply["options"] = [{"remedy": one, "title": f"Do {one}", "detail": ""} for one in offered[:2]]
        reply["confirm"], reply["refute"] = "a figure of 5 or more", "less than 3 in a dated source"
    return reply


def said(reply: Any, text: str) -> Any:
    """The same reply with this for each of its free texts."""
    if isinstance(reply, dict):
        return {key: said(value, text) for key, value in reply.items()}
    return text[:80] if isinstance(reply, str) and reply.startswith("text for") else reply


def content_of(word: str, body: Mapping[str, Any]) -> tuple[str | None, str, str | None]:
    """What a word says the answer is: its content, why it ends, and a refusal."""
    plain = json.dumps(good(body))
    name, _, more = word.partition(":")
    texts: dict[str, Any] = {
        "say": lambda: json.dumps(said(good(body), more)),
        "with": lambda: json.dumps(good(body) | json.loads(more)),
        "not-json": lambda: "Certainly! Here is what I think.",
        "wrong-enum": lambda: json.dumps(good(body) | {"outcome": "splendid", "objection": 5}),
        "length": lambda: plain[: len(plain) // 2],
        "refusal": lambda: None,
        "empty": lambda: "",
        "fenced": lambda: f"```json\n{plain}\n```",
    }
    finish, refusal = "length" if name == "length" else "stop", "I can't help with that." if name == "refusal" else None
    return texts.get(name, lambda: plain)(), finish, refusal


class Handler(BaseHTTPRequestHandler):
    """Answers as the script says."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Tell what was asked."""
        self._send(200, {"seen": STATE.seen, "most_at_once": STATE.most_at_once})

    def do_POST(self) -> None:
        """Take a script, or answer a question."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/script":
            STATE.script[:] = body
            STATE.seen.clear()
            STATE.running, STATE.most_at_once = set(), 0
            self._send(200, {})
            return
        with STATE.lock:
            word = STATE.script.pop(0) if STATE.script else "good"
            STATE.seen.append({"word": word, "body": body, "key": self.headers.get("Authorization")})
            running = STATE.running  # of this script: what an earlier one left behind does not count
            running.add(threading.get_ident())
            STATE.most_at_once = max(STATE.most_at_once, len(running))
        if word.startswith("slow"):
            time.sleep(float(word.removeprefix("slow") or 3))
        with STATE.lock:
            running.discard(threading.get_ident())
        with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked has given up
            self._answer(word, body)

    def _answer(self, word: str, body: Mapping[str, Any]) -> None:
        if word.isdigit() or word.startswith("429"):
            headers = {"Retry-After": "7"} if word == "429-after" else {}
            self._send(int(word[:3]), {"error": {"message": word, "type": "x"}}, headers)
            return
        if word == "cut":
            self.connection.close()
            self.close_connection = True
            return
        content, finish, refusal = content_of(word, body)
        message = {"role": "assistant", "content": content, "refusal": refusal}
        usage = {"prompt_tokens": IN, "completion_tokens": OUT, "total_tokens": IN + OUT}
        choice = {"index": 0, "message": message, "finish_reason": finish}
        told = {"id": "c", "object": "chat.completion", "created": 1, "model": body["model"]}
        self._send(200, told | {"choices": [choice], "usage": usage})

    def _send(self, status: int, value: object, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)


def main() -> None:
    """Serve until killed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
