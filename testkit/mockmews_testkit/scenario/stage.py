"""The stage: what a running scenario knows, of its guests, its threads, and what has been said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockmews_testkit.bench import Bench
from mockmews_testkit.errors import Failure, FloodError
from mockmews_testkit.integration.contract import Hotel, Shown
from mockmews_testkit.reading.findings import Source
from mockmews_testkit.reading.matchers import Matcher
from mockmews_testkit.scenario.document import Guest, Scenario
from mockmews_testkit.scenario.lines import Cast, Line, Spoken
from mockmews_testkit.scenario.turn import Turn
from mockmews_testkit.scenario.watch import APPLICATION, ENTERPRISE, Watch

Json = dict[str, Any]

MOST_CALLS = 2_000
"""More calls in one probe are a flood: Mews takes 200 in 30 s, and a probe asks for some hundred at most."""


class Stage:
    """One scenario on one bench. `probing`: the checks judge the app, and its lines lead through the story."""

    def __init__(self, scenario: Scenario, bench: Bench, *, probing: bool = False) -> None:
        self.scenario = scenario
        self.bench = bench
        self.probing = probing
        self.watch = Watch(bench.control, bench.id, since=bench.since)
        self.lines: list[Line] = []
        self.named: dict[str, Line] = {}
        self.last_writer: str | None = None
        self.calls_since = 0
        self.kept_from_mews: list[Line] = []
        self.own_words: list[tuple[str, Matcher]] = []
        self.told: dict[str, int] = {}
        self.spoken: list[Spoken] = []
        self.under_way: list[Turn] = []
        self.restarted_at = -1  # the newest journal entry when the app was last taken down
        self.outages: list[tuple[float, float]] = []
        self.cleared: list[float] = []
        self._cast: dict[str, Cast] = {}
        self._marks: dict[str, list[tuple[int, int | None]]] = {}

    def cast(self, key: str | None) -> Cast:
        """The guest of this key; the first of the scenario for None. Joins the app at the first call."""
        key = key or self.scenario.guests[0].key
        if key not in self._cast:
            number = next(n for n, each in enumerate(self.scenario.guests, 1) if each.key == key)
            guest = self.scenario.guests[number - 1]
            self._cast[key] = Cast(
                guest, self.bench.app.person(guest.name, self.bench.guests_before + number)
            )
        return self._cast[key]

    def admit(self, guest: Guest) -> Cast:
        """One more guest, whom the scenario did not name before."""
        self.scenario = replace(self.scenario, guests=(*self.scenario.guests, guest))
        return self.cast(guest.key)

    def addressee(self, key: str | None) -> Cast:
        """The guest whom the hotel means: the named one, or who wrote last."""
        return self.cast(key or self.last_writer)

    def hotel(self, cast: Cast, key: str | None) -> Hotel | None:
        """The hotel of this key; for None the one that the guest last wrote to, else the first.

        None where the scenario has one hotel, whatever its name.
        """
        hotels = dict(zip((each.key for each in self.scenario.hotels), self.bench.hotels, strict=False))
        if key is not None:
            return hotels[key]
        return cast.hotel or next(iter(hotels.values()), None)

    @property
    def present(self) -> list[Cast]:
        """Every guest who took part so far."""
        return list(self._cast.values())

    def shown(self, cast: Cast) -> list[Shown]:
        """What the app has shown this guest so far, without texts that the app file says to ignore."""
        ignored = self.bench.app_file.ignores
        return [each for each, _ in self.heard(cast) if not ignored(each.text)]

    def heard(self, cast: Cast) -> list[tuple[Shown, int]]:
        """All that the app has shown this guest so far, each with a journal entry that is surely no older."""
        shown = self.bench.app.shown(cast.person)
        marks = self._marks.setdefault(cast.guest.key, [])
        for place, (looks, seen) in enumerate(marks):
            if seen is None and looks < self.watch.looks:
                marks[place] = looks, self.watch.last
        marks += [(self.watch.looks, None)] * (len(shown) - len(marks))
        return [
            (each, self.watch.last if seen is None else seen)
            for each, (_, seen) in zip(shown, marks, strict=False)
        ]

    def expects(self, cast: Cast, text: str) -> bool:
        """Whether an `app` step awaited this text of the app's own."""
        return any(key == cast.guest.key and matcher.accepts(text) for key, matcher in self.own_words)

    @property
    def look_every(self) -> float:
        """Seconds between two looks at what the app shows, where nothing tells that it showed something."""
        return self.bench.app.look_every

    def owner_of(self, thread_id: str) -> Cast | None:
        """The guest whose thread this is."""
        return next((each for each in self.present if thread_id in each.threads), None)

    def served_by(self, thread_id: str) -> str | None:
        """The enterprise whose thread this is."""
        threads = self.watch.of("thread")
        return next((each["enterprise_id"] for each in threads if each["thread_id"] == thread_id), None)

    def in_mews(self, text: str, *, since: int = 0) -> list[Json]:
        """Messages of the app with this text."""
        return [each for each in self.watch.messages(APPLICATION, since=since) if each["text"] == text]

    def replies(self) -> list[Json]:
        """Messages of the staff."""
        return self.watch.messages(ENTERPRISE)

    def within(self, ticks: int | None) -> float:
        """Seconds that a step may take: its own, else the app file's; a probe knows no app, and takes both."""
        usual = self.bench.app_file.within
        if ticks is None:
            return usual
        return max(usual, ticks / 10_000_000) if self.probing else ticks / 10_000_000

    def settle(self, within: str | None = None) -> None:
        """Until nothing of the world moves. Raises ControlError where something still does when time is up."""
        seen = {(cast.guest.key, each.text) for cast in self.present for each in self.shown(cast)}
        known = [
            line.message_id for line in self.lines if line.message_id and (line.guest, line.text) in seen
        ]
        self.bench.control.settle(self.bench.id, within=within, shown=known)

    def check_app(self) -> None:
        """Raises Failure with the app's last output where the app has died, FloodError where it floods a probe."""
        self.bench.app.check_alive()
        self.check_flood()

    def check_flood(self) -> None:
        """Raises FloodError where so much happened in a probe that nobody could read or keep it."""
        if not self.probing or len(self.watch.entries) <= MOST_CALLS:
            return
        calls = sum(1 for _ in self.watch.of("request"))
        if calls > MOST_CALLS:
            raise FloodError(
                f"the app floods Mews: {calls} calls in {self.watch.seconds:.0f} s, for {len(self.spoken)} texts of "
                f"guests and {len(self.replies())} of the hotel; call only for what somebody wrote"
            )


def failed(summary: str, source: Source, **more: Any) -> Failure:
    """A failure at a line of the scenario."""
    return Failure(summary, source=str(source), **more)
