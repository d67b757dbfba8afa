"""Hearing by polling: the app is asked for what it shows, and what is new is told from what was there."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from mockmews_testkit.durations import seconds
from mockmews_testkit.integration.contract import Person, Shown
from mockmews_testkit.integration.description import HearPoll, guest_values
from mockmews_testkit.integration.notes import Notes, one_line
from mockmews_testkit.integration.requests import Http
from mockmews_testkit.integration.variables import Values

_NO_ID = (
    "poll has no id, so that shown twice cannot be told from polled twice; name an id path under hear: poll: "
    "(or id: position, where the list only ever grows)"
)


class PollEar:
    """An item is its id, and is shown as often as that id stands in one answer."""

    def __init__(self, form: HearPoll, http: Http, values: Values, notes: Notes) -> None:
        self._form = form
        self._http = http
        self._values = values
        self._notes = notes
        self._lock = threading.Lock()
        self._seen: dict[str, list[Shown]] = {}
        self.inexact_reason = "" if form.id else _NO_ID
        self.look_every = seconds(form.every)
        self.last_answer = ""

    def shown(self, person: Person) -> list[Shown]:
        """Asks once. Where the app does not answer, what it showed before still counts."""
        items = self._ask(person)
        with self._lock:
            seen = self._seen.setdefault(person.id, [])
            if items is not None:
                _learn(seen, items)
            return list(seen)

    def close(self) -> None:
        """Nothing was opened."""

    def _ask(self, person: Person) -> list[Shown] | None:
        request = self._form.request.fill({**self._values, **guest_values(person)})
        answer = self._http.send(request)
        self.last_answer = one_line(answer.error or answer.text)
        if answer.status is None or not 200 <= answer.status < 300:
            self._notes.add(answer.error or f"{request}: answered {answer.status}")
            return None
        try:
            found = self._form.items.find(answer.json())
        except ValueError:
            self._notes.add(f"{request}: answered no JSON but {one_line(answer.text)}")
            return None
        return [shown for place, item in enumerate(found) if (shown := self._item(item, place))]

    def _item(self, item: Any, place: int) -> Shown | None:
        text = self._form.text.first(item)
        if text is None:
            path = self._form.items
            is_whole = isinstance(item, list)
            self._notes.add(
                f"{path} finds a list as a whole; its items stand at {path}[*]"
                if is_whole
                else f"{self._form.text} finds no text in the item {one_line(item)}"
            )
            return None
        if self._form.id is None:
            return Shown(text, text)
        if isinstance(self._form.id, str):
            return Shown(text, str(place))
        number = self._form.id.first(item)
        if number is None:
            self._notes.add(f"{self._form.id} finds no id in the item {one_line(item)}")
        return Shown(text, text if number is None else number)


def _learn(seen: list[Shown], items: list[Shown]) -> None:
    """Add what is new, in the order of the answer. What was shown once stays shown, with its newest text."""
    known = Counter(each.id for each in seen)
    now: Counter[str | None] = Counter()
    for item in items:
        now[item.id] += 1
        if now[item.id] > known[item.id]:
            seen.append(item)
        else:
            places = [place for place, each in enumerate(seen) if each.id == item.id]
            seen[places[now[item.id] - 1]] = item
