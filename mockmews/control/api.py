"""The control API as one function: method, path, query and body in; status and JSON out."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockmews.control import (
    PREFIX,
    clock,
    conversations,
    document,
    exports,
    faults,
    integrations,
    journal,
    messages,
    server,
    sinks,
    webhooks,
)
from mockmews.control.call import Call, Endpoint, Json
from mockmews.engine.mock_mews import MockMews
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ConfigurationError, ControlError, MockMewsError
from mockmews.settings import suggestion
from mockmews.wire.journal import mask

_log = logging.getLogger(__name__)

_ROOMS = (server, integrations, messages, conversations, webhooks, faults, clock, journal, sinks, exports)
ENDPOINTS: tuple[Endpoint, ...] = tuple(endpoint for room in _ROOMS for endpoint in room.ENDPOINTS)

Changed = Callable[[LiveWorld, str], None]
"""Takes a world and what of it was changed: the step of the path after its id, `integration` for the world itself."""


class ControlApi:
    """Performs calls on one fake Mews; the HTTP face and the same process use it alike."""

    def __init__(self, mock: MockMews) -> None:
        self._mock = mock
        self._listeners: list[Changed] = []
        describe = Endpoint("GET", "/openapi.json", self._describe, "This document.")
        self._endpoints = (*ENDPOINTS, describe)
        self._routes = [(each.path.split("/"), each) for each in self._endpoints]
        self._fitting: dict[tuple[str, int], list[tuple[list[str], Endpoint]]] = {}
        for template, each in self._routes:
            self._fitting.setdefault((each.method, len(template)), []).append((template, each))

    async def perform(
        self, method: str, path: str, query: Mapping[str, str], body: Any = None
    ) -> tuple[int, Json]:
        """The status and the JSON of one call; `path` is below the prefix. Never raises."""
        try:
            endpoint, parameters = self._find(method, path)
            _check(endpoint, query, body)
            world = self._mock.worlds.known(parameters.get("id", ""))
            answer = endpoint.handle(Call(self._mock, parameters, query, body))
            if inspect.isawaitable(answer):
                answer = await answer
            if world is not None and endpoint.method != "GET":
                self._tell(world, endpoint)
            return endpoint.status, answer
        except ControlError as error:
            return error.status, error_body(error)
        except ConfigurationError as error:
            return 422, error_body(ControlError(422, "invalid", str(error)))
        except MockMewsError as error:
            return 400, error_body(ControlError(400, "refused", str(error)))
        except Exception:
            _log.exception("%s %s of the control API failed inside the mock", method, path)
            return 500, error_body(ControlError(500, "broken", "A fault of mockmews; its log says more."))

    def subscribe(self, listener: Changed) -> Callable[[], None]:
        """Call `listener` after each call that changed a world; call what is returned to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, world: LiveWorld, endpoint: Endpoint) -> None:
        _, _, what = endpoint.path.removeprefix("/integrations/").partition("/")
        for listener in tuple(self._listeners):
            listener(world, what.partition("/")[0] or "integration")

    def _find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
        steps = path.split("/")
        for template, endpoint in self._fitting.get((method, len(steps)), ()):
            found = _parameters(template, steps)
            if found is not None:
                return endpoint, found
        others = [each.method for template, each in self._routes if _parameters(template, steps) is not None]
        if others:
            raise ControlError(404, "wrong_method", f"{path} takes {', '.join(others)}, not {method[:20]}.")
        known = self._last_steps(path)
        raise ControlError(
            404, "unknown_path",
            f"The control API has no {mask(path)[:200]}.{suggestion(path.rpartition('/')[2], known)}",
            f"Known here are {', '.join(known)}." if known else f"See {PREFIX}/openapi.json.",
        )  # fmt: skip

    def _last_steps(self, path: str) -> dict[str, None]:
        """What may stand at the end of the path, where nothing but its last step is wrong."""
        *before, _ = path.split("/")
        starts = ((start, last) for (*start, last), _ in self._routes if start[1:])
        fitting = (last for start, last in starts if _parameters(start, before) is not None)
        return dict.fromkeys(step for step in fitting if not step.startswith("{"))

    def _describe(self, _: Call) -> Json:
        return document.describe(self._endpoints, PREFIX)


def _check(endpoint: Endpoint, query: Mapping[str, str], body: Any) -> None:
    """Refuse names in the query, and a body, that the endpoint would not look at. Raises ControlError 422.

    The fields of a body are read, and refused by name, where they are used.
    """
    known = endpoint.takes if endpoint.method == "GET" else {}
    for name in query:
        if name not in known:
            raise ControlError(
                422, "unknown_query", f"There is no {name[:60]!r} in this query.{suggestion(name, known)}",
                f"Known are {', '.join(known)}." if known else "This call takes no query.",
            )  # fmt: skip
    if not endpoint.takes and not endpoint.takes_anything and body not in (None, {}):
        what = f"no {next(iter(body))[:60]!r}" if isinstance(body, dict) else "no body"
        raise ControlError(422, "unknown_field", f"{endpoint.method} {endpoint.path} takes {what}.")


def error_body(error: ControlError) -> Json:
    """`{"error": {"code", "message", "hint"}}`."""
    return {"error": {"code": error.code, "message": error.message, "hint": error.hint}}


def _parameters(template: Sequence[str], steps: Sequence[str]) -> dict[str, str] | None:
    """What stands in the path where its template has `{name}`; None where it is another path."""
    if len(template) != len(steps):
        return None
    found = {}
    for wanted, step in zip(template, steps, strict=True):
        if wanted != step:
            if not step or not wanted.startswith("{"):
                return None
            found[wanted[1:-1]] = step
    return found
