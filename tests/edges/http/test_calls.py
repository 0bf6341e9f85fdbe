"""The calls of the API, over the whole way: a served home, a real store, the real loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.edges.http.site import a_site

OFFERS = """# Offers

- The seller asks 4,000 EUR for the used espresso machine and gives a warranty.
"""
pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def test_a_proposal_is_read_approved_and_approved_only_once(tmp_path: Path) -> None:
    """A decision binds to the digest; a second one is 409 with a word that says what was decided."""
    async with a_site(tmp_path) as site:
        first = (await site.ready())[0]
        path = f"/api/proposals/{first['number']}"
        whole = (await site.owner.get(path)).json()
        yes = await site.owner.post(f"{path}/decision", json={"decision": "APPROVE", "digest": whole["digest"]})
        no = await site.owner.post(f"{path}/decision", json={"decision": "reject", "digest": whole["digest"]})
    assert whole["action"]["type"] == "research"
    assert whole["debate"]["by"] == "rules"
    assert whole["debate"]["rounds"][0]["arbiter"]["outcome"] in ("strong", "weak")
    assert (yes.status_code, yes.json()["status"]) == (200, "approved")
    assert (no.status_code, no.headers["content-type"]) == (409, "application/problem+json")
    assert "already approved" in no.json()["detail"]


async def test_two_decisions_at_once_end_in_one(tmp_path: Path) -> None:
    """Eight callers decide the same proposal at the same time: one is answered 200, the others 409."""
    async with a_site(tmp_path) as site:
        first = (await site.ready())[0]
        path = f"/api/proposals/{first['number']}/decision"
        bodies = [{"decision": word, "digest": first["digest"]} for word in ("approve", "reject") * 4]
        answers = await asyncio.gather(*(site.owner.post(path, json=body) for body in bodies))
        kinds = ("ProposalApproved", "ProposalRejected")
        written = [len(await site.world.happened(kind)) for kind in kinds]
    statuses = sorted(answer.status_code for answer in answers)
    decided = {answer.json()["status"] for answer in answers if answer.status_code == 200}
    assert sum(written) == 1
    assert len(decided) == 1
    assert set(statuses) == {200, 409}


async def test_a_decision_on_another_version_is_refused(tmp_path: Path) -> None:
    """A digest that is not the proposal's is 409; none at all is 422 and names the field; nothing is decided."""
    async with a_site(tmp_path) as site:
        first = (await site.ready())[0]
        path = f"/api/proposals/{first['number']}/decision"
        other = await site.owner.post(path, json={"decision": "approve", "digest": "0" * 64})
        none = await site.owner.post(path, json={"decision": "approve"})
        odd = await site.owner.post(path, json={"decision": "perhaps", "digest": first["digest"]})
        still = (await site.owner.get(f"/api/proposals/{first['number']}")).json()["status"]
    assert (other.status_code, none.status_code, odd.status_code, still) == (409, 422, 400, "ready")
    assert (none.json()["field"], odd.json()["field"]) == ("digest", "decision")


async def test_the_same_key_again_is_the_same_command(tmp_path: Path) -> None:
    """With an Idempotency-Key a repeated call is answered as the first and done once."""
    async with a_site(tmp_path) as site:
        first = (await site.ready())[0]
        decide = f"/api/proposals/{first['number']}/decision"
        body = {"decision": "reject", "digest": first["digest"], "rejection_type": "NEVER", "reason": "no"}
        rejected = [await site.owner.post(decide, json=body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
        asked = [
            await site.owner.post("/api/questions", json={"question": "Q?"}, headers={"Idempotency-Key": "k1"})
            for _ in range(2)
        ]
        questions = (await site.owner.get("/api/questions")).json()["questions"]
    assert [answer.status_code for answer in rejected + asked] == [200, 200, 201, 201]
    assert rejected[0].json()["verdict"] == rejected[1].json()["verdict"]
    assert asked[0].json() == asked[1].json()
    assert [question["question"] for question in questions] == ["Q?"]


async def test_status_words_are_taken_in_any_case_and_answered_in_lower_case(tmp_path: Path) -> None:
    """`Ready` finds what `ready` finds; a word that is none is 400 and says which there are."""
    async with a_site(tmp_path) as site:
        ready = await site.ready()
        mixed = (await site.owner.get("/api/proposals", params={"status": "Ready"})).json()["proposals"]
        wrong = await site.owner.get("/api/proposals", params={"status": "someday"})
    assert mixed == ready
    assert {row["status"] for row in mixed} == {"ready"}
    assert (wrong.status_code, wrong.json()["field"]) == (400, "status")
    assert "executing" in wrong.json()["detail"]


async def test_gaps_are_listed_and_marked(tmp_path: Path) -> None:
    """The owner accepts a risk until a date; the gap then says so and is no longer among the open ones."""
    async with a_site(tmp_path) as site:
        await site.ready()
        gaps = (await site.owner.get("/api/gaps")).json()["gaps"]
        path = f"/api/gaps/{gaps[0]['id']}/mark"
        marked = await site.owner.post(path, json={"mark": "ACCEPT", "until": "2026-12-31", "text": "known"})
        await site.world.wait(seconds=2)
        left = {gap["id"] for gap in (await site.owner.get("/api/gaps")).json()["gaps"]}
        nothing = await site.owner.post("/api/gaps/none/mark", json={"mark": "noise", "text": "no"})
    wanted = {"id", "rule", "type", "severity", "description", "related_blocks", "suggested_action", "status"}
    assert wanted <= gaps[0].keys()
    assert (marked.status_code, nothing.status_code) == (200, 404)
    assert gaps[0]["id"] not in left


async def test_a_found_passage_is_judged(tmp_path: Path) -> None:
    """What research found and can't judge is a candidate; the owner's word on it is taken, once."""
    async with a_site(tmp_path) as site:
        for row in await site.ready(OFFERS):
            path = f"/api/proposals/{row['number']}/decision"
            await site.owner.post(path, json={"decision": "approve", "digest": row["digest"]})
        await site.world.wait(seconds=2)
        numbers = [row["number"] for row in (await site.owner.get("/api/proposals?status=all")).json()["proposals"]]
        found = [(await site.owner.get(f"/api/proposals/{number}")).json()["candidates"] for number in numbers]
        candidates = [item for items in found for item in items]
        path = f"/api/candidates/{candidates[0]['id']}/judge"
        odd = await site.owner.post(path, json={"stance": "maybe"})
        judged = await site.owner.post(path, json={"stance": "Beside"})
    assert {"id", "claim_id", "quote", "file", "line", "score", "reason"} <= candidates[0].keys()
    assert (odd.status_code, judged.status_code) == (400, 200)


async def test_a_question_is_asked_waited_for_and_answered(tmp_path: Path) -> None:
    """A caller that waits is answered as soon as the person has; letters were given by Vibe."""
    async with a_site(tmp_path) as site:
        body = {"question": "Which?", "options": ["Auth0 - managed", {"title": "Own", "detail": "more work"}]}
        asked = await site.owner.post("/api/questions", json=body)
        path = f"/api/questions/{asked.json()['question_id']}"
        open_one = (await site.owner.get(path)).json()
        waiting = asyncio.ensure_future(site.owner.get(path, params={"wait": 60}))
        await site.owner.post(f"{path}/answer", json={"text": "B, it is ours"})
        while not waiting.done():
            await site.world.wait(seconds=1)
            await asyncio.wait([waiting], timeout=0.01)
        answered = waiting.result().json()
    assert asked.status_code == 201
    assert [(item["letter"], item["title"], item["detail"]) for item in open_one["options"]] == [
        ("A", "Auth0", "managed"),
        ("B", "Own", "more work"),
    ]
    assert (open_one["status"], open_one["answer"]) == ("asked", None)
    assert (answered["status"], answered["answer"]["kind"], answered["answer"]["option"]) == (
        "answered",
        "option",
        "B",
    )
    assert answered["answer"]["decision_id"]


async def test_a_wait_that_is_not_answered_ends(tmp_path: Path) -> None:
    """When the time is over the question comes back as it stands; more than 60 s is refused."""
    async with a_site(tmp_path) as site:
        asked = (await site.owner.post("/api/questions", json={"question": "Which?"})).json()["question_id"]
        waiting = asyncio.ensure_future(site.owner.get(f"/api/questions/{asked}", params={"wait": 5}))
        while not waiting.done():
            await site.world.wait(seconds=1)
            await asyncio.wait([waiting], timeout=0.01)
        too_long = await site.owner.get(f"/api/questions/{asked}", params={"wait": 61})
    assert (waiting.result().status_code, waiting.result().json()["status"]) == (200, "asked")
    assert (too_long.status_code, too_long.json()["field"]) == (422, "wait")


async def test_blocks_and_links_are_written_in_the_exchange_format(tmp_path: Path) -> None:
    """One block, or blocks with links; kinds and statuses in any case; what is wrong is named by its field."""
    async with a_site(tmp_path) as site:
        one = await site.owner.post("/api/blocks", json={"block": "north_star", "title": "Goal"})
        both = await site.owner.post(
            "/api/blocks",
            json={
                "blocks": [
                    {"block": "Decision", "id": "d1", "title": "D", "status": "ACTIVE", "priority": "p1"},
                    {"block": "evidence", "id": "e1", "title": "E", "properties": {"origin": "human"}},
                ],
                "links": [{"link": "supports", "from": "e1", "to": "d1"}],
            },
        )
        wrong = [
            await site.owner.post("/api/blocks", json=body)
            for body in (
                {"block": "Wish", "title": "W"},
                {"blocks": [{"block": "Task", "title": "T", "status": "someday"}]},
                {"link": "SUPPORTS", "from": "e1", "to": "nowhere"},
                {"blocks": []},
                {"block": "Decision", "id": "d1", "title": "again"},
            )
        ]
        rows = await site.world.app.graph.read("blocks/by_id", ids=["d1"])
    assert (one.status_code, both.status_code) == (201, 201)
    assert both.json() == {"blocks": ["d1", "e1"], "links": 1}
    assert (rows[0]["status"], rows[0]["priority"]) == ("active", "P1")
    assert [answer.status_code for answer in wrong] == [422, 400, 404, 422, 409]
    assert (wrong[0].json()["field"], wrong[1].json()["field"]) == ("blocks.0.block", "blocks.0")


async def test_a_plan_is_imported_by_wire(tmp_path: Path) -> None:
    """Lines of the exchange format or files by name; again is an update; a name that leads out is refused."""
    async with a_site(tmp_path) as site:
        lines = '{"block": "Decision", "id": "d1", "title": "D"}\n{"block": "Oddity", "id": "x", "title": "X"}\n'
        dry = await site.owner.post("/api/imports", json={"name": "p", "lines": lines, "dry_run": True})
        none = (await site.owner.get("/api/plans")).json()["plans"]
        first = await site.owner.post("/api/imports", json={"name": "p", "lines": lines})
        again = await site.owner.post("/api/imports", json={"name": "p", "lines": lines})
        strict = await site.owner.post("/api/imports", json={"name": "q", "lines": lines, "strict": True})
        taken = '{"block": "Decision", "id": "d1", "title": "E"}\n{"block": "Decision", "id": "d2", "title": "F"}\n'
        other = await site.owner.post("/api/imports", json={"name": "r", "lines": taken, "dry_run": True})
        firm = await site.owner.post("/api/imports", json={"name": "r", "lines": taken, "strict": True})
        out = await site.owner.post("/api/imports", json={"name": "q", "files": {"../x.md": "# T", "a.md": "# T"}})
        both = await site.owner.post("/api/imports", json={"name": "q", "files": {"a.md": "# T"}, "lines": lines})
        junk = await site.owner.post("/api/imports", json={"name": "q", "lines": "junk"})
        plans = (await site.owner.get("/api/plans")).json()["plans"]
    assert (dry.json()["added"], none) == (1, [])
    assert (first.json()["added"], again.json()["added"], first.json()["blocks"]) == (1, 0, {"Decision": 1})
    assert first.json()["warnings"][0]["line"] == 2
    assert (other.json()["blocks"], firm.status_code) == ({"Decision": 1}, 400)
    assert "belongs to plan 'p'" in firm.json()["detail"]
    assert [answer.status_code for answer in (strict, out, both, junk)] == [400, 400, 422, 400]
    assert str(tmp_path.anchor) + "tmp" not in junk.json()["detail"]
    assert [plan["id"] for plan in plans] == ["p"]


async def test_the_ledger_is_paged_backwards(tmp_path: Path) -> None:
    """`before` and `limit` walk from the newest entry to the first without a hole."""
    async with a_site(tmp_path) as site:
        for number in range(5):
            await site.owner.post("/api/blocks", json={"block": "Knowledge", "title": f"K{number}"})
        seen: list[int] = []
        while page := (
            await site.owner.get("/api/ledger", params={"limit": 2} | ({"before": seen[-1]} if seen else {}))
        ).json()["entries"]:
            seen += [entry["seq"] for entry in page]
    assert seen == sorted(seen, reverse=True)
    assert seen == list(range(seen[0], 0, -1))
    assert len(seen) >= 5
