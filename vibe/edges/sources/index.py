"""The index of all corpora: one SQLite file with a full-text table for each plan and one for the owner's own documents.

A cache: it is rebuilt from the files whenever their hashes change, and thrown away when its format does. Several
processes may use it at once (WAL, one writer at a time). Blocking; `LocalSources` calls it in threads.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from vibe.domain.errors import NotFound, Transient
from vibe.domain.research import Origin, Passage, Quote, Role
from vibe.edges.sources.documents import OWN, Listed, list_files, read_document
from vibe.research.passages import Document, lines_of, merge_copies, read_passages
from vibe.research.words import COMMON_SHARE, words

FORMAT = 1
"""Raise whenever passages are cut or stored differently."""
HEADING_WEIGHT = 0.35
_FEW_PASSAGES = 100
_MOST_TERMS = 64
_SEARCHED = (Role.JUDGING, Role.RISK, Role.STATEMENT, Role.PROMPT)
_PLAN_NAME = re.compile(r"[^/\\]+")
_SCHEMA = """
CREATE TABLE scopes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE files (scope INTEGER NOT NULL, file TEXT NOT NULL, stamp TEXT NOT NULL, quoted TEXT NOT NULL, sha256 TEXT
NOT NULL,
                    skipped TEXT NOT NULL, PRIMARY KEY (scope, file));
CREATE TABLE passages (id INTEGER PRIMARY KEY, scope INTEGER NOT NULL, file TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX passages_by_file ON passages (scope, file);
"""


@dataclass(frozen=True, slots=True)
class Indexed:
    """One file as the index has it: the name that quotes use, its hash, or why it was left out."""

    file: str
    sha256: str
    skipped: str = ""


class Index:
    """Passages of the corpora under one folder (`<corpus>/<plan>/...`, `<corpus>/_own/...`)."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self._path = corpus / "index.sqlite3"
        self._merged: dict[str, tuple[tuple[tuple[str, str], ...], tuple[Passage, ...]]] = {}

    def refresh(self, plan: str) -> tuple[Indexed, ...]:
        """Bring the index up to the files of a plan and of the owner; returns all of them, in order."""
        with self._open() as db:
            found = [indexed for scope in _scopes(plan) for indexed in self._refresh_scope(db, scope)]
        return tuple(found)

    def passages(self, plan: str) -> tuple[Passage, ...]:
        """All passages, copies merged; kept in memory until a file changes."""
        state = tuple((one.file, one.sha256) for one in self.refresh(plan))
        held = self._merged.get(plan)
        if held is not None and held[0] == state:
            return held[1]
        with self._open() as db:
            rows = [row for scope in _scopes(plan) for row in db.execute(_READ_SCOPE, (scope,))]
        merged = tuple(merge_copies(_passage(body) for (body,) in rows))
        self._merged[plan] = (state, merged)
        return merged

    def search(self, plan: str, text: str, limit: int) -> list[Passage]:
        """The best passages by BM25 of sections that judge, name risks, state or order; headings count less."""
        merged = {passage.id: passage for passage in self.passages(plan)}
        scored: list[tuple[float, str]] = []
        with self._open() as db:
            for scope in _scopes(plan):
                scored += self._search_scope(db, scope, text, limit * 3)
        found = [merged[identity] for _, identity in sorted(scored) if identity in merged]
        return found[:limit]

    def line(self, plan: str, file: str, line: int) -> str:
        """One line of a file, as it is on disk now.

        Raises:
            NotFound: there is no such file or line.
        """
        document = self._document(plan, file)
        lines = lines_of(document.text) if document else []
        if not 1 <= line <= len(lines):
            raise NotFound(f"{file!r} has no line {line} in the corpus of {plan!r}")
        return lines[line - 1]

    def holds(self, plan: str, quote: Quote) -> bool:
        """Whether a quote stands word for word in its line of its file, and the file still has its hash."""
        document = self._document(plan, quote.file)
        if document is None or document.sha256 != quote.sha256 or not quote.text.strip():
            return False
        lines = lines_of(document.text)
        return 1 <= quote.line <= len(lines) and quote.text in lines[quote.line - 1]

    def _document(self, plan: str, file: str) -> Document | None:
        scope = OWN if file.startswith(f"{OWN}/") else plan
        for listed in self._list(scope):
            if listed.file in {file, file.removesuffix(".txt")}:
                document = read_document(listed)
                if isinstance(document, Document) and document.file == file:
                    return document
        return None

    def _list(self, scope: str) -> list[Listed]:
        if not _PLAN_NAME.fullmatch(scope) or scope in {".", ".."}:
            return []
        return list_files(self._corpus / scope, f"{OWN}/" if scope == OWN else "")

    def _refresh_scope(self, db: sqlite3.Connection, scope: str) -> list[Indexed]:
        listed = self._list(scope)
        known = {row[0]: row[1:] for row in db.execute(_KNOWN, (scope,))}
        if [(one.file, _stamp(one)) for one in listed] != [(file, row[0]) for file, row in known.items()]:
            with db:
                db.execute("BEGIN IMMEDIATE")
                self._write_scope(db, scope, listed)
            known = {row[0]: row[1:] for row in db.execute(_KNOWN, (scope,))}
        return [Indexed(row[1], row[2], row[3]) for row in known.values()]

    def _write_scope(self, db: sqlite3.Connection, scope: str, listed: Sequence[Listed]) -> None:
        """Take in changed files, forget vanished ones; order is kept by writing the list of files anew."""
        db.execute("INSERT OR IGNORE INTO scopes (name) VALUES (?)", (scope,))
        (number,) = db.execute("SELECT id FROM scopes WHERE name = ?", (scope,)).fetchone()
        db.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS words_{number:d} USING fts5(plain, headings, role UNINDEXED, {_FTS})"
        )
        db.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS counts_{number:d} USING fts5vocab(words_{number:d}, 'row')")
        before = {row[0]: row[1:] for row in db.execute(_KNOWN, (scope,))}
        db.execute("DELETE FROM files WHERE scope = ?", (number,))
        for file in before.keys() - {one.file for one in listed}:
            _forget(db, number, file)
        for one in listed:
            stamp = _stamp(one)
            row = before.get(one.file)
            if row is None or row[0] != stamp:
                row = (stamp, *_take_in(db, number, one))
            db.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)", (number, one.file, *row))

    def _search_scope(self, db: sqlite3.Connection, scope: str, text: str, limit: int) -> list[tuple[float, str]]:
        row = db.execute("SELECT id FROM scopes WHERE name = ?", (scope,)).fetchone()
        if row is None:
            return []
        terms = _telling_terms(db, row[0], text)
        if not terms:
            return []
        roles = ", ".join(f"'{role.value}'" for role in _SEARCHED)
        query = (
            f"SELECT bm25(words_{row[0]:d}, 1.0, {HEADING_WEIGHT}), p.body "  # noqa: S608 - the table's number is ours
            f"FROM words_{row[0]:d} w JOIN passages p ON p.id = w.rowid "
            f"WHERE words_{row[0]:d} MATCH ? AND w.role IN ({roles}) ORDER BY 1, p.id LIMIT ?"
        )
        matching = " OR ".join(f'"{term}"' for term in terms)
        return [(score, str(json.loads(body)["id"])) for score, body in db.execute(query, (matching, limit))]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the index, making it where it is missing or of another format.

        Raises:
            Transient: another process holds it for longer than the time limit.
        """
        self._corpus.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with closing(sqlite3.connect(self._path, timeout=20, isolation_level=None)) as db:
                _prepare(db, self._path)
                yield db
        except sqlite3.OperationalError as error:
            raise Transient(f"the index of the corpus can't be used: {error}") from error


_FTS = "tokenize = 'porter unicode61 remove_diacritics 2'"
_KNOWN = (
    "SELECT f.file, f.stamp, f.quoted, f.sha256, f.skipped FROM files f JOIN scopes s ON s.id = f.scope "
    "WHERE s.name = ? ORDER BY f.rowid"
)
_READ_SCOPE = (
    "SELECT p.body FROM files f JOIN scopes s ON s.id = f.scope "
    "JOIN passages p ON p.scope = f.scope AND p.file = f.file WHERE s.name = ? ORDER BY f.rowid, p.id"
)


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    if db.execute("PRAGMA user_version").fetchone()[0] == FORMAT:
        return
    db.execute("PRAGMA journal_mode = WAL")
    path.chmod(0o600)
    db.execute("BEGIN IMMEDIATE")
    if db.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%' ORDER BY name"
        ).fetchall():
            db.execute(f'DROP TABLE IF EXISTS "{name}"')
        for name in ("scopes", "files", "passages"):
            db.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {FORMAT:d}")
    db.execute("COMMIT")


def _scopes(plan: str) -> tuple[str, ...]:
    return (plan, OWN) if plan and plan != OWN else (OWN,)


def _stamp(listed: Listed) -> str:
    """What changes when a file does, without reading it."""
    about = listed.path.stat()
    return f"{about.st_size}:{about.st_mtime_ns}:{about.st_ino}:{listed.skipped}"


def _forget(db: sqlite3.Connection, scope: int, file: str) -> None:
    db.execute(
        f"DELETE FROM words_{scope:d} WHERE rowid IN (SELECT id FROM passages WHERE scope = ? AND file = ?)",  # noqa: S608 - the table's number is ours
        (scope, file),
    )
    db.execute("DELETE FROM passages WHERE scope = ? AND file = ?", (scope, file))


def _take_in(db: sqlite3.Connection, scope: int, listed: Listed) -> tuple[str, str, str]:
    """Index one file anew; returns the name it is quoted by, its hash, and why it was skipped, if so."""
    _forget(db, scope, listed.file)
    document = read_document(listed)
    if isinstance(document, str):
        return listed.file, "", document
    for passage in read_passages(document):
        row = db.execute(
            "INSERT INTO passages (scope, file, body) VALUES (?, ?, ?)", (scope, listed.file, _body(passage))
        )
        db.execute(
            f"INSERT INTO words_{scope:d} (rowid, plain, headings, role) VALUES (?, ?, ?, ?)",  # noqa: S608 - the table's number is ours
            (row.lastrowid, passage.plain, " ".join(passage.headings), passage.role.value),
        )
    return document.file, document.sha256, ""


def _telling_terms(db: sqlite3.Connection, scope: int, text: str) -> list[str]:
    """The query's words without those that stand in too many passages."""
    (total,) = db.execute(f"SELECT count(*) FROM words_{scope:d}").fetchone()  # noqa: S608 - the table's number is ours
    most = max(COMMON_SHARE * total, _FEW_PASSAGES * COMMON_SHARE)
    found: dict[str, str] = {}
    for word in words(text):
        found.setdefault(word.stem, text[word.start : word.end].lower())
    telling = []
    for stem, term in list(found.items())[:_MOST_TERMS]:
        row = db.execute(f"SELECT doc FROM counts_{scope:d} WHERE term = ?", (stem,)).fetchone()  # noqa: S608 - the table's number is ours
        if row is None or row[0] <= most:
            telling.append(term.replace('"', ""))
    return telling


def _body(passage: Passage) -> str:
    """A passage as JSON, with the sentence before it."""

    def told(one: Passage) -> dict[str, object]:
        return {"id": one.id, "quotes": [[quote.line, quote.text] for quote in one.quotes], "plain": one.plain}

    quote = passage.quotes[0]
    return json.dumps(
        {
            **told(passage),
            "file": quote.file,
            "sha256": quote.sha256,
            "origin": quote.origin.value,
            "role": passage.role.value,
            "headings": passage.headings,
            "before": told(passage.before) if passage.before else None,
            "joint": passage.joint,
        },
        ensure_ascii=False,
    )


def _passage(body: str) -> Passage:
    """Read a passage back."""
    row = json.loads(body)
    headings = tuple(row["headings"])

    def quotes(pairs: list[tuple[int, str]]) -> tuple[Quote, ...]:
        return tuple(Quote(row["file"], line, text, row["sha256"], Origin(row["origin"])) for line, text in pairs)

    passage = Passage(
        row["id"],
        quotes(row["quotes"]),
        row["plain"],
        Role(row["role"]),
        headings,
        section=" > ".join(headings),
        joint=row["joint"],
    )
    before = row["before"]
    if before is None:
        return passage
    return replace(
        passage,
        before=replace(passage, id=before["id"], quotes=quotes(before["quotes"]), plain=before["plain"], joint=""),
    )
