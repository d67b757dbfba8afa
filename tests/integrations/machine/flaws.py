"""The app of `concierge.py` with one flaw each, as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.integrations.machine.concierge import PAGE, Concierge, Database, Json, RefusedError, is_own


class RemembersTheLastId(Concierge):
    """Knows only the id of the message that it showed last."""

    last = ""

    def is_new(self, message: Json) -> bool:
        return not is_own(message) and message["Id"] != self.last

    def show_news(self, body: Json) -> None:
        guests = {thread: guest for guest, thread in self.database.threads.items()}
        told = {each["Value"]["Id"] for each in body["Events"]}
        for message in reversed(list(self.messages(list(guests)))):
            if message["Id"] in told and self.is_new(message):
                self.last = message["Id"]
                self.show(guests[message["MessageThreadId"]], message["Text"])


class ShowsAnEqualTextOnce(Concierge):
    """Takes a text that was shown already for a message that was."""

    def show(self, guest: str, text: str) -> None:
        if text not in self.database.screens.get(guest, []):
            super().show(guest, text)


class LosesWhatWasLimited(Concierge):
    """Drops a guest's message where Mews answers 429."""

    def say(self, guest: Any, text: str) -> None:
        try:
            super().say(guest, text)
        except RefusedError as error:
            if error.status != 429:
                raise

    def give_up(self, error: RefusedError, pause: float) -> None:
        if error.status == 429:
            raise error
        super().give_up(error, pause)


class AddsTwice(Concierge):
    """Sends a message again where the answer was lost, without a look whether it is there."""

    def was_taken(self, thread: str, text: str) -> bool:
        return False


class ShowsItsOwn(Concierge):
    """Does not look at who wrote a message."""

    def is_new(self, message: Json) -> bool:
        return message["Id"] not in self.database.seen


class MixesTwoGuests(Concierge):
    """While a thread is being opened, whoever writes waits for it and takes it for the own."""

    opening: str | None = None
    takes = 0.4  # seconds that opening takes, so that whoever writes at once meets it each time

    def thread_of(self, guest: Any) -> str:
        opening = self.opening
        if guest.id in self.database.threads:
            return self.database.threads[guest.id]
        if opening is None:
            self.opening = guest.id
            try:
                self.stopping.wait(self.takes)
                return super().thread_of(guest)
            finally:
                self.opening = None
        while self.opening == opening:
            self.stopping.wait(0.001)
        return self.database.threads.setdefault(guest.id, self.database.threads[opening])


class OrdersByArrival(Concierge):
    """Shows what a webhook tells of, in the order in which webhooks come."""

    def show_news(self, body: Json) -> None:
        guests = {thread: guest for guest, thread in self.database.threads.items()}
        found = {message["Id"]: message for message in self.messages(list(guests))}
        for event in body["Events"]:
            message = found.get(event["Value"]["Id"])
            if message is not None and self.is_new(message):
                self.database.seen.add(message["Id"])
                self.show(guests[message["MessageThreadId"]], message["Text"])


class ForgetsOnRestart(Concierge):
    """Keeps in memory what belongs into a database; what guests saw, they saw."""

    def restart(self) -> None:
        self.database = Database(screens=self.database.screens)
        super().restart()


class ReadsOnePage(Concierge):
    """Never follows the Cursor."""

    def pages(self, operation: str, items: str, **fields: Any) -> Iterator[Json]:
        answer = self.read(operation, Limitation={"Count": PAGE}, **fields)
        yield from answer[items]


FLAWS = (
    RemembersTheLastId,
    ShowsAnEqualTextOnce,
    LosesWhatWasLimited,
    AddsTwice,
    ShowsItsOwn,
    MixesTwoGuests,
    OrdersByArrival,
    ForgetsOnRestart,
    ReadsOnePage,
)
