"""A guest of a test: writes in the app under test, and sees what it shows."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from typing import Any

from mockmews_testkit.errors import Evidence, Failure, UsageError
from mockmews_testkit.integration.own_app import ObjectApp
from mockmews_testkit.reading.findings import Source
from mockmews_testkit.reading.matchers import Exactly
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.events import Event
from mockmews_testkit.scenario.evidence import way_of_a_reply
from mockmews_testkit.scenario.lines import Cast, Line
from mockmews_testkit.scenario.stage import Stage, failed
from mockmews_testkit.scenario.steps import play
from mockmews_testkit.scenario.waiting_room import until
from mockmews_testkit.testing.conversation import Conversation
from mockmews_testkit.testing.nouns import Message, Thread, message_of, thread_of
from mockmews_testkit.testing.waiters import (
    Within,
    here,
    in_a_thread,
    refuse_in_coroutine,
    ticks_within,
    worded,
)


class MewsGuest:
    """A guest of the hotel, in your app. `id` is how the app knows the guest; it is new in every test.

    `aio` has the same waiters for coroutines: `await mews_guest.aio.says("Hi!")`.
    """

    def __init__(self, talk: Callable[[], Conversation], name: str) -> None:
        self._talk = talk
        conversation = talk()
        taken = {each.guest.key for each in conversation.stage.present}
        key, number = name, 1
        while key in taken:
            number += 1
            key = f"{name} {number}"
        self._cast = conversation.stage.admit(doc.Guest(key, name))
        self._awaited: dict[str, int] = {}
        self.aio = AioGuest(self)

    @property
    def name(self) -> str:
        """The name that the app is told."""
        return self._cast.person.name

    @property
    def id(self) -> str:
        """How the app knows the guest."""
        return self._cast.person.id

    @property
    def key(self) -> str:
        """What tells this guest from others of the same name."""
        return self._cast.guest.key

    def another(self, name: str) -> MewsGuest:
        """One more guest of the same app."""
        return MewsGuest(self._talk, worded(name, "mews_guest.another()"))

    def says(self, text: str, within: Within = None, *, forwarded: bool = True) -> Message | None:
        """The guest writes; returns the message once Mews has it.

        With `forwarded` false a bot answers this one: returns None at once, and the test fails in its end where
        the text reached Mews. Raises Failure where the app does not take the text, or Mews does not get it.
        """
        __tracebackhide__ = True
        refuse_in_coroutine("mews_guest.says()", "mews_guest.aio.says(...)")
        return self._says(text, within, forwarded=forwarded, source=here())

    def sees(self, text: str, within: Within = None) -> str:
        """Waits until the app has shown the text to this guest, and returns it. Raises Failure, never False.

        The text of the hotel's second reply of that wording is awaited by the second call, and so on.
        """
        __tracebackhide__ = True
        refuse_in_coroutine("mews_guest.sees()", "mews_guest.aio.sees(...)")
        return self._sees(text, within, here())

    @property
    def shown(self) -> list[str]:
        """All that the app has shown this guest so far, but for texts that the app file says to ignore."""
        conversation = self._talk()
        app = conversation.bench.app
        if isinstance(app, ObjectApp) and app.waits:
            refuse_in_coroutine("mews_guest.shown", "mews_guest.aio.shown()")
        return self._shown(conversation)

    @property
    def threads(self) -> list[Thread]:
        """The threads that this guest's messages went to, oldest first."""
        bench = self._talk().bench
        known = {each["id"]: each for each in bench.control.threads(bench.id)}
        return [thread_of(known[each]) for each in self._cast.threads if each in known]

    @property
    def thread(self) -> Thread | None:
        """The thread that the last message went to; None before the first one."""
        return next(iter(reversed(self.threads)), None)

    def __repr__(self) -> str:
        return f"<guest {self.key}>"

    def _says(self, text: str, within: Within, *, forwarded: bool, source: Source) -> Message | None:
        __tracebackhide__ = True
        worded(text, "mews_guest.says()")
        conversation = self._talk()
        step = doc.GuestWrites(
            text=text, by=self.key, within=ticks_within(within), forwarded=forwarded, source=source
        )
        conversation.perform(step, play(conversation.stage, step))
        if not forwarded:
            return None
        wanted = conversation.bench.app_file.to_mews(text, self._cast.person)
        line = next(
            each
            for each in reversed(conversation.stage.lines)
            if each.speaker == self.key and each.text == wanted and each.source is source
        )
        bench = conversation.bench
        return next(
            message_of(each)
            for each in bench.control.messages(bench.id, thread_id=self._cast.thread)
            if each["id"] == line.message_id
        )

    def _sees(self, text: str, within: Within, source: Source) -> str:
        __tracebackhide__ = True
        worded(text, "mews_guest.sees()")
        conversation = self._talk()
        wanted = conversation.bench.app_file.to_guest(text, self._cast.person)
        self._awaited[wanted] = self._awaited.get(wanted, 0) + 1
        is_reply = bool(_replies(conversation.stage, self._cast, wanted))
        expected = Exactly(text)
        step: doc.Step = (
            doc.GuestSees(expected=(expected,), by=self.key, within=ticks_within(within), source=source)
            if is_reply
            else doc.AppAnswers(expected=expected, to=self.key, within=ticks_within(within), source=source)
        )
        if not is_reply:
            conversation.stage.own_words.append((self.key, Exactly(wanted)))
        return conversation.perform(
            step, self._seeing(conversation.stage, wanted, ticks_within(within), source)
        )

    def _seeing(
        self, stage: Stage, wanted: str, within: int | None, source: Source
    ) -> Generator[Event, None, str]:
        cast, same = self._cast, stage.bench.app_file.same

        def seen() -> str | None:
            found = [each.text for each in stage.shown(cast) if same(each.text, wanted)]
            needed = min(self._awaited[wanted], max(1, len(_replies(stage, cast, wanted))))
            return found[needed - 1] if len(found) >= needed else None

        def explain() -> Failure:
            replies = _replies(stage, cast, wanted)
            evidence = way_of_a_reply(stage, cast, replies[-1]) if replies else _shown_instead(stage, cast)
            return failed(
                f'{cast.guest.name} did not see "{wanted}" within {stage.within(within):g} s',
                source,
                evidence=[evidence],
                **(_LIKELY if replies else {}),
            )

        return (yield from until(stage, seen, stage.within(within), explain))

    def _shown(self, conversation: Conversation) -> list[str]:
        return [each.text for each in conversation.stage.shown(self._cast)]


class AioGuest:
    """What a guest does that takes time, for coroutines."""

    def __init__(self, guest: MewsGuest) -> None:
        self._guest = guest

    def says(
        self, text: str, within: Within = None, *, forwarded: bool = True
    ) -> Coroutine[Any, Any, Message | None]:
        """See MewsGuest.says."""
        return in_a_thread(self._guest._says, text, within, forwarded=forwarded, source=here())  # noqa: SLF001 - its other half

    def sees(self, text: str, within: Within = None) -> Coroutine[Any, Any, str]:
        """See MewsGuest.sees."""
        return in_a_thread(self._guest._sees, text, within, here())  # noqa: SLF001 - its other half

    def shown(self) -> Coroutine[Any, Any, list[str]]:
        """See MewsGuest.shown."""
        return in_a_thread(lambda: self._guest._shown(self._guest._talk()))  # noqa: SLF001 - its other half


def guest_named(whom: MewsGuest | str | None, stage: Stage) -> Cast | None:
    """The guest who is meant: an object, a name, or None for who wrote last. Raises UsageError."""
    if whom is None:
        return stage.addressee(None) if stage.last_writer is not None else None
    if isinstance(whom, MewsGuest):
        return whom._cast  # noqa: SLF001 - the same module
    found = [each for each in stage.present if whom in (each.guest.key, each.guest.name)]
    if not found:
        known = ", ".join(each.guest.key for each in stage.present) or "nobody"
        raise UsageError(
            f"No guest is called {whom!r}; there is {known}. Make one: mews_guest.another({whom!r})."
        )
    return found[-1]


_LIKELY: dict[str, str] = {
    "check": "SHOW-01",
    "remedy": "On MessageAdded fetch the message by messages/getAll and show it to its guest.",
}


def _replies(stage: Stage, cast: Cast, wanted: str) -> list[Line]:
    return [
        each
        for each in stage.lines
        if each.speaker == "hotel" and each.guest == cast.guest.key and each.text == wanted
    ]


def _shown_instead(stage: Stage, cast: Cast) -> Evidence:
    shown = [repr(each.text) for each in stage.shown(cast)]
    return Evidence(f"Shown to {cast.guest.name}", "\n".join(shown) or "nothing")
