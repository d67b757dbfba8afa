"""The hotel's file, `mockmews.yaml`: clients, enterprises, integrations, and what they start from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mockmews.errors import ConfigurationError
from mockmews.model.config import Config, OtherOperation
from mockmews.model.identifiers import is_uuid
from mockmews.model.integrations import PERMISSIONS, Enterprise, WorldRequest
from mockmews.model.replies import MessageFacts, OwnResponder, ReplyRule
from mockmews.settings import SETTINGS
from mockmews.wire.control import WORLD_FIELDS, enterprise_of, setting_text, world_of
from mockmews.wire.faults import faults_of
from mockmews.wire.given import Given
from mockmews.wire.reply_rules import read_rule_file, rules_of
from mockmews.wire.webhook_tokens import filled
from mockmews.wire.yaml_files import YamlFile

VERSION = 1
_TOP = (
    "version", "clients", "enterprises", "integrations", "settings", "reply_rules", "responder", "faults",
    "other_operations",
)  # fmt: skip
_TOKENS = ("client_token", "access_token", "integration_id")
_URLS = ("webhook_url", "integration_webhook_url")
_TOKEN = re.compile(r"[0-9A-Za-z_-]{8,200}", re.ASCII)
_MOST = 10_000


class Checks(Struct, frozen=True):
    """What a file is asked that only other rooms can answer.

    `url` raises ValueError where no webhook could be posted to a URL, `responder` ConfigurationError where
    `package.module:function` cannot be loaded.
    """

    url: Callable[[str], None]
    responder: Callable[[str], Callable[[MessageFacts], object]]


def read_config(file: YamlFile, checks: Checks) -> Config:
    """Everything that the file asks for. Raises ConfigurationError `file:line: what`."""
    root = Given.of(file.data, file.place)
    given = root.fields(_TOP)
    if "version" not in given:
        raise root.refused(f"version is missing; begin the file with `version: {VERSION}`")
    if given["version"].value is True or given["version"].value != VERSION:
        raise given["version"].refused(f"version is {given['version'].seen}; this mockmews reads {VERSION}")
    clients = _named(given.get("clients"), _client)
    enterprises = _named(given.get("enterprises"), _enterprise)
    items = given["integrations"].items() if "integrations" in given else []
    if len(items) > _MOST:
        raise given["integrations"].refused(f"{len(items)} integrations are too many; {_MOST} are allowed")
    return Config(
        settings=_settings(given["settings"]) if "settings" in given else {},
        worlds=_distinct([(each, _integration(each, clients, enterprises, checks)) for each in items]),
        reply_rules=rules_of(given["reply_rules"]) if "reply_rules" in given else None,
        responder=_responder(given, checks),
        faults=faults_of(given["faults"]) if "faults" in given else None,
        other_operations=_operations(given["other_operations"]) if "other_operations" in given else (),
    )


def read_replies(file: YamlFile, checks: Checks) -> tuple[ReplyRule, ...] | OwnResponder:
    """What a file of its own has the front desk say: its rules, or the `responder` that it names."""
    root = Given.of(file.data, file.place)
    if not isinstance(file.data, dict) or "responder" not in file.data:
        return read_rule_file(file.data, where=file.place)
    responder = _responder(root.fields(("version", "reply_rules", "responder")), checks)
    assert responder is not None, "it stands there"
    return responder


def _named(given: Given | None, read: Any) -> dict[str, Any]:
    """The entries of a map by their names."""
    if given is None:
        return {}
    if not isinstance(given.value, dict):
        raise given.refused(f"{given.name} takes a map from names to what they are, not {given.seen}")
    return {str(name): read(given.below(name, value), str(name)) for name, value in given.value.items()}


def _client(given: Given, _: str) -> str:
    fields = given.fields(("client_token",))
    if "client_token" not in fields:
        raise given.refused("client_token is missing; name the token of this application")
    return _token(fields["client_token"])


def _enterprise(given: Given, name: str) -> Enterprise:
    if given.value is None:
        given = replace(given, value={})
    return replace(enterprise_of(given), name=name)


def _integration(
    given: Given, clients: dict[str, str], enterprises: dict[str, Enterprise], checks: Checks
) -> WorldRequest:
    fields = given.fields(("client", "enterprise", "responder", *_TOKENS, *WORLD_FIELDS))
    if "name" not in fields:
        raise given.refused("name is missing; by its name an integration is known again after a restart")
    if "client" in fields and "client_token" in fields:
        raise fields["client"].refused("give client or client_token, not both")
    if "enterprise" in fields and "enterprises" in fields:
        raise fields["enterprise"].refused("give enterprise or enterprises, not both")
    for name in _URLS:
        if name in fields:
            _check_url(fields[name], checks)
    own = {name: value for name, value in fields.items() if name in WORLD_FIELDS and name != "enterprises"}
    return replace(
        world_of(own),
        enterprises=_chosen(fields, enterprises),
        client_token=_client_token(fields, clients),
        access_token=_token(fields["access_token"]) if "access_token" in fields else None,
        integration_id=_uuid(fields["integration_id"]) if "integration_id" in fields else None,
        responder=_responder(fields, checks),
    )


def _responder(fields: Mapping[str, Given], checks: Checks) -> OwnResponder | None:
    """The function that answers guests in place of reply rules."""
    if "responder" not in fields:
        return None
    given = fields["responder"]
    if "reply_rules" in fields:
        raise given.refused("a responder answers in place of reply_rules; keep one of the two")
    name = given.text()
    try:
        return OwnResponder(name, checks.responder(name))
    except ConfigurationError as error:
        raise given.refused(str(error)) from None


def _check_url(given: Given, checks: Checks) -> None:
    if given.value is not None:
        try:
            checks.url(filled(given.text(), "token"))
        except ValueError as error:
            raise given.refused(f"{given.name}: {error}") from None


def _chosen(fields: dict[str, Given], known: dict[str, Enterprise]) -> tuple[Enterprise, ...] | None:
    if "enterprise" in fields:
        return (_known(fields["enterprise"], known, "enterprises"),)
    if "enterprises" in fields:
        names = fields["enterprises"].items()
        if not names:
            raise fields["enterprises"].refused("enterprises is empty; name some, or leave it out")
        for each in names[1:]:
            if each.value in [other.value for other in names[: names.index(each)]]:
                raise each.refused(f"{each.seen} stands here twice; keep one")
        return tuple(_known(each, known, "enterprises") for each in names)
    return None


def _client_token(fields: dict[str, Given], clients: dict[str, str]) -> str | None:
    if "client" in fields:
        token: str = _known(fields["client"], clients, "clients")
        return token
    return _token(fields["client_token"]) if "client_token" in fields else None


def _known(given: Given, known: Mapping[str, Any], where: str) -> Any:
    name = given.text()
    if name not in known:
        raise given.refused(f"{given.seen} is not among `{where}`; known are {', '.join(known) or 'none'}")
    return known[name]


def _token(given: Given) -> str:
    token = given.text()
    if _TOKEN.fullmatch(token) is None:
        raise given.refused(f"{given.name} takes 8 to 200 letters, digits, hyphens and underscores")
    return token


def _uuid(given: Given) -> str:
    if not is_uuid(given.value):
        raise given.refused(f"{given.name} takes a uuid, not {given.seen}")
    return str(given.value).lower()


def _settings(given: Given) -> dict[str, str]:
    known = [setting.name for setting in SETTINGS]
    return {name: setting_text(name, value) for name, value in given.fields(known).items()}


def _distinct(found: list[tuple[Given, WorldRequest]]) -> tuple[WorldRequest, ...]:
    """Names and tokens of integrations must be their own."""
    for field in ("name", "access_token", "integration_id"):
        seen: set[object] = set()
        for given, request in found:
            value = request.fields.get("name") if field == "name" else getattr(request, field)
            if value is not None and value in seen:
                raise given.refused(f"two integrations have this {field}; give each its own")
            seen.add(value)
    return tuple(request for _, request in found)


def _operations(given: Given) -> tuple[OtherOperation, ...]:
    if not isinstance(given.value, dict):
        raise given.refused("other_operations takes a map such as {configuration/get: {json: {}}}")
    return tuple(_operation(given.below(name, value), str(name)) for name, value in given.value.items())


def _operation(given: Given, name: str) -> OtherOperation:
    if not re.fullmatch(r"[A-Za-z0-9]+/[A-Za-z0-9]+(/[0-9-]+)?", name):
        raise given.refused(f"{name[:60]!r} is no operation such as configuration/get")
    if name in PERMISSIONS:
        raise given.refused(f"the fake itself answers {name}; let it fail by `faults` where you want that")
    fields = given.fields(("status", "json"))
    status = fields["status"].count() if "status" in fields else 200
    if not 200 <= status <= 599:
        raise fields["status"].refused(f"status takes 200 to 599, not {status}")
    return OtherOperation(name, status, fields["json"].value if "json" in fields else {})
