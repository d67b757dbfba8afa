"""A running app: started from its app file, spoken to as its guests, heard, and ended."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from mockmews_testkit.errors import Evidence, Failure, TestkitError
from mockmews_testkit.integration.callable import CallableEar
from mockmews_testkit.integration.command import CommandEar
from mockmews_testkit.integration.connecting import announce
from mockmews_testkit.integration.contract import Hotel, Person, Place, Said, Shown
from mockmews_testkit.integration.description import (
    Description,
    HearCommand,
    HearPoll,
    HearPython,
    HearSink,
    guest_values,
    hotel_values,
)
from mockmews_testkit.integration.hearing import Ear
from mockmews_testkit.integration.launch import TAIL, Launch, place_values
from mockmews_testkit.integration.log_file import LogFile
from mockmews_testkit.integration.notes import Notes, one_line
from mockmews_testkit.integration.poll import PollEar
from mockmews_testkit.integration.requests import Answer, Http, Join, Request
from mockmews_testkit.integration.sink import SinkEar, sink_answer
from mockmews_testkit.integration.url import fill_url
from mockmews_testkit.integration.variables import Values, new_uuid
from mockmews_testkit.waiting import unix_time

LOG = "app.log"
_LONGEST_RESPONSE = 4096


def open_app(described: Description, place: Place) -> OpenedApp:
    """The app, ready. Raises TestkitError where it does not start or is not ready in time."""
    return OpenedApp(described, place)


class OpenedApp:
    """An app that was opened from its app file; see RunningApp for what its methods promise."""

    def __init__(self, described: Description, place: Place) -> None:
        self._described = described
        self._values = _values(place)
        self._hotels = place.hotels
        self._log = LogFile(place.run_dir / LOG)
        self._notes = Notes()
        self._http = Http(described.ca)
        self._launch = Launch(described, self._values, log=self._log, http=self._http)
        self._ear: Ear | None = None
        try:
            self._open(place)
        except BaseException:
            self.close()
            raise

    def _open(self, place: Place) -> None:
        described = self._described
        in_python = isinstance(described.hear, HearPython) and described.start is None
        if isinstance(described.hear, HearSink):
            _tell_answer(described.hear, place, self._values)
        self._launch.start()
        if not in_python:
            self._launch.await_ready()
        self._ear = ear = self._made_ear(place)
        if in_python:
            if isinstance(ear, CallableEar) and ear.url is not None:
                self._values.setdefault("app.url", ear.url.rstrip("/"))
            if described.ready is not None:
                self._launch.await_ready()
        self.webhook_url = fill_url(described.webhook, self._values)
        if described.integration_webhook is not None:
            announce(self._http, fill_url(described.integration_webhook, self._values), place)

    def _made_ear(self, place: Place) -> Ear:
        match self._described.hear:
            case HearSink() as form:
                return SinkEar(form, place.read_sinks, self._notes)
            case HearPoll() as form:
                return PollEar(form, self._http, self._values, self._notes)
            case HearPython(where):
                folder = self._described.folder.resolve()
                return CallableEar(where, folder=folder, environment=self._launch.environment())
            case HearCommand(command):
                return CommandEar(self._launch.program(command, talks=True), self._log, self._notes)

    @property
    def exact(self) -> bool:
        return not self.inexact_reason

    @property
    def inexact_reason(self) -> str:
        return self._hearing.inexact_reason

    @property
    def look_every(self) -> float:
        return self._hearing.look_every

    @property
    def notes(self) -> list[str]:
        return self._notes.texts

    @property
    def last_answer(self) -> str:
        return self._ear.last_answer if isinstance(self._ear, PollEar) else ""

    @property
    def log_path(self) -> Path:
        return self._log.path

    def person(self, name: str, number: int) -> Person:
        known = {"guest.name": name, "guest.number": str(number)}
        person = Person(name, number, self._described.guest_id.fill({**self._values, **known}))
        for join in self._described.join:
            person = self._joined(person, join)
        return person

    def say(self, person: Person, text: str, hotel: Hotel | None = None) -> Said:
        request = self._described.say
        if request is None:
            ear = self._hearing
            assert isinstance(ear, CallableEar | CommandEar)
            return ear.say(person, text)
        now = unix_time()
        message = {
            "text": text,
            "message.id": new_uuid(),
            "message.time": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "message.unix": str(int(now)),
        }
        hotel = hotel or next(iter(self._hotels), None)
        told = {**guest_values(person), **(hotel_values(hotel) if hotel else {}), **message}
        answer = self._send(request, told)
        return Said(answer.status, answer.milliseconds, answer.error, answer.text[:_LONGEST_RESPONSE])

    def shown(self, person: Person) -> list[Shown]:
        return self._hearing.shown(person)

    def check_alive(self) -> None:
        self._launch.check_alive()
        if isinstance(self._ear, CommandEar):
            self._ear.check_alive()

    def output_tail(self, lines: int = TAIL) -> str:
        return self._log.tail(lines)

    @property
    def can_restart(self) -> bool:
        by_object = isinstance(self._ear, CallableEar) and self._ear.can_restart
        return self._launch.can_restart or by_object

    @property
    def left_behind(self) -> list[str]:
        return self._launch.left_behind

    def stop(self) -> None:
        self._launch.stop()

    def go(self) -> None:
        self._launch.go()

    def restart(self) -> None:
        if isinstance(self._ear, CallableEar) and not self._launch.can_restart:
            self._ear.restart()
        else:
            self._launch.restart()

    def close(self) -> None:
        ear, self._ear = self._ear, None
        try:
            if ear is not None:
                ear.close()
        finally:
            self._launch.close()
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _hearing(self) -> Ear:
        if self._ear is None:
            raise TestkitError(f"{self._described.name} is closed.")
        return self._ear

    def _joined(self, person: Person, join: Join) -> Person:
        answer = self._send(join.request, guest_values(person))
        source = str(join.request.url.source)
        if answer.status is None:
            self.check_alive()
            raise TestkitError(
                f"{source}: {person.name} could not join {self._described.name}: {answer.error}"
            )
        evidence = [Evidence("The answer", one_line(answer.text, _LONGEST_RESPONSE) or "nothing")]
        if not 200 <= answer.status < 300:
            summary = f"the app answered {answer.status} when {person.name} joined"
            raise Failure(summary, evidence=evidence, source=source, remedy="Check `join` in the app file.")
        kept = dict(person.kept)
        for name, path in join.keep.items():
            try:
                value = path.first(answer.json())
            except ValueError:
                value = None
            if value is None:
                summary = (
                    f"{path} finds nothing to keep as {name} in the app's answer to {person.name}'s join"
                )
                raise Failure(
                    summary, evidence=evidence, source=source, remedy="Check `keep` in the app file."
                )
            kept[name] = value
        return Person(person.name, person.number, person.id, kept)

    def _send(self, request: Request, values: Values) -> Answer:
        return self._http.send(request.fill({**self._values, **values}))


def _values(place: Place) -> dict[str, str]:
    return {
        **place_values(os.environ, place.run_dir),
        "mews.url": place.mews_url,
        "mews.client_token": place.client_token,
        "mews.access_token": place.access_token,
        "mews.access_tokens": ",".join(hotel.access_token for hotel in place.hotels) or place.access_token,
        "mews.control_url": place.control_url,
        "webhook_token": place.webhook_token,
        "sink.url": place.sink_url,
    }


def _tell_answer(form: HearSink, place: Place, values: Values) -> None:
    if form.answer is None:
        return
    if place.answer_sinks is None:
        raise TestkitError(
            "This fake cannot be told how its sinks answer; leave `answer` out under hear: sink: "
            'in the app file (the answer is 200 {"ok": true}).'
        )
    place.answer_sinks(sink_answer(form.answer, values))
