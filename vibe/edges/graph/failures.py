"""From the driver's errors to our tree: which may pass if tried again, and what they are called here.

The message names the query and the server's code, never the server's text: that may quote parameters. The driver's
own error stays chained for whoever debugs.
"""

from __future__ import annotations

from neo4j.exceptions import (
    AuthError,
    ConstraintError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from vibe.domain.errors import Conflict, Permanent, Transient, Unreachable, VibeError

DRIVER_ERRORS = (DriverError, Neo4jError)
_GONE = (ServiceUnavailable, SessionExpired, IncompleteCommit, ConnectionError)
_TIMED_OUT = "TransactionTimedOut"
_NOT_THERE_YET = "DatabaseNotFound"


def is_gone(error: BaseException) -> bool:
    """Whether the connection is lost: the server may have died."""
    return isinstance(error, _GONE)


def may_pass(error: BaseException) -> bool:
    """Whether the same unit of work may succeed if run again as a whole."""
    if is_gone(error) or isinstance(error, ConstraintError):
        return True
    if _TIMED_OUT in _code(error):
        return False
    return isinstance(error, DriverError | Neo4jError) and error.is_retryable()


def translated(error: BaseException, what: str, where: str) -> VibeError:
    """Name a driver's error in our tree; `what` is the query or unit, `where` the server's address."""
    code = _code(error)
    if isinstance(error, AuthError):
        return Unreachable(
            f"the store at {where} refuses user or password; set VIBE_GRAPH__USER and VIBE_GRAPH__PASSWORD"
        )
    if is_gone(error):
        return Unreachable(f"the store at {where} does not answer ({what}); is it running, is graph.uri right?")
    if _NOT_THERE_YET in code:
        return Unreachable(f"the store at {where} has no such database; set VIBE_GRAPH__DATABASE")
    if isinstance(error, ConstraintError):
        return Conflict(f"{what}: a unique value is taken already ({code})")
    return _refusal(error, f"{what}: %s ({code})")


def _refusal(error: BaseException, message: str) -> VibeError:
    if _TIMED_OUT in _code(error):
        return Transient(message % "took longer than it may")
    if may_pass(error):
        return Transient(message % "the store asks to try again")
    return Permanent(message % "the store refuses")


def _code(error: BaseException) -> str:
    return (error.code if isinstance(error, Neo4jError) else None) or type(error).__name__
