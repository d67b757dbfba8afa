"""Responders: a user's own Python function that answers guests in place of reply rules."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath

from mockmews import durations
from mockmews.errors import ConfigurationError
from mockmews.model.replies import AT_ONCE, Choice, MessageFacts
from mockmews.wire.given import Given
from mockmews.wire.reply_rules import read_delay, read_then

Answer = Callable[[MessageFacts], object]

_RESULT = ("say", "after", "then")
_WANTED = "None, a text, a list of texts, or a dict of say, after, then"


def load_responder(text: str) -> Answer:
    """The function that `package.module:function` names. ConfigurationError says what is missing."""
    module_name, colon, function_name = text.partition(":")
    if not colon or not all(part.isidentifier() for part in f"{module_name}.{function_name}".split(".")):
        raise ConfigurationError(
            f"{text!r} is no responder; write package.module:function, for example hotel.desk:answer"
        )
    found: object = _module(text, module_name)
    for name in function_name.split("."):
        if not hasattr(found, name):
            raise ConfigurationError(
                f"Responder {text!r}: {module_name} has no {name!r}; define it, or correct the name"
            )
        found = getattr(found, name)
    if not callable(found):
        raise ConfigurationError(
            f"Responder {text!r} is {type(found).__name__} and cannot be called; name a function"
        )
    if inspect.iscoroutinefunction(found) or inspect.iscoroutinefunction(type(found).__call__):
        raise ConfigurationError(f"Responder {text!r} is asynchronous; a responder is a plain def")
    return found


def _module(text: str, name: str) -> object:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            advice = "run where it can be imported, or put its folder into PYTHONPATH"
            raise ConfigurationError(
                f"Responder {text!r}: there is no module {error.name!r}; {advice}"
            ) from None
        raise ConfigurationError(
            f"Responder {text!r}: {name} imports {error.name!r}, which is missing"
        ) from error
    except Exception as error:
        raise ConfigurationError(
            f"Responder {text!r}: importing {name} failed with {type(error).__name__}: {error}"
        ) from error


def ask(responder: Answer, facts: MessageFacts, fraction: float, *, name: str) -> Choice:
    """What the responder called `name` decides. Whatever goes wrong in it becomes a reason, and silence.

    Reasons name the kind and the place of an error, never its words: they may repeat the guest's.
    """
    try:
        result = responder(facts)
    except Exception as error:
        return _silent(f"responder {name} raised {type(error).__name__}{_last_line(error)}: silent")
    if inspect.iscoroutine(result):
        result.close()  # else Python warns of a coroutine that nobody awaited
    if result is None:
        return _silent(f"responder {name} answers: silent")
    parts = result if isinstance(result, dict) else {"say": result}
    if any(key not in _RESULT for key in parts):
        return _silent(f"responder {name} returned a dict with other keys than say, after, then: silent")
    texts = _texts(parts.get("say"))
    if texts is None:
        return _silent(f"responder {name} returned {_kind(parts['say'])}; wanted is {_WANTED}: silent")
    given = Given.of(parts, "responder")
    try:
        after = read_delay(given.below("after", parts["after"])) if "after" in parts else AT_ONCE
    except ConfigurationError:
        return _silent(f"responder {name} returned an after that is no duration such as 30s..2m: silent")
    try:
        then = read_then(given.below("then", parts["then"])) if parts.get("then") is not None else None
    except ConfigurationError:
        return _silent(f"responder {name} returned a then that is not resolve or reopen: silent")
    said = tuple(text for text in texts if text.strip())
    delay = after.pick(fraction)
    reasons = [f"responder {name} answers: {_decision(len(said), then)}, after {durations.render(delay)}"]
    if len(said) < len(texts):
        reasons.append(f"responder {name}: blank texts are left out, since Mews has no blank messages")
    return Choice(None, said, delay, then, None, tuple(reasons))


def _silent(reason: str) -> Choice:
    return Choice(reasons=(reason,))


def _texts(say: object) -> tuple[str, ...] | None:
    if say is None:
        return ()
    several = say if isinstance(say, list | tuple) else (say,)
    if not all(isinstance(each, str) for each in several):
        return None
    # A lone surrogate is no text that could be stored, or sent.
    return tuple(each.encode("utf-8", "replace").decode() for each in several)


def _kind(say: object) -> str:
    if isinstance(say, list | tuple):
        return f"a list with {next(type(each).__name__ for each in say if not isinstance(each, str))} in it"
    return type(say).__name__


def _decision(count: int, then: str | None) -> str:
    words = ["1 text" if count == 1 else f"{count} texts"] if count else []
    return ", ".join([*words, then] if then else words) or "silent"


def _last_line(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({PurePath(frames[-1].filename).name}:{frames[-1].lineno})" if len(frames) > 1 else ""
