"""Every knob of the mock and every doubt of the Mews documents that has a switch, in one place.

Each setting names its default, what else it takes, why the default was chosen, the rows of the contract's
DRIFT and SILENCE tables that it answers, and the page of the Mews documentation it comes from (the path
below the Connector API documentation). A world takes the server's settings and may change each of its own.
Rows without a switch are in `mockmews.assumptions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mockmews import setting_kinds as kinds
from mockmews.durations import Duration, DurationRange
from mockmews.errors import SettingError
from mockmews.setting_kinds import Kind, RateLimit


class Setting(Struct, frozen=True):
    """One row of the table that `mockmews settings` prints."""

    name: str
    default: str
    takes: str
    other: str
    rows: tuple[str, ...]
    why: str
    source: str

    @property
    def line(self) -> str:
        """What to type to leave the default."""
        return f"--set {self.name}={self.other}"


class _Facts(Struct, frozen=True):
    kind: Kind
    default: str
    rows: str
    why: str
    source: str

    def row(self, name: str) -> Setting:
        rows = tuple(row for row in self.rows.split() if row != "-")
        other = self.kind.other_than(self.default)
        return Setting(name, self.default, self.kind.takes, other, rows, self.why, self.source)


_facts: list[_Facts] = []  # of the fields of Settings, in their order, while its class is made


def _setting(kind: Kind, default: str, rows: str, why: str, source: str) -> Any:
    _facts.append(_Facts(kind, default, rows, why, source))
    return kind.read(default)


def _choice(default: str, *others: str, rows: str, why: str, source: str) -> Any:
    return _setting(kinds.choice(default, *others), default, rows, why, source)


def _flag(default: str, *, rows: str, why: str, source: str) -> Any:
    return _setting(kinds.FLAG, default, rows, why, source)


_MESSAGES = "operations/messages"
_THREADS = "operations/messagethreads"
_PAGES = "guidelines/pagination"
_REQUESTS = "guidelines/requests"
_RESPONSES = "guidelines/responses"
_FORMATS = "guidelines/serialization"
_HOOKS = "webhooks/wh-general"
_TOKENS = "concepts/multi-property"


class Settings(Struct, frozen=True):
    """The settings in force for a server or a world. Immutable: `changed` makes a new one."""

    # Webhooks
    payload: str = _choice(
        "entities", "ids_only",
        rows="D1 D2", source=_HOOKS,
        why="the guide promises the thread id, the schema has Value.Id alone; Entities satisfies both",
    )  # fmt: skip
    webhooks: str = _choice(
        "auto", "held",
        rows="-", source=_HOOKS,
        why="the mock's own: held webhooks wait until a test delivers them",
    )  # fmt: skip
    own_messages: bool = _flag(
        "true",
        rows="S12",
        source=_HOOKS,
        why="the event is 'a message was added'; a 2022 sample shows Application",
    )
    lag: DurationRange = _setting(
        kinds.DURATION_RANGE, "0s", "S47", "Mews takes minutes; a test should not (serve: 1s)", _HOOKS
    )
    batch_limit: int = _setting(kinds.COUNT, "200", "-", "documented as 'order of hundreds'", _HOOKS)
    webhook_timeout: Duration = _setting(kinds.SOME_TIME, "5s", "-", "documented since 28 July 2025", _HOOKS)
    retry_attempts: int = _setting(
        kinds.COUNT,
        "3",
        "D20 S47",
        "'three failed attempts' until July 2025, 'repeated attempts' since",
        _HOOKS,
    )
    retry_delay: DurationRange = _setting(
        kinds.DURATION_RANGE, "2s", "D20 S47", "documented as 'a few minutes'; short for tests", _HOOKS
    )

    # What a response looks like
    sender: str = _choice(
        "object", "without_value", "string",
        rows="D3", source=_MESSAGES,
        why="object with Value null in the documents of 2026; a bare string in OpenAPI 2025",
    )  # fmt: skip
    thread_id_alias: str = _choice(
        "none", "accept", "emit", "both",
        rows="D4", source=_MESSAGES,
        why="samples and OpenAPI say MessageThreadId; one old table said ThreadId",
    )  # fmt: skip
    is_resolved: str = _choice(
        "always", "omitted_in_get_all",
        rows="D7", source=_THREADS, why="documented required; the getAll sample lacks it",
    )  # fmt: skip
    null_cursor: str = _choice(
        "emitted", "omitted",
        rows="D12", source=_PAGES, why="the documents show it always; OpenAPI makes it optional",
    )  # fmt: skip
    thread_add_cursor: str = _choice(
        "absent", "present",
        rows="D14", source=_THREADS, why="the result of 2026 has none; OpenAPI 2025 had one",
    )  # fmt: skip
    error_details: str = _choice(
        "null", "text",
        rows="D17", source=_RESPONSES, why="observed as null; text is for Mews's own development mode",
    )  # fmt: skip
    error_full_stop: bool = _flag(
        "false", rows="-", source=_RESPONSES, why="documents write none; some observed texts end with one"
    )
    datetime_fraction: str = _choice(
        "none", "milliseconds",
        rows="D18", source=_FORMATS, why="the standard form has none; 21 samples have milliseconds",
    )  # fmt: skip

    # What a request may look like
    tokens_in_messages: str = _choice(
        "ignored", "required",
        rows="D5", source=_MESSAGES, why="OpenAPI 2025 required them inside each message, OpenAPI 2026 does not",
    )  # fmt: skip
    unknown_fields: str = _choice(
        "ignored", "refused",
        rows="D6 S19", source=_REQUESTS, why="OpenAPI forbids them but omits documented language fields",
    )  # fmt: skip
    interval_bounds: str = _choice(
        "required", "optional",
        rows="D9", source=_FORMATS, why="the documents require both ends; OpenAPI lets each be null",
    )  # fmt: skip
    missing_limitation: str = _choice(
        "refused", "newest_1000",
        rows="D10", source=_PAGES, why="required since 4 May 2022; observed enforcement differs by operation",
    )  # fmt: skip
    count_out_of_range: str = _choice(
        "refused", "clamped",
        rows="D11", source=_PAGES, why="1 to 1000 in the documents; OpenAPI names no range",
    )  # fmt: skip
    messages_over_limit: str = _choice(
        "refused", "accepted",
        rows="D24", source=_MESSAGES, why="the limit of 1000 is documented since 1 September 2025",
    )  # fmt: skip
    empty_id_lists: str = _choice(
        "refused", "absent",
        rows="D25", source=_THREADS, why="OpenAPI has minItems 1; the documents are silent",
    )  # fmt: skip
    empty_messages: str = _choice(
        "refused", "accepted",
        rows="S8", source=_MESSAGES, why="loud: an empty batch is a client's mistake",
    )  # fmt: skip
    blank_text: str = _choice(
        "refused", "accepted",
        rows="S9", source=_MESSAGES, why="minLength 1 looks like a required text, which refuses blanks",
    )  # fmt: skip
    text_limit: int | None = _setting(
        kinds.LIMIT, "none", "S10", "no maximum is declared anywhere", _MESSAGES
    )
    property_case: str = _choice(
        "exact", "insensitive", rows="S20", source=_FORMATS, why="the documents name properties exactly"
    )
    content_type: str = _choice(
        "strict", "lenient", rows="S22", source=_REQUESTS, why="415 is not among the documented statuses"
    )
    wrong_method: str = _choice(
        "404", "405", rows="S23", source=_RESPONSES, why="the text of 404 mentions the method"
    )
    datetime_without_zone: str = _choice(
        "refused", "utc", rows="S34", source=_FORMATS, why="ISO 8601 and 'always UTC'"
    )
    month_tolerance: str = _choice(
        "none", "one_day",
        rows="S33", source=_FORMATS, why="calendar months as documented; one client saw a day more",
    )  # fmt: skip
    body_limit: int = _setting(
        kinds.COUNT, "30000000", "S49", "413 is documented without a number; bytes, 30 MB", _REQUESTS
    )

    # How the operations behave
    interval_ends: str = _choice(
        "half_open", "inclusive",
        rows="D8", source=_FORMATS, why="the rule of 26 January 2026: half-open, and equality where Start = End",
    )  # fmt: skip
    stored_precision: str = _choice(
        "seconds", "ticks",
        rows="S35", source=_FORMATS, why="what is shown must match an equality filter",
    )  # fmt: skip
    unknown_cursor: str = _choice(
        "refused", "empty_page", rows="S1", source=_PAGES, why="the bad identifier rule; loud"
    )
    unknown_thread_ids: str = _choice(
        "ignored", "refused",
        rows="S5", source=_MESSAGES, why="'can only be returned for threads you created' reads as a filter",
    )  # fmt: skip
    add_to_unknown_thread: str = _choice(
        "400", "403", rows="S6", source=_MESSAGES, why="the identifier rule; hides whether it exists"
    )
    add_to_resolved_thread: str = _choice(
        "accepted", "refused", rows="S16", source=_MESSAGES, why="no rule about the state of a thread"
    )
    message_updates_thread: bool = _flag(
        "true", rows="S14", source=_THREADS, why="else the UpdatedUtc filter is useless for messaging"
    )
    message_reopens_thread: bool = _flag(
        "false", rows="S15", source=_THREADS, why="nothing says that it does"
    )
    portfolio_add: str = _choice(
        "refused", "dummy_enterprise",
        rows="S29", source=_TOKENS, why="both add operations do not support portfolio tokens",
    )  # fmt: skip
    read_lag: DurationRange = _setting(
        kinds.DURATION_RANGE, "0s", "S42", "seconds were observed on other getAll operations", _MESSAGES
    )

    # Rate limit
    rate_limit: RateLimit | None = _setting(
        kinds.RATE, "200/30s", "D19", "the newest of five documented regimes; per AccessToken", _REQUESTS
    )
    rate_window: str = _choice(
        "sliding", "anchored",
        rows="D19", source=_REQUESTS, why="'sliding' and 'anchored at the first request' are both written",
    )  # fmt: skip
    retry_after: str = _choice(
        "sent", "absent", rows="D19", source=_REQUESTS, why="the documents say that it may be missing"
    )
    rate_counts_failed: bool = _flag("true", rows="S27", source=_REQUESTS, why="typical of such limits")
    rate_counts_refused: bool = _flag("false", rows="S27", source=_REQUESTS, why="typical of such limits")

    # The mock's own
    journal_limit: int = _setting(kinds.COUNT, "10000", "-", "the mock's own: entries kept per world", "-")

    def changed(self, values: Mapping[str, object]) -> Settings:
        """A copy with some settings changed, each given as its own value, JSON or text. Raises SettingError."""
        return replace(self, **{name: read(name, value) for name, value in values.items()})

    def differences(self) -> dict[str, str]:
        """What differs from the defaults: setting name to text."""
        return {
            name: kind.write(getattr(self, name))
            for name, kind in _KINDS.items()
            if getattr(self, name) != getattr(_DEFAULTS, name)
        }

    def as_texts(self) -> dict[str, str]:
        """Every setting as the text that `--set` takes."""
        return {name: kind.write(getattr(self, name)) for name, kind in _KINDS.items()}


_FACTS = dict(zip(Settings.__struct_fields__, _facts, strict=True))
_KINDS: dict[str, Kind] = {name: facts.kind for name, facts in _FACTS.items()}
_DEFAULTS = Settings()

SETTINGS: tuple[Setting, ...] = tuple(facts.row(name) for name, facts in _FACTS.items())
"""Every setting, in the order of the table; `rows` are rows of DRIFT (D) and SILENCE (S), e.g. `D3`."""

PROFILES: dict[str, dict[str, str]] = {
    # contract.md 13 row 47: `serve` lags a second; `mews` is as slow as the documents say.
    "default": {"lag": "1s"},
    "mews": {"lag": "2m..5m", "retry_delay": "3m"},
}


def read(name: str, value: object) -> Any:
    """The value of one setting from text or JSON. Raises SettingError, naming what it takes."""
    kind = _KINDS.get(name)
    if kind is None:
        raise SettingError(f"There is no setting {name!r}.{suggestion(name, _KINDS)}")
    try:
        return kind.read(value)
    except ValueError as error:
        raise SettingError(f"Setting {name} takes {kind.takes}: {error}.") from None


def text_of(name: str, value: object) -> str:
    """A setting's value as the text that `--set` takes. Raises SettingError where it does not take it."""
    return _KINDS[name].write(read(name, value)) if name in _KINDS else str(read(name, value))


def suggestion(name: str, known: Mapping[str, object]) -> str:
    """` Did you mean 'x'?` where a known name is near, else an empty text."""
    import difflib  # here: a start makes no mistakes, as a rule

    near = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
