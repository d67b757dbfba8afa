"""Every call of the control API as a method, whichever way it travels."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from mockmews.errors import ControlError

Json = dict[str, Any]

PREFIX = "/_mockmews/v1"
_NOT_SEEN = 408


class ControlMethods(ABC):
    """Every call of the control API, whichever way it travels.

    `integration` is always an integration id or an AccessToken. All methods raise ControlError where the
    API refuses, ServerError where it cannot be reached, and return the decoded JSON. `url` is the platform
    address.
    """

    def __init__(self, url: str) -> None:
        self._base = url

    def close(self) -> None:  # noqa: B027 - what goes without HTTP holds nothing
        """Give back what the calls hold; nothing where they go without HTTP."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def call(self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None) -> Json:
        """One call; `path` is below `/_mockmews/v1`."""

    # The server

    def health(self) -> Json:
        """`{"status": "ok"}`."""
        return self.call("GET", "/health")

    def ready(self) -> Json:
        """Whether requests are served, and how many integrations there are."""
        return self.call("GET", "/ready")

    def settings(self) -> Json:
        """Every setting with its value, and every doubt without one."""
        return self.call("GET", "/settings")

    def openapi(self) -> Json:
        """The control API's own OpenAPI document."""
        return self.call("GET", "/openapi.json")

    def server_journal(self, *, since: int = 0) -> Json:
        """Requests that belong to no integration: wrong paths, unknown tokens."""
        return self.call("GET", "/journal", query={"since": str(since)})

    def server_journal_entry(self, number: int) -> Json:
        """One of them, with headers and bodies."""
        return self.call("GET", f"/journal/{number}")

    def activity(self) -> list[Json]:
        """Every integration in brief, the one whose last line came latest first."""
        return list(self.call("GET", "/activity")["integrations"])

    # Integrations

    def create_integration(self, **fields: Any) -> Json:
        """A fresh isolated world: `integration_id, client_token, access_token, enterprise_ids, ...`."""
        return self.call("POST", "/integrations", body=fields)

    def integrations(self) -> list[Json]:
        """Every world."""
        return list(self.call("GET", "/integrations")["integrations"])

    def integration(self, integration: str) -> Json:
        """One world."""
        return self.call("GET", _of(integration))

    def change_integration(self, integration: str, **fields: Any) -> Json:
        """Change a world in place; takes the fields of `create_integration`."""
        return self.call("PATCH", _of(integration), body=fields)

    def delete_integration(self, integration: str) -> Json:
        """Remove a world with everything in it."""
        return self.call("DELETE", _of(integration))

    def reset_integration(self, integration: str, *, keep: list[str] | None = None) -> Json:
        """Back to the start; says what it cancelled."""
        return self.call("POST", _of(integration, "reset"), body={"keep": keep} if keep else {})

    def reply_rules(self, integration: str) -> list[Json]:
        """The front desk's rules."""
        return list(self.call("GET", _of(integration, "reply_rules"))["reply_rules"])

    def set_reply_rules(self, integration: str, rules: list[Json]) -> list[Json]:
        """Replace the front desk's rules."""
        body = {"reply_rules": rules}
        return list(self.call("PUT", _of(integration, "reply_rules"), body=body)["reply_rules"])

    # Threads and messages

    def threads(self, integration: str) -> list[Json]:
        """Threads, newest first."""
        return list(self.call("GET", _of(integration, "threads"))["threads"])

    def messages(
        self,
        integration: str,
        *,
        thread_id: str | None = None,
        limit: int | None = None,
        before: str | None = None,
    ) -> list[Json]:
        """Messages, oldest first; with `limit` only the newest so many of those older than `before`."""
        query = _given(thread_id=thread_id, limit=limit, before=before)
        return list(self.call("GET", _of(integration, "messages"), query=query)["messages"])

    def reply(
        self, integration: str, text: str, *, thread_id: str | None = None, after: str | None = None
    ) -> Json:
        """The front desk replies: the message, or what is planned where `after` is given.

        `thread_id` may be `latest`, or left out where one thread is open.
        """
        body = {"text": text, "thread_id": thread_id, "after": after}
        given = {name: value for name, value in body.items() if value is not None}
        return self.call("POST", _of(integration, "messages"), body=given)

    def conversations(
        self,
        integration: str,
        *,
        state: str | None = None,
        search: str | None = None,
        limit: int | None = None,
        before: int | None = None,
    ) -> Json:
        """Threads as the front desk sees them, newest activity first: `{conversations, next}`."""
        query = _given(state=state, search=search, limit=limit, before=before)
        return self.call("GET", _of(integration, "conversations"), query=query)

    def conversation(self, integration: str, thread_id: str = "latest") -> Json:
        """One thread as the front desk sees it: last line, counts, since when its guest waits."""
        return self.call("GET", _of(integration, "conversations", thread_id))

    def planned_replies(self, integration: str) -> list[Json]:
        """What the front desk will say, in due order."""
        return list(self.call("GET", _of(integration, "planned_replies"))["planned_replies"])

    def forget_reply(self, integration: str, reply: str) -> Json:
        """Never give the planned reply of this id."""
        return self.call("DELETE", _of(integration, "planned_replies", reply))

    def resolve(self, integration: str, thread_id: str = "latest") -> Json:
        """Resolve a thread."""
        return self.call("POST", _of(integration, "threads", thread_id, "resolve"))

    def reopen(self, integration: str, thread_id: str = "latest") -> Json:
        """Reopen a thread."""
        return self.call("POST", _of(integration, "threads", thread_id, "reopen"))

    def sink_url(self, integration: str) -> str:
        """The address where the app under test may post what it shows."""
        return f"{self._base}{PREFIX}{_of(integration, 'sinks')}"

    def answer_sinks(self, integration: str, answer: Json) -> Json:
        """Decide what that address answers: a map of `status`, `headers`, and `json` or `text`."""
        return self.call("PUT", _of(integration, "sink_answer"), body=answer)

    # Webhook deliveries

    def deliveries(
        self,
        integration: str,
        *,
        state: str | None = None,
        limit: int | None = None,
        before: str | None = None,
        about: list[str] | None = None,
        brief: bool = False,
    ) -> list[Json]:
        """Webhook deliveries with their attempts, oldest first; with `limit` the newest before `before`.

        `about` names the entities, such as messages, that they tell of; `brief` leaves bodies out.
        """
        ids = None if about is None else ",".join(about)
        query = _given(state=state, limit=limit, before=before, about=ids, brief=brief or None)
        return list(self.call("GET", _of(integration, "deliveries"), query=query)["deliveries"])

    def delivery(self, integration: str, delivery_id: str = "latest") -> Json:
        """One delivery."""
        return self.call("GET", _of(integration, "deliveries", delivery_id))

    def deliver(self, integration: str, delivery_id: str = "latest") -> Json:
        """Attempt a held or scheduled delivery now; returns once it was answered."""
        return self.call("POST", _of(integration, "deliveries", delivery_id, "deliver"))

    def resend(self, integration: str, delivery_id: str = "latest") -> Json:
        """Send a delivery once more; returns once it was answered."""
        return self.call("POST", _of(integration, "deliveries", delivery_id, "resend"))

    def deliver_messages(self, integration: str, messages: list[str], *, times: int = 1) -> list[Json]:
        """Send the webhook of these messages now, several in one body; the deliveries with their answers."""
        body = {"messages": messages, "times": times}
        path = _of(integration, "deliveries", "deliver")
        return list(self.call("POST", path, body=body)["deliveries"])

    def send_event(
        self,
        integration: str,
        discriminator: str,
        *,
        id: str | None = None,  # noqa: A002 - the event's own word
        enterprise_id: str | None = None,
    ) -> Json:
        """Send an event of any discriminator; the delivery."""
        body = {"discriminator": discriminator, "id": id, "enterprise_id": enterprise_id}
        given = {name: value for name, value in body.items() if value is not None}
        return self.call("POST", _of(integration, "events"), body=given)

    def send_integration_webhook(self, integration: str, action: str) -> Json:
        """Let something happen to the integration, such as IntegrationApiKeyCreated, and tell of it."""
        return self.call("POST", _of(integration, "integration_webhooks"), body={"action": action})

    def hold(self, integration: str, delivery_id: str = "latest") -> Json:
        """Let a scheduled delivery wait until it is delivered by hand."""
        return self.call("POST", _of(integration, "deliveries", delivery_id, "hold"))

    def cancel(self, integration: str, delivery_id: str = "latest") -> Json:
        """Never send a delivery (again)."""
        return self.call("POST", _of(integration, "deliveries", delivery_id, "cancel"))

    # Faults

    def add_fault(self, integration: str, fault: Json | list[Json]) -> Json:
        """Let a fault stand from now on: it, with its `id` and `hits`; of a list `{"faults": [...]}`.

        A fault is `{"operation": "messages/add", "status": 429, "retry_after": "2s", "times": 2}`, or one
        of a `webhook`. Of a list all are set, or none.
        """
        return self.call("POST", _of(integration, "faults"), body=fault)

    def faults(self, integration: str) -> list[Json]:
        """The faults that stand, each with what it has counted (`seen`) and struck (`hits`)."""
        return list(self.call("GET", _of(integration, "faults"))["faults"])

    def clear_faults(self, integration: str) -> Json:
        """Clear all faults; `{"cleared": how many}`. What they held back goes out."""
        return self.call("DELETE", _of(integration, "faults"))

    def clear_fault(self, integration: str, fault: str) -> Json:
        """Clear the fault of this id; `{"cleared": 1}`."""
        return self.call("DELETE", _of(integration, "faults", fault))

    # Clock and journal

    def clock(self, integration: str) -> Json:
        """What the clock shows, its rate, and what falls due."""
        return self.call("GET", _of(integration, "clock"))

    def set_clock(self, integration: str, *, rate: float | None = None, at: str | None = None) -> Json:
        """Set the clock."""
        given = {name: value for name, value in (("rate", rate), ("at", at)) if value is not None}
        return self.call("PATCH", _of(integration, "clock"), body=given)

    def advance(
        self, integration: str, by: str | None = None, *, to: str | None = None, settle: bool = True
    ) -> Json:
        """Move on through everything that falls due; returns what ran.

        Waits at each due moment for the webhook answers, and with `settle` for what the app then does.
        """
        given: Json = {name: value for name, value in (("by", by), ("to", to)) if value is not None}
        if not settle:
            given["settle"] = False
        return self.call("POST", _of(integration, "clock", "advance"), body=given)

    def settle(
        self,
        integration: str,
        *,
        quiet_for: str | None = None,
        within: str | None = None,
        shown: Sequence[str] = (),
    ) -> Json:
        """Wait until nothing of the world moves. Raises ControlError 408 naming what still does.

        `shown` are the ids of replies that the guest has seen already: an app that showed them without a
        look-up is not waited for.
        """
        named = (("quiet_for", quiet_for), ("within", within), ("shown", list(shown) or None))
        given = {name: value for name, value in named if value is not None}
        return self.call("POST", _of(integration, "settle"), body=given)

    def journal(
        self,
        integration: str,
        *,
        since: int = 0,
        kinds: tuple[str, ...] = (),
        limit: int = 10_000,
        newest: int | None = None,
        before: int | None = None,
        brief: bool = False,
    ) -> Json:
        """Journal entries: `{entries, last, dropped, generation}`.

        `newest` asks for the newest so many, below the number `before`, in place of those after `since`;
        `brief` leaves headers and bodies out.
        """
        query = {"since": str(since), "kind": ",".join(kinds), "limit": str(limit)}
        query |= _given(newest=newest, before=before, brief=brief or None) or {}
        return self.call("GET", _of(integration, "journal"), query=query)

    def journal_entry(self, integration: str, number: int) -> Json:
        """One journal entry, with headers and bodies."""
        return self.call("GET", _of(integration, "journal", str(number)))

    def har(self, integration: str, *, url: str | None = None) -> Json:
        """Requests and webhook attempts so far, as a HAR file's content; `url` is the platform address in it."""
        return self.call("GET", _of(integration, "har"), query=_given(url=url))

    def scenario(self, integration: str, *, name: str | None = None, thread_id: str | None = None) -> str:
        """The conversation so far, or what was said in one thread, as the text of a scenario file."""
        body = _given(name=name, thread_id=thread_id) or {}
        return str(self.call("POST", _of(integration, "scenario"), body=body)["scenario"])

    def stream(self, integration: str, *, since: int = 0) -> Iterator[Json]:
        """The journal's entries after a number, the past first, then each as it happens, without end."""
        last = since
        while True:
            for entry in self.journal(integration, since=last)["entries"]:
                last = entry["number"]
                yield entry
            try:
                self.wait(integration, {}, since=last, timeout="10s")
            except ControlError as nothing_new:
                if nothing_new.status != _NOT_SEEN:
                    raise

    def wait(
        self,
        integration: str,
        match: Json,
        *,
        count: int = 1,
        since: int = 0,
        timeout: str = "5s",
    ) -> list[Json]:
        """The entries that match, once there are `count`. Raises ControlError 408 when time is up."""
        body = {"match": match, "count": count, "since": since, "timeout": timeout}
        return list(self.call("POST", _of(integration, "journal", "wait"), body=body)["entries"])


def _of(integration: str, *steps: str) -> str:
    return "/".join(("/integrations", *(quote(step, safe="") for step in (integration, *steps))))


def _given(**values: str | int | bool | None) -> dict[str, str] | None:
    """Those that were given, as a query; None without any."""
    given = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in values.items()
        if value is not None
    }
    return given or None
