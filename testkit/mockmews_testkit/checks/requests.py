"""Laws of the requests themselves: REQ-01 to REQ-04."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockmews_testkit.checks.happenings import Call, Json, as_list, as_map
from mockmews_testkit.checks.paging import too_long
from mockmews_testkit.checks.results import Proof, Verdict, judged, not_exercised
from mockmews_testkit.checks.story import Story
from mockmews_testkit.vocabulary import OPERATIONS

NO_CALLS = "the app called none of the four operations; let a guest write"

_PREFIX = "/api/connector/v1/"
_PATHS = tuple(f"{_PREFIX}{each}" for each in OPERATIONS)
_CLIENT = re.compile(r"\S.*\d", re.DOTALL)

_BASE = {"ClientToken", "AccessToken", "Client", "LanguageCode", "CultureCode"}
_INTERVAL = {"StartUtc": None, "EndUtc": None}
_PAGE = {"Count": None, "Cursor": None}
_FIELDS: Mapping[str, Mapping[str, Any]] = {
    "messageThreads/getAll": {
        "EnterpriseIds": None, "MessageThreadIds": None, "CreatedUtc": _INTERVAL, "UpdatedUtc": _INTERVAL,
        "Limitation": _PAGE,
    },
    "messageThreads/add": {"OriginalSender": None, "Subject": None},
    "messages/getAll": {
        "EnterpriseIds": None, "MessageThreadIds": None, "CreatedUtc": _INTERVAL, "Limitation": _PAGE,
    },
    "messages/add": {
        # ThreadId and tokens in each item are what older documents know (contract.md 12 rows 4 and 5).
        "Messages": dict.fromkeys(
            ("MessageThreadId", "Text", "Identifier", "ThreadId", "ClientToken", "AccessToken", "Client")
        ),
    },
}  # fmt: skip
"""The fields of each request by name (contract.md 3); None: no names within. The fake judges all the rest."""


def exact_calls(story: Story) -> Verdict:
    """REQ-01: only POST, application/json and the exact path."""
    proofs: list[Proof] = []
    seen = False
    for entry in [*story.of_kind("request"), *story.record.strays]:
        meant = _meant(str(entry.get("path", "")))
        if meant is None:
            continue  # a 404 of another operation is no finding
        seen = True
        problem = _transport_problem(entry, meant)
        if problem:
            proofs.append(story.proof(problem, entry["number"]))
    return judged(proofs, exercised=seen, otherwise=NO_CALLS)


def _transport_problem(entry: Json, meant: str) -> str:
    path, method = str(entry["path"]), entry.get("method")
    if path != meant:
        return f"{method} {path} was called; the exact path is {meant}"
    if method != "POST":
        return f"{path} was called by {method}, not POST"
    media_type = _header(entry, "content-type").partition(";")[0].strip().lower()
    if media_type != "application/json":
        return f"{path} was sent with Content-Type {media_type or 'none'}, not application/json"
    return ""


def _meant(path: str) -> str | None:
    """The path of messaging that a call means: exact, or off by case, slashes or its beginning."""
    if path in _PATHS:
        return path
    steps = [each for each in path.lower().split("/") if each]
    for known in _PATHS:
        if steps[-2:] == known.lower().split("/")[-2:]:
            return known
    return None


def _header(entry: Json, name: str) -> str:
    for header in as_list(entry.get("request_headers")):
        if isinstance(header, list | tuple) and len(header) == 2 and str(header[0]).lower() == name:
            return str(header[1])
    return ""


def tokens_and_client(story: Story) -> Verdict:
    """REQ-02: ClientToken, AccessToken and Client in every body; Client has a name and a version."""
    proofs: list[Proof] = []
    seen = False
    for entry in [*story.of_kind("request"), *story.record.strays]:
        body = as_map(as_map(entry.get("request")).get("json"))
        if entry.get("path") not in _PATHS or entry.get("method") != "POST" or not body:
            continue
        seen = True
        for problem in _token_problems(body):
            proofs.append(story.proof(f"{entry['operation']}: {problem}", entry["number"]))
    return judged(proofs, exercised=seen, otherwise=NO_CALLS)


def _token_problems(body: Json) -> Iterator[str]:
    for name in ("ClientToken", "AccessToken", "Client"):
        value = body.get(name)
        if not isinstance(value, str) or not value.strip():
            yield f"{name} is missing in the body"
        elif name == "Client" and not _CLIENT.search(value):
            yield f"Client is {value[:80]!r}; it wants a name and a version"


def bodies_fit(story: Story) -> Verdict:
    """REQ-03: nothing unknown, nothing missing, within the limits."""
    proofs: list[Proof] = []
    for call in story.calls:
        names = ", ".join(dict.fromkeys(_unknown(call.body, _FIELDS.get(call.operation, {}), _BASE)))
        if names:
            proofs.append(story.proof(f"{call.operation} sent {names}, which it does not have", call.number))
        problem = _refusal_of_form(call)
        if problem:
            proofs.append(story.proof(f"{call.operation} was refused: {problem}", call.number))
    return judged(proofs, exercised=bool(story.calls), otherwise=NO_CALLS)


def _unknown(
    body: Json, known: Mapping[str, Any], besides: set[str] | frozenset[str] = frozenset()
) -> Iterator[str]:
    for name, value in body.items():
        if name in known:
            within = known[name]
            for each in [value, *as_list(value)] if within else ():
                yield from (f"{name}.{inner}" for inner in _unknown(as_map(each), within))
        elif name not in besides:
            yield str(name)


def _refusal_of_form(call: Call) -> str:
    """Why the fake refused a body for its form; empty where it did not, or for what is no matter of form.

    A well-formed id that names nothing, and a blank text (contract.md 13 row 9), are other matters.
    """
    if call.status != 400 or call.injected:
        return ""
    message = str(call.response.get("Message") or "")
    hint = str(call.entry.get("hint") or "")
    if message.startswith(("Invalid Client", "Invalid Content-Type")):
        return ""
    names_nothing = any(each in hint for each in ("names no thread", "names a resolved", "is the Id of no"))
    sent = [*call.texts, call.body.get("OriginalSender"), call.body.get("Subject")]
    blank = any(isinstance(each, str) and each and not each.strip() for each in sent)
    if names_nothing or (
        blank and message.startswith(("Invalid Text", "Invalid OriginalSender", "Invalid Subject"))
    ):
        return ""
    if message.startswith(("Invalid CreatedUtc", "Invalid UpdatedUtc")) and too_long(call):
        return ""  # PAGE-02's alone
    return f"{message} {hint}".strip()


def survives_unknown_fields(story: Story) -> Verdict:
    """REQ-04: what came with an unknown field was understood, so that all went on."""
    struck = [each for each in story.calls if any(hit.does("unknown_field") for hit in each.hits)]
    if not struck:
        return not_exercised("no response had an unknown field; set the fault unknown_field: true")
    proofs: list[Proof] = []
    if not story.record.alive:
        proofs.append(story.proof("the app ended after a response with an unknown field", struck[0].number))
    first = struck[0]
    for text in story.missing:
        if story.overdue(max(text.elapsed, first.ended)):
            proofs.append(
                story.proof(
                    f'after a response with an unknown field "{text.text}" did not reach Mews',
                    first.number,
                    source=text.source,
                )
            )
    for reply in story.replies:
        guest = story.guest(reply.guest)
        told = story.told(reply.id)
        if guest is None or told is None or not story.overdue(told.ended):
            continue
        if not story.times_shown(guest, reply.text) and any(call.ended >= told.begun for call in struck):
            problem = f'after a response with an unknown field "{reply.text}" was not shown to {guest.name}'
            proofs.append(story.proof(problem, first.number, told.number, message=reply.id))
    return judged(proofs, exercised=True, otherwise="")
