"""Response bodies: nouns into Mews's JSON, in the shape that the settings ask for (contract.md 3, 12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from mockmews import instants
from mockmews.instants import Instant
from mockmews.model.messages import AddedMessage, Message, MessageThread, Sender
from mockmews.settings import Settings

Json = dict[str, Any]

encode = msgspec.json.Encoder().encode
"""JSON bytes of plain data, keys in the order given."""

# contract.md 12 row 3. Each is made once: pages write them by the thousand.
_SENDERS: dict[str, dict[Sender, object]] = {
    "object": {each: {"Discriminator": str(each), "Value": None} for each in Sender},
    "without_value": {each: {"Discriminator": str(each)} for each in Sender},
    "string": {each: str(each) for each in Sender},
}


class Shape(Struct, frozen=True):
    """How one world writes threads, messages and errors; made once for its settings."""

    instant: Callable[[Instant], str]
    sender: Mapping[Sender, object]
    thread_id_alias: bool
    resolved_in_get_all: bool
    null_cursor: bool
    thread_add_cursor: bool
    error_full_stop: bool
    error_details: bool

    @classmethod
    def of(cls, settings: Settings) -> Shape:
        return cls(
            instant=instants.render_milliseconds
            if settings.datetime_fraction == "milliseconds"
            else instants.render,
            sender=_SENDERS[settings.sender],
            thread_id_alias=settings.thread_id_alias in ("emit", "both"),
            resolved_in_get_all=settings.is_resolved == "always",
            null_cursor=settings.null_cursor == "emitted",
            thread_add_cursor=settings.thread_add_cursor == "present",
            error_full_stop=settings.error_full_stop,
            error_details=settings.error_details == "text",
        )

    def thread(self, thread: MessageThread) -> Json:
        return {
            "Id": thread.id,
            "OriginalSender": thread.original_sender,
            "Subject": thread.subject,
            "CreatedUtc": self.instant(thread.created),
            "UpdatedUtc": self.instant(thread.updated),
            "IsResolved": thread.is_resolved,
        }

    def message(self, message: Message) -> Json:
        return self.messages((message,))[0]

    def messages(self, messages: Iterable[Message]) -> list[Json]:
        instant, senders = self.instant, self.sender
        bodies: list[Json] = [
            {
                "Id": each.id,
                "MessageThreadId": each.thread_id,
                "Text": each.text,
                "Sender": senders[each.sender],
                "CreatedUtc": instant(each.created),
            }
            for each in messages
        ]
        if self.thread_id_alias:
            for body in bodies:
                body["ThreadId"] = body["MessageThreadId"]
        return bodies

    def thread_added(self, thread: MessageThread) -> Json:
        body: Json = {"MessageThreads": [self.thread(thread)]}
        if self.thread_add_cursor:
            body["Cursor"] = thread.id
        return body

    def messages_added(self, added: Sequence[AddedMessage]) -> Json:
        bodies = self.messages([each.message for each in added])
        return {
            "Messages": [
                {"Identifier": each.identifier, "Message": body}
                for each, body in zip(added, bodies, strict=True)
            ]
        }

    def thread_page(self, threads: Sequence[MessageThread]) -> Json:
        rendered = [self.thread(thread) for thread in threads]
        if not self.resolved_in_get_all:
            for body in rendered:
                del body["IsResolved"]
        return self._page("MessageThreads", rendered)

    def message_page(self, messages: Sequence[Message]) -> Json:
        return self._page("Messages", self.messages(messages))

    def error(self, message: str, request_id: str, hint: str) -> Json:
        """Key order as observed (contract.md 7); Details is text only in Mews's development mode."""
        if self.error_full_stop and not message.endswith("."):
            message += "."
        return {
            "Message": message,
            "RequestId": request_id,
            "Details": hint or None if self.error_details else None,
        }

    def _page(self, collection: str, items: list[Json]) -> Json:
        # contract.md 4: the cursor is the id of the last item, null only when the page is empty.
        body: Json = {collection: items}
        if items or self.null_cursor:
            body["Cursor"] = items[-1]["Id"] if items else None
        return body
