"""Reply rules as users write them, in YAML or JSON, to nouns and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockmews import durations
from mockmews.durations import DurationRange
from mockmews.model.replies import AT_ONCE, FACT_NAMES, PLACEHOLDER, ReplyRule, TextPattern, Then
from mockmews.settings import suggestion
from mockmews.wire.given import Given, Where
from mockmews.wire.patterns import compile_pattern, read_pattern

_WHEN = ("text", "sender", "subject", "thread", "nth")
_DO = ("say", "after", "then", "once", "silent")
_RULE = ("when", *_DO, "otherwise")
_THENS: dict[str, Then] = {"resolve": "resolve", "reopen": "reopen"}
_MOST_RULES = 1_000
_MOST_TEXTS = 100


def read_rules(data: object, *, where: str | Where) -> tuple[ReplyRule, ...]:
    """Rules from decoded JSON or YAML: a list of maps. ConfigurationError names the place and the mistake.

    `where` is the name of the data's root in JSON, or how to say where a path stands (YamlFile.place).
    """
    return rules_of(Given.of(data, where))


def read_rule_file(data: object, *, where: str | Where) -> tuple[ReplyRule, ...]:
    """Rules from a file of their own: a map with `reply_rules` (and `version: 1`), or the bare list.

    `responder` may stand there in their place; `wire.config.read_replies` reads it.
    """
    root = Given.of(data, where)
    if isinstance(data, list):
        return rules_of(root)
    fields = root.fields(("version", "reply_rules", "responder"))
    if "version" in fields and fields["version"].value != 1:
        raise fields["version"].refused(f"version takes 1, not {fields['version'].seen}")
    if "reply_rules" not in fields:
        raise root.refused("there are no reply_rules; write reply_rules: and a list of rules below it")
    return rules_of(fields["reply_rules"])


def read_delay(given: Given) -> DurationRange:
    """A duration `2s` or a range `30s..2m`."""
    if isinstance(given.value, bool | dict | list) or given.value is None:
        raise given.refused(f"{given.name} takes a duration such as 30s or 30s..2m, not {given.seen}")
    try:
        return durations.parse_range(str(given.value))
    except ValueError as error:
        raise given.refused(f"{given.name}: {error}") from None


def read_then(given: Given) -> Then:
    """`resolve` or `reopen`."""
    then = _THENS.get(given.value) if isinstance(given.value, str) else None
    if then is None:
        near = suggestion(str(given.value), _THENS)
        raise given.refused(f"{given.name} takes resolve or reopen, not {given.seen}.{near}")
    return then


def rules_of(given: Given) -> tuple[ReplyRule, ...]:
    items = given.items()
    if len(items) > _MOST_RULES:
        raise given.refused(f"{len(items)} rules are too many; {_MOST_RULES} are allowed")
    rules = tuple(_rule(each) for each in items)
    for each, rule in zip(items[:-1], rules[:-1], strict=True):
        if rule.otherwise:
            raise each.refused("otherwise must be the last rule, since no rule after it is ever reached")
    return rules


def _rule(given: Given) -> ReplyRule:
    fields = given.fields(_RULE)
    if "otherwise" in fields:
        return _otherwise(given, fields)
    when = fields["when"].fields(_WHEN) if "when" in fields else {}
    patterns = {name: read_pattern(when[name]) for name in FACT_NAMES if name in when}
    thread_is_new, nth = _numbers(when)
    return ReplyRule(
        text=patterns.get("text"),
        sender=patterns.get("sender"),
        subject=patterns.get("subject"),
        thread_is_new=thread_is_new,
        nth=nth,
        **_action(given, fields, _names(when, patterns)),
    )


def _otherwise(given: Given, fields: dict[str, Given]) -> ReplyRule:
    otherwise = fields["otherwise"]
    for name, each in fields.items():
        if name == "when":
            raise each.refused(
                "a rule has when or otherwise, not both; otherwise is for what no rule matched"
            )
        if name != "otherwise":
            raise each.refused(f"{name} belongs inside otherwise: {{say: ..., {name}: ...}}")
    if otherwise.value == "silent":
        return ReplyRule(otherwise=True)
    if not isinstance(otherwise.value, dict):
        raise otherwise.refused(f"otherwise takes silent or a map such as {{say: ...}}, not {otherwise.seen}")
    return ReplyRule(otherwise=True, **_action(otherwise, otherwise.fields(_DO), FACT_NAMES))


def _numbers(when: dict[str, Given]) -> tuple[bool, int | None]:
    """The conditions on the thread and on the message's number."""
    thread = when.get("thread")
    if thread is not None and thread.value not in ("new", "any"):
        near = suggestion(str(thread.value), {"new": None, "any": None})
        raise thread.refused(f"thread takes new or any, not {thread.seen}.{near}")
    is_new = thread is not None and thread.value == "new"
    nth = when["nth"].count() if "nth" in when else None
    if is_new and nth not in (None, 1):
        raise when["nth"].refused(
            f"thread: new is the guest's first message, so nth: {nth} never holds; keep one of them"
        )
    return is_new, nth


def _names(when: dict[str, Given], patterns: dict[str, TextPattern]) -> tuple[str, ...]:
    """What this rule's templates may name: the facts, and the named groups of its patterns."""
    known = list(FACT_NAMES)
    for place, pattern in patterns.items():
        if pattern.flags is None:
            continue
        for group in compile_pattern(pattern).groupindex:
            if group in known:
                raise when[place].refused(
                    f"the group {group!r} has a name that is taken; choose another than {', '.join(known)}"
                )
            known.append(group)
    return tuple(known)


def _action(given: Given, fields: dict[str, Given], names: Iterable[str]) -> dict[str, Any]:
    silent = "silent" in fields and fields["silent"].flag()
    if silent and ("say" in fields or "then" in fields):
        raise fields["silent"].refused(
            "a silent rule neither says nor does anything; drop silent, or the rest"
        )
    if not silent and "say" not in fields and "then" not in fields:
        raise given.refused("this rule does nothing; write say: a text, then: resolve, or silent: true")
    return {
        "texts": _texts(fields["say"], tuple(names)) if "say" in fields else (),
        "after": read_delay(fields["after"]) if "after" in fields else AT_ONCE,
        "then": read_then(fields["then"]) if "then" in fields else None,
        "once": "once" in fields and fields["once"].flag(),
    }


def _texts(say: Given, names: tuple[str, ...]) -> tuple[str, ...]:
    several = say.items() if isinstance(say.value, list | tuple) else [say]
    if not several:
        raise say.refused("say is an empty list; write a text, or silent: true in place of say")
    if len(several) > _MOST_TEXTS:
        raise say.refused(f"say has {len(several)} texts; {_MOST_TEXTS} are allowed")
    return tuple(_template(each, names) for each in several)


def _template(given: Given, names: tuple[str, ...]) -> str:
    text = given.text()
    for match in PLACEHOLDER.finditer(text):
        if match[1] not in names:
            near = suggestion(match[1], dict.fromkeys(names))
            raise given.refused(
                f"{given.name} names {match[0]}, which is unknown here.{near} Known are {', '.join(names)}"
            )
    rest = PLACEHOLDER.sub("", text)
    for sign in ("{{", "{%", "{#"):
        if sign in rest:
            raise given.refused(
                f"{given.name} holds {sign} that is not a name in double braces; templates know "
                f"{{{{ {' }}, {{ '.join(names)} }}}} and nothing else, and run no code"
            )
    return text


def write_rules(rules: Iterable[ReplyRule]) -> list[dict[str, Any]]:
    """The rules as plain JSON data that `read_rules` reads back equal."""
    return [_written(rule) for rule in rules]


def _written(rule: ReplyRule) -> dict[str, Any]:
    action: dict[str, Any] = {}
    if rule.texts:
        action["say"] = rule.texts[0] if len(rule.texts) == 1 else list(rule.texts)
    if rule.after != AT_ONCE:
        action["after"] = durations.render_range(rule.after)
    if rule.then is not None:
        action["then"] = rule.then
    if rule.once:
        action["once"] = True
    if not rule.texts and rule.then is None:
        action["silent"] = True
    if rule.otherwise:
        return {"otherwise": "silent" if action == {"silent": True} else action}
    patterns = {"text": rule.text, "sender": rule.sender, "subject": rule.subject}
    when: dict[str, Any] = {name: each.written for name, each in patterns.items() if each is not None}
    if rule.thread_is_new:
        when["thread"] = "new"
    if rule.nth is not None:
        when["nth"] = rule.nth
    return {"when": when, **action} if when else action
