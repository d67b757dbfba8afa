"""The app under examination: its bench, its guest, and what the fake saw of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from mockmews_testkit.bench import Bench
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.integration.contract import Person
from mockmews_testkit.scenario.watch import Watch
from mockmews_testkit.waiting import FairDeadline

Json = dict[str, Any]
Found = TypeVar("Found")

GUEST = "Ada Probe"
TEXT = "Hi, it's Ada: is my room ready?"
REPLIES = ("Hello Ada, it's ready for you.", "See you soon, Ada!")
"""What the front desk writes, with the thread id in the webhook and without. The apostrophe shows escaping."""

_LONGEST_LOOK = 0.25
_MOST_WORLDS = 50


class Patient:
    """One app on its bench, in a turn of its own."""

    def __init__(self, bench: Bench, guest: Person) -> None:
        self.bench = bench
        self.app = bench.app
        self.app_file: AppFile = bench.app_file
        self.guest = guest
        self.watch = Watch(bench.control, bench.id, since=bench.since)
        self.watch.look()
        self.thread_id = ""
        self.sink_url = bench.control.sink_url(bench.id)
        self._marks = _marks(bench)
        self._unfiled = int(bench.control.server_journal()["last"])

    def until(self, condition: Callable[[], Found | None], within: float) -> Found | None:
        """What `condition` finds; None when time is up. Raises Failure where the app has died."""
        deadline = FairDeadline(within)
        while True:
            over = deadline.over
            self.watch.look()
            found = condition()
            if found is not None:
                return found
            self.app.check_alive()
            if over:
                return None
            wait = min(deadline.left, self.app.look_every, _LONGEST_LOOK)
            with deadline.asleep(wait):
                self.watch.look(wait)

    def calls(self, *, since: int) -> list[Json]:
        """What the app asked Mews in this world."""
        return list(self.watch.of("request", since=since))

    def refused(self, *, since: int) -> Json | None:
        """The last call that Mews refused, in this world or where no world could be found for it."""
        unfiled = self.bench.control.server_journal(since=self._unfiled)["entries"]
        calls = [*unfiled, *self.calls(since=since)]
        return next((each for each in reversed(calls) if each.get("status", 200) >= 400), None)

    def called_elsewhere(self) -> Json | None:
        """A call that was good, but carried the tokens of another integration."""
        for key, mark in self._marks.items():
            found = self.bench.control.journal(key, since=mark, kinds=("request",))["entries"]
            if found:
                return dict(found[0])
        return None

    def shown(self) -> list[str]:
        """What the app has shown the guest, without what the app file says to ignore."""
        texts = [each.text for each in self.app.shown(self.guest)]
        return [text for text in texts if not self.app_file.ignores(text)]


def _marks(bench: Bench) -> Mapping[str, int]:
    """Where the journals of other integrations end; of very many, only the first are watched."""
    others = [each["integration_id"] for each in bench.control.integrations()[:_MOST_WORLDS]]
    return {key: int(bench.control.journal(key, limit=1)["last"]) for key in others if key != bench.id}
