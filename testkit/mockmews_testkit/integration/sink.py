"""Hearing by sink: the app POSTs what it shows to an address of the fake, whose journal is read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from mockmews_testkit.integration.contract import Json, Person, Shown
from mockmews_testkit.integration.description import HearSink, SinkAnswer
from mockmews_testkit.integration.notes import Notes, one_line
from mockmews_testkit.integration.requests import Absent
from mockmews_testkit.integration.variables import Values, fill_tree

_LOOK_EVERY = 0.02


class SinkEar:
    """Each POST is one showing, whatever its id: an app that posts twice has shown twice."""

    inexact_reason = ""
    look_every = _LOOK_EVERY

    def __init__(self, form: HearSink, read: Callable[[], list[Json]], notes: Notes) -> None:
        self._form = form
        self._read = read
        self._notes = notes
        self._lock = threading.Lock()
        self._shown: dict[str, list[Shown]] = {}
        self._by_path: list[tuple[str, Shown]] = []

    def shown(self, person: Person) -> list[Shown]:
        with self._lock:
            for entry in self._read():
                if 200 <= entry.get("status", 200) < 300:
                    self._take(entry)
            if self._form.guest is None:
                return [each for path, each in self._by_path if f"/{person.id}/" in path]
            return list(self._shown.get(person.id, ()))

    def close(self) -> None:
        """The sink belongs to the fake."""

    def _take(self, entry: Json) -> None:
        content = _content(entry)
        texts = self._form.text.texts(content)
        if not texts:
            self._odd(entry, content, f"{self._form.text} finds no text in it")
        number = self._form.id.first(content) if self._form.id else None
        for text in texts:
            showing = Shown(text, number, entry.get("elapsed"))
            if self._form.guest is None:
                self._by_path.append((f"{entry.get('sink_path', '')}/", showing))
                continue
            guests = self._form.guest.texts(content)
            if not guests:
                self._odd(entry, content, f"{self._form.guest} finds no guest in it")
            for guest in guests:
                self._shown.setdefault(guest, []).append(showing)

    def _odd(self, entry: Json, content: Any, problem: str) -> None:
        path = entry.get("sink_path", "")
        self._notes.add(f"the app posted {one_line(content)} to the sink{path}, and {problem}")


def _content(entry: Json) -> Any:
    """JSON or the fields of a form; a body that is neither is a text."""
    content = entry.get("content")
    return content if content is not None else (entry.get("request") or {}).get("text")


def sink_answer(answer: SinkAnswer, values: Values) -> Json:
    """How the sinks answer, as the control API is told. `${uuid}` stays, to be fresh in each answer."""
    known = {**values, "uuid": "${uuid}"}
    told: Json = {"status": answer.status, "headers": fill_tree(answer.headers, known)}
    if answer.json is not Absent:
        told["json"] = fill_tree(answer.json, known)
    elif answer.text is not None:
        told["text"] = answer.text.fill(known)
    return told
