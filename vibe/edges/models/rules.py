"""The model that is no model: rules draft, object and judge; deterministic, free, always there.

It answers the same requests in the same shapes as a language model would. It reads only `inputs`, never the rendered
prompt, and knows three roles. Wherever it argued, the result is called "checks", never "debate".

Source: issue "The whole loop" (Proposals, checks, decision), SPEC section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vibe.domain.acts import ModelReply, ModelRequest
from vibe.domain.errors import Permanent
from vibe.edges.models.drafting import draft
from vibe.edges.models.rubric import both_sides, criticize, judge
from vibe.ports.inward import Likeness

NAME = "rules"
_JUDGES: Mapping[str, Callable[[Mapping[str, Any], float | None], dict[str, Any]]] = {
    "critic": criticize,
    "arbiter": judge,
}


class RuleModel:
    """Answers as proposer, critic and arbiter.

    `likeness`, where it knows meanings, tells whether a proposal that names no targets is about its gap at all.
    """

    def __init__(self, likeness: Likeness | None = None) -> None:
        self._likeness = likeness

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Answer one request.

        Raises:
            Permanent: it has no rule for that role.
        """
        if request.role == "proposer":
            return ModelReply(draft(request.inputs), NAME)
        role = _JUDGES.get(request.role)
        if role is None:
            raise Permanent(f"the rules have no answer for a {request.role!r}")
        return ModelReply(role(request.inputs, await self._near(request.inputs)), NAME)

    async def _near(self, inputs: Mapping[str, Any]) -> float | None:
        if self._likeness is None or (inputs.get("packet") or {}).get("targets"):
            return None
        one, other = both_sides(inputs)
        return await self._likeness.nearness(one, other) if one and other else None
