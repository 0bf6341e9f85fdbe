"""One tree of errors, one branch for each way forward.

::

    VibeError
    |- Transient            try again after `retry_after_s`
    |  |- CallFailed        a model answered badly, late or not at all; what it used is known or stays estimated
    |  `- Unreachable       an outside part (store, model, network) does not answer
    |- Permanent            trying again changes nothing
    |  |- BadInput          what was given is wrong; says where
    |  |  `- Unprocessable  its form is right, its content is not as its schema says
    |  |- NotFound          what was named does not exist
    |  |- Conflict          what was relied on no longer holds; read again and decide again
    |  |- IllegalMove       no such row in the noun's table of moves
    |  |- Refused           the gate does not let this happen
    |  |- CallRefused       a model's server will never answer this (wrong key, unknown model)
    |  `- Gone              who or what was to be reached is not there any more (a blocked bot, a deleted message)
    `- NeedsHuman           only a person can say how to go on

The bus judges a handler's failure by its branch; the command line turns it into an exit code.
"""

from __future__ import annotations


class VibeError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip().splitlines()[0])


class Transient(VibeError):
    """It may work if tried again later."""

    def __init__(self, message: str | None = None, *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unreachable(Transient):
    """An outside part does not answer."""


class CallFailed(Transient):
    """A model answered badly, late or not at all.

    `tokens` and `cost_usd` are what it used all the same; None where nobody knows.
    """

    def __init__(
        self,
        message: str | None = None,
        *,
        tokens: int | None = None,
        cost_usd: float = 0.0,
        retry_after_s: float = 1.0,
    ) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.tokens, self.cost_usd = tokens, cost_usd


class Permanent(VibeError):
    """Trying again would change nothing."""


class BadInput(Permanent):
    """What was given cannot be used.

    `file`, `line` and `field` say where, as far as it is known.
    """

    def __init__(
        self,
        message: str | None = None,
        *,
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        self.file, self.line, self.field = file, line, field
        where = ":".join(str(part) for part in (file, line, field) if part is not None)
        super().__init__(f"{where}: {message}" if where and message else message)


class Unprocessable(BadInput):
    """What was handed in is not as its schema says."""


class NotFound(Permanent):
    """There is no such thing."""


class Conflict(Permanent):
    """Somebody else was first: what this change relied on no longer holds.

    `found` names what was found instead, by property.
    """

    def __init__(self, message: str | None = None, *, found: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.found = found or {}


class IllegalMove(Permanent):
    """This state cannot follow that one."""

    def __init__(self, noun: str, current: str, wanted: str) -> None:
        article = "an" if noun.startswith(tuple("aeiou")) else "a"
        super().__init__(f"{article} {noun} that is {current!r} cannot become {wanted!r}")
        self.noun, self.current, self.wanted = noun, current, wanted


class Refused(Permanent):
    """The gate does not let this happen."""


class CallRefused(Permanent):
    """A model's server will never answer this; nothing was used."""


class Gone(Permanent):
    """Who or what was to be reached is not there any more."""


class NeedsHuman(VibeError):
    """Only a person can say how to go on."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question
