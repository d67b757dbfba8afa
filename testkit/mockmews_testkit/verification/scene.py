"""What vectors share on the platform under test: threads and messages, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mockmews_testkit.verification.calls import add, add_thread, find, item
from mockmews_testkit.verification.exchange import OWN, SECOND, Answer, Flow, Unprepared

LONG = 25
_VISIBLE_TRIES = 24
_VISIBLE_PAUSE = 0.25
_A_SECOND = 1.1


@dataclass(frozen=True, slots=True)
class Written:
    """A message that was added: `created` is its CreatedUtc."""

    thread: str
    id: str
    created: str

    def shifted(self, seconds: int) -> str:
        """The instant so many seconds after it was created."""
        return f"{(_instant(self.created) + timedelta(seconds=seconds)):%Y-%m-%dT%H:%M:%S}Z"


@dataclass(frozen=True, slots=True)
class Long:
    """A thread of messages that were added in one call: the newest, and the others from new to old.

    Pages that begin below the newest are the same whatever a front desk writes meanwhile.
    """

    thread: str
    newest: str
    ids: list[str]


class Scene:
    """The shared parts. A part that cannot be made raises Unprepared in every vector that asks for it."""

    def __init__(self, *, enterprise: str) -> None:
        self.enterprise = enterprise
        self._made: dict[str, Any] = {}

    def anew(self) -> Scene:
        """Another one, of which nothing is made yet."""
        return Scene(enterprise=self.enterprise)

    def thread(self) -> Flow[str]:
        """A thread for calls that are refused, or of which nothing is read again."""
        return self._part("thread", opened)

    def empty(self) -> Flow[str]:
        """A thread in which nothing is written."""
        return self._part("empty", opened)

    def single(self) -> Flow[Written]:
        """The only message of a thread."""
        return self._part("single", single_message)

    def long(self) -> Flow[Long]:
        """A thread of 25 messages below the newest, which no vector changes."""
        return self._part("long", lambda: long_thread(LONG))

    def thousand(self) -> Flow[tuple[str, Answer]]:
        """A thread to which 1000 messages were added in one call, and the answer to that."""
        return self._part("thousand", _thousand)

    def aged(self) -> Flow[tuple[Written, Written]]:
        """Two messages of a thread, the second a second after the first and the thread."""
        return self._part("aged", _aged)

    def foreign(self) -> Flow[Written]:
        """The only message of a thread of the second application."""
        return self._part("foreign", lambda: single_message(SECOND))

    def _part(self, name: str, make: Callable[[], Flow[Any]]) -> Flow[Any]:
        if name not in self._made:
            try:
                self._made[name] = yield from make()
            except Unprepared as reason:
                self._made[name] = reason
        made = self._made[name]
        if isinstance(made, Unprepared):
            raise Unprepared(str(made))
        return made


def opened(whose: str = OWN) -> Flow[str]:
    """A new thread."""
    answer = yield add_thread(client=whose, access=whose)
    return text_at(answer, "MessageThreads", 0, "Id")


def written(thread: str, *texts: str, whose: str = OWN) -> Flow[list[Written]]:
    """Texts added in one call."""
    answer = yield add(*(item(thread, text) for text in texts), client=whose, access=whose)
    return [
        Written(
            thread,
            text_at(answer, "Messages", place, "Message", "Id"),
            text_at(answer, "Messages", place, "Message", "CreatedUtc"),
        )
        for place in range(len(texts))
    ]


def single_message(whose: str = OWN) -> Flow[Written]:
    """The only message of a new thread."""
    thread = yield from opened(whose)
    (message,) = yield from written(thread, "Noon", whose=whose)
    yield from visible(thread, count=1, whose=whose)
    return message


def visible(*threads: str, count: int, whose: str = OWN) -> Flow[Answer]:
    """A large page of the threads, once it shows so many messages; its last answer where it never does.

    A platform may show messages late (S42). One vector asks that; the others wait.
    """
    answer = yield find(*threads, count=1000, client=whose, access=whose)
    for _ in range(_VISIBLE_TRIES):
        if len(answer.own()) >= count or answer.status != 200:
            break
        answer = yield find(*threads, count=1000, client=whose, access=whose, after=_VISIBLE_PAUSE)
    return answer


def text_at(answer: Answer, *path: str | int) -> str:
    """The text at a place of a successful answer. Raises Unprepared."""
    found = answer.at(*path)
    if answer.status != 200 or not isinstance(found, str):
        place = ".".join(map(str, path))
        operation = answer.call.path.rpartition("/v1/")[2]
        raise Unprepared(f"{operation} answered {answer.status}, without {place}")
    return found


def long_thread(count: int) -> Flow[Long]:
    """A thread of so many messages below the newest."""
    thread = yield from opened()
    yield from written(thread, *(f"m{number}" for number in range(1, count + 2)))
    page = yield from visible(thread, count=count + 1)
    ids = page.own("Id")
    if len(ids) != count + 1:
        raise Unprepared(f"of {count + 1} messages added, messages/getAll shows {len(ids)}")
    return Long(thread, ids[0], ids[1:])


def _thousand() -> Flow[tuple[str, Answer]]:
    thread = yield from opened()
    answer = yield add(*(item(thread, f"Line {number}") for number in range(1000)))
    return thread, answer


def _aged() -> Flow[tuple[Written, Written]]:
    thread = yield from opened()
    (first,) = yield from written(thread, "One")
    answer = yield add(item(thread, "Two"), after=_A_SECOND)
    second = Written(
        thread,
        text_at(answer, "Messages", 0, "Message", "Id"),
        text_at(answer, "Messages", 0, "Message", "CreatedUtc"),
    )
    yield from visible(thread, count=2)
    return first, second


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Unprepared(f"CreatedUtc is no instant: {text[:40]}") from None
