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
from vibe.edges.models.rubric import criticize, judge

NAME = "rules"
_ROLES: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "proposer": draft,
    "critic": criticize,
    "arbiter": judge,
}


class RuleModel:
    """Answers as proposer, critic and arbiter."""

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Answer one request.

        Raises:
            Permanent: it has no rule for that role.
        """
        role = _ROLES.get(request.role)
        if role is None:
            raise Permanent(f"the rules have no answer for a {request.role!r}")
        return ModelReply(role(request.inputs), NAME)
