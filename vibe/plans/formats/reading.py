"""Reading a plan: look at what a path holds, pick the form, return blocks and links with what was not understood.

Nothing is written and nothing raises half-way: what cannot be read is left out with a remark. Only a path that does not
exist, or in which nothing is understood, raises.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vibe.domain.errors import BadInput
from vibe.domain.plans import Format, PlanReading, Remark
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.exchange import looks_like_exchange, read_exchange
from vibe.plans.formats.files import LARGEST_FILE_BYTES, PlanFile, list_folder, read_file
from vibe.plans.formats.markdown import read_markdown
from vibe.plans.formats.planexe.runs import FILES, is_run, read_run, stem
from vibe.plans.formats.positions import read_json
from vibe.plans.formats.trees import read_json_plan
from vibe.plans.formats.words import slug

Progress = Callable[[int, int], None]
CORPUS_ENDINGS = frozenset({".md", ".markdown", ".txt", ".csv", ".json"})
SHOWN_NAMES = 5
MARKDOWN_ENDINGS = frozenset({".md", ".markdown", ".txt"})
FORMS = (
    "understood are: a PlanExe run folder (002-14-strategic_decisions.md ...), a plan in Markdown (.md), "
    "a plan in JSON (.json), blocks and links in JSONL (.jsonl)"
)


def read_plan(
    path: Path,
    *,
    plan: str | None = None,
    progress: Progress | None = None,
    limit_bytes: int = LARGEST_FILE_BYTES,
) -> PlanReading:
    """Read the plan at `path`, in whichever form it is.

    `plan` is the plan's id, by default made from the name of the folder or file; block ids follow from it and from the
    source's own ids. `progress` is told how many files or lines of how many are done. A file over `limit_bytes` is
    left out.

    Raises:
        BadInput: there is no such path, or nothing in it is understood; the message says what is.
    """
    try:
        is_folder, exists = path.is_dir(), path.exists()
        name = plan or slug(path.resolve().name if is_folder else path.resolve().stem)
    except (OSError, ValueError, RuntimeError) as fault:
        raise BadInput(f"cannot be looked at ({fault}); {FORMS}", file=str(path)) from fault
    if not exists:
        raise BadInput(f"there is no such file or folder; {FORMS}", file=str(path))
    draft = Draft(name)
    reading = _read_folder(path, draft, progress, limit_bytes) if is_folder else None
    reading = reading or _read_single(path, draft, progress, limit_bytes)
    if not reading.blocks and not reading.links:
        told = "; ".join(str(remark) for remark in reading.remarks[:3])
        raise BadInput(f"nothing in it is understood ({told or 'it says nothing'}); {FORMS}", file=str(path))
    return reading


def _read_folder(path: Path, draft: Draft, progress: Progress | None, limit_bytes: int) -> PlanReading | None:
    """Read a run folder."""
    entries = list_folder(path, draft.tell)
    if not is_run(entry.name for entry in entries):
        raise BadInput(f"the folder holds no PlanExe run; {FORMS}; name a file to read that alone", file=str(path))
    wanted = [entry for entry in entries if _is_wanted(entry.name)]
    passed_over = [entry.name for entry in entries if not _is_wanted(entry.name)]
    if passed_over:
        shown = ", ".join(passed_over[:SHOWN_NAMES]) + (", ..." if len(passed_over) > SHOWN_NAMES else "")
        what = f"not read, being raw records or no text: {shown} ({len(passed_over)} in all)"
        draft.tell(Remark(path.name, None, what, note=True))
    files: list[PlanFile] = []
    for number, entry in enumerate(wanted, 1):
        file = read_file(entry, entry.name, draft.tell, limit_bytes)
        if file:
            files.append(file)
        if progress:
            progress(number, len(wanted))
    return read_run(files, draft, [entry.name for entry in entries])


def _is_wanted(name: str) -> bool:
    """Tell whether a file of a run is read: text, and no raw record of how another file was made."""
    if not name.lower().endswith(tuple(CORPUS_ENDINGS)):
        return False
    return is_run([name]) or not stem(name).endswith("_raw.json")


def _read_single(path: Path, draft: Draft, progress: Progress | None, limit_bytes: int) -> PlanReading:
    """Read a single file by what it holds, not only by how its name ends."""
    ending = path.suffix.lower()
    file = read_file(path, path.name, draft.tell, limit_bytes)
    if file is None:
        told = "; ".join(remark.what for remark in draft.remarks)
        line = next((remark.line for remark in draft.remarks), None)
        known = ending in CORPUS_ENDINGS | {".jsonl", ".ndjson"}  # then its form is not the trouble
        raise BadInput(told if known else f"{told}; {FORMS}", file=str(path), line=line)
    if is_run([path.name]):
        return read_run([file], draft, FILES)
    if ending in (".jsonl", ".ndjson") or looks_like_exchange(file.text):
        return read_exchange(file, draft, progress)
    if ending == ".json":
        json = read_json(file, draft)
        return read_json_plan(json, draft) if json else draft.finish(draft.plan, Format.JSON)
    if ending in MARKDOWN_ENDINGS:
        return read_markdown(file, draft)
    raise BadInput(f"a file of this kind is not understood; {FORMS}", file=str(path))
