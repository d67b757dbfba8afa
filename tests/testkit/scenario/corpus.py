"""Scenario documents, good and bad; each bad one with the place, problem and advice it must be given."""

# ruff: noqa: E501, ISC004 - a document, its place and its words read best in one row of the table

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

HEAD = "scenario: T\nsteps:\n"


class Schema(Enum):
    """What the editor's schema can say about a bad document."""

    REFUSES = "it refuses it too"
    CANNOT_TELL = "only the loader sees it"
    NO_TREE = "it never becomes a tree of values"


@dataclass(frozen=True, slots=True)
class Bad:
    """A text, and the first thing that must be said about it."""

    text: str
    line: int
    column: int
    problem: str
    advice: str
    schema: Schema = Schema.REFUSES


def bad_step(
    step: str, column: int, problem: str, advice: str, schema: Schema = Schema.REFUSES, *, line: int = 3
) -> Bad:
    """A document whose only step stands in line 3."""
    return Bad(f"{HEAD}  - {step}\n", line, column, problem, advice, schema)


GOOD = (
    HEAD + '  - guest: "Hi!"\n',
    HEAD
    + "  - guest: No\n    by: Penelope\n  - guest: 11:30\n  - guest: 007\n  - guest: 1e3\n  - guest: 2026-03-10\n",
    HEAD + "  - guest: yes\n  - guest: 3.50\n  - hotel: 0x1F\n  - app: off\n  - guest_sees: [1, true, .5]\n",
    HEAD + "  - guest: |\n      two\n      lines\n  - hotel: >-\n      folded\n      line\n",
    HEAD + "  - guest: Hi # no\n".replace(" # no", "#no"),
    HEAD + "  - guest: 'Room # 12'\n    within: 5s   # a comment\n    forwarded: FALSE\n",
    HEAD + "  - resolve\n  - reopen\n  - restart_app\n  - clear_faults\n",
    HEAD + "  - resolve:\n  - reopen: {by: Penelope}\n  - restart_app: true\n  - clear_faults: ~\n",
    HEAD + '  - guest: ["one", "two"]\n  - restart_app: {down: 2s}\n',
    HEAD
    + "  - hotel: a\n    as: x\n  - hotel: b\n    as: y\n  - deliver: x\n  - deliver: all\n  - deliver: [[x, y], y]\n",
    HEAD
    + "  - guest_sees: {contains: a}\n  - guest_sees: [a, {matches: /b/i}]\n    order: any\n    only: yes\n",
    HEAD + "  - app: {matches: '^.{2,}$'}\n    to: Penelope\n    within: 0\n",
    HEAD + "  - advance: 1h30m\n  - wait: 0.5s\n  - quiet: 250ms\n  - advance: 2d\n",
    HEAD
    + "  - expect: {calls: {messages/add: 3..4, messageThreads/add: 1}, pass: SEC-01, threads: 1, open_threads: 0..1}\n",
    HEAD
    + "  - fault: {operation: any, reset, times: 1}\n  - fault: {webhook: any, drop: true, probability: 0.25}\n",
    HEAD
    + "  - fault: {operation: messages/add, status: 503, retry_after: none, delay: 1s, every: 2, nth: 4}\n",
    HEAD + "  - fault: {webhook: MessageAdded, noise: [ServiceOrderUpdated, SomethingNew], duplicate: 2}\n",
    HEAD
    + "  - fault: {webhook: MessageAdded, early: 1s, nth: 2}\n  - fault: {webhook: any, reorder: 2, delay: 0.5s}\n",
    HEAD + "  - fault: {webhook: any, wrong_token: other, after: 1s, until: 2s, split: 1}\n",
    HEAD
    + "  - fault: {operation: any, lose_response: hang}\n  - fault: {webhook: any, merge: 3, delay: 2s}\n",
    "version: 1\nscenario: 12\nabout: |\n  Long\n  prose\ntags: [a, 7]\napp: sample\nsteps: [resolve]\n",
    "scenario: T\ntags: one\nguests: [Max, Anna]\nsteps:\n  - guest: a\n    by: Anna\n  - hotel: b\n    to: Max\n",
    "scenario: T\nguests: {Max: {name: Max Stone, language: de}, Anna: }\nhotels: {Sea: {name: Sea View}}\n"
    "steps:\n  - guest: a\n    by: Anna\n    at: Sea\n",
    "scenario: T\nhotels: [Sea, Hill]\nsteps: [guest: a]\n",
    "scenario: T\nmews: {webhooks: held, payload: ids_only, own_messages: no, lag: 2m..5m, seed: 7, rate_limit: off}\n"
    "steps: [resolve]\n",
    "scenario: T\nmews:\n  retry: {attempts: 3, delay: 3m}\n  clock: {rate: 0, at: '2026-03-10T12:00:00Z'}\n"
    "  rate_limit: 5/30s\n  settings: {unknown_cursor: empty_page}\n  permissions: []\n  events: MessageAdded\n"
    "  batch_limit: 5\n  opening_hours: 08:00-20:00\n  faults: [{operation: any, status: 500}]\n"
    "steps: [resolve]\n",
    "scenario: T\nmews:\n  reply_rules:\n  - when: {text: /late/i, thread: new, nth: 1}\n    say: [a, b]\n    after: 30s..2m\n"
    "    once: true\n    then: resolve\n  - silent: true\n  - otherwise: {say: c, silent: no}\n  - otherwise: silent\n"
    "  clock: {behind: 5s}\n  opening_hours: {mon-fri: 07:00-19:00, sat: closed}\nsteps: [resolve]\n",
    "scenario: A\nsteps: [resolve]\n---\nscenario: B\nsteps: [reopen]\n---\n",
    "# only a comment\n---\nscenario: A\nsteps: &s\n  - &one resolve\n  - *one\nmews: &w {webhooks: held}\n",
    "scenario: A\nmews: !!map {webhooks: !!str held}\nsteps: [resolve]\n",
)

_QUOTE = "double quotes"
_NO_TREE = Schema.NO_TREE
_CANNOT = Schema.CANNOT_TELL

YAML_LEVEL = (
    Bad(HEAD + "\t- guest: Hi\n", 3, 1, "a tab", "spaces", _NO_TREE),
    Bad(HEAD + "  - guest: Hi\n  \tby: Max\n", 4, 3, "a tab", "spaces", _NO_TREE),
    Bad(HEAD + "  - guest: a\n    guest: b\n", 4, 5, "duplicate key 'guest'", "line 3 already", _NO_TREE),
    Bad("scenario: T\nscenario: U\nsteps: [resolve]\n", 2, 1, "duplicate key 'scenario'", "line 1", _NO_TREE),
    Bad("scenario: T\nmews: {<<: {lag: 1s}}\nsteps: [resolve]\n", 2, 8, "merge keys", "out", _NO_TREE),
    Bad("scenario: T\nmews: {[a]: b}\nsteps: [resolve]\n", 2, 8, "a key must be a word", "quotes", _NO_TREE),
    Bad("scenario: T\n&k steps: [resolve]\n", 2, 1, "the anchor &k stands at a key", "alone", _NO_TREE),
    bad_step("guest: Hi: you", 14, "second ': '", _QUOTE, _NO_TREE),
    bad_step("guest: - x", 12, "'- '", _QUOTE, _NO_TREE),
    bad_step("guest: ? x", 12, "'? '", _QUOTE, _NO_TREE),
    bad_step("guest: @all", 12, "may begin with this character", _QUOTE, _NO_TREE),
    bad_step("guest: *bold* x", 12, "begins with * or &", _QUOTE, _NO_TREE),
    bad_step("guest: *bold", 12, "the alias *bold names nothing", _QUOTE, _NO_TREE),
    bad_step('guest: "Hi', 12, "never ends", "same quote", _NO_TREE),
    Bad(HEAD + '  - guest: "a\n  - hotel: "b"\n', 3, 12, "not end in this line", "same quote", _NO_TREE),
    Bad(HEAD + "  - guest: 'a\n  - hotel: 'b'\n", 3, 12, "not end in this line", "same quote", _NO_TREE),
    bad_step("guest: 'it's'", 16, "does not fit", "twice", _NO_TREE),
    bad_step('guest: "a\\q"', 15, "no such escape", "backslash", _NO_TREE),
    bad_step('guest: "a\\x1"', 16, "escape is too short", "hexadecimal", _NO_TREE),
    bad_step('guest: "\\UFFFFFFFF"', 10, "names no character", "0010FFFF", _NO_TREE),
    bad_step("guest: > hi", 12, "begins in the next line", _QUOTE, _NO_TREE),
    bad_step("guest: {a", 12, "does not end", "bracket", _NO_TREE),
    bad_step("guest_sees: [a, b", 17, "does not end", "bracket", _NO_TREE),
    bad_step("app: {contains: Room #12}", 26, "hides the closing bracket", _QUOTE, _NO_TREE),
    bad_step("guest: ]", 12, "a value is missing", _QUOTE, _NO_TREE),
    bad_step("guest: !<x y", 12, "read as a tag", _QUOTE, _NO_TREE),
    Bad(HEAD + "  - guest: |\n  Hi\n", 4, 3, "neither 'key: value'", "indent", _NO_TREE),
    Bad("scenario: T\nsteps: &a\n  - *a\n", 3, 5, "the alias *a names nothing", _QUOTE, _NO_TREE),
    Bad("steps: " + "[" * 40 + "]" * 40, 1, 38, "too deep", "flat", _NO_TREE),
    Bad("%YAML 9.9\n---\nscenario: T\n", 1, 1, "YAML cannot be read here", _QUOTE, _NO_TREE),
    Bad(HEAD + "  - guest: a\x07b\n", 3, 13, "U+0007", r"\x07", _NO_TREE),
    Bad(HEAD + '  - guest: "a\u2028b"\n', 3, 14, "U+2028", r"\u2028", _NO_TREE),
    Bad("", 1, 1, "no scenario", "Begin with scenario", _NO_TREE),
    Bad("# nothing\n---\n", 1, 1, "no scenario", "Begin with scenario", _NO_TREE),
)

CONVERSATION = (
    bad_step("guest: Room #12", 17, "' #' begins a comment", _QUOTE, _CANNOT),
    bad_step("hotel: Room   #12", 19, "' #' begins a comment", _QUOTE, _CANNOT),
    bad_step("guest: # all of it", 12, "' #' begins a comment", _QUOTE),
    Bad(HEAD + "  - guest_sees:\n    - a\n    - b # c\n", 5, 9, "' #' begins", _QUOTE, _CANNOT),
    Bad(HEAD + "  - app:\n      contains: a #b\n", 4, 19, "' #' begins", _QUOTE, _CANNOT),
    bad_step("guest: !wow", 12, "the tag !wow", _QUOTE, _NO_TREE),
    bad_step("guest: !!str a", 12, "the tag tag:yaml.org,2002:str stands in the conv", _QUOTE, _CANNOT),
    bad_step("guest: &a b", 12, "the anchor &a stands in the conversation", _QUOTE, _CANNOT),
    bad_step("guest_sees: &a [b]", 17, "the anchor &a", _QUOTE, _CANNOT),
    bad_step("app: &a {contains: b}", 10, "the anchor &a", _QUOTE, _CANNOT),
    Bad("scenario: &a T\nsteps:\n  - guest: *a\n", 3, 12, "the alias *a stands in the", _QUOTE, _CANNOT),
    bad_step('guest: ""', 12, "nothing stands where a text", "Write"),
    Bad(HEAD + "  - guest:\n", 3, 11, "nothing stands where a text", "Write"),
    Bad(HEAD + "  - guest: |\n\n  - resolve\n", 3, 12, "nothing stands", "Write"),
    bad_step("guest: [a]", 12, "a list stands where a text of the conversation is wanted", "quotes"),
    bad_step("guest: {contains: a}", 12, "a map stands where", "quotes"),
    bad_step("guest_sees: []", 17, "the list is empty", "Write"),
    bad_step("guest_sees: [[a]]", 18, "a list stands where", "quotes"),
    bad_step("guest: [Note: x, Bye]", 13, "a map stands where a text", "has ': ' in it, needs quotes"),
    bad_step("guest_sees: [Room: 12, Bye]", 18, "a map stands where a text", "has ': ' in it, needs quotes"),
    bad_step("app: {contains: Room: 12}", 25, "a second ': '", _QUOTE, _NO_TREE),
    bad_step("app: {}", 10, "a matcher has one key", _QUOTE),
    bad_step("app: {contains: a, matches: b}", 10, "a matcher has one key", _QUOTE),
    bad_step("app: {containing: a}", 11, "'containing' is no key of a matcher", "'contains'"),
    bad_step("app: {matches: '('}", 20, "'(' is not a pattern", "RE2", _CANNOT),
    bad_step(r"app: {matches: '(?=a)'}", 20, "is not a pattern", "look-around", _CANNOT),
    bad_step(r'guest: "\ud83d"', 12, "half of a character pair", "whole character", _NO_TREE),
)

STEPS = (
    bad_step("gest: Hi", 5, "unknown step 'gest'", "Did you mean 'guest'?"),
    bad_step("guest-sees: Hi", 5, "unknown step 'guest-sees'", "Did you mean 'guest_sees'?"),
    bad_step("frobnicate: 1", 5, "unknown step 'frobnicate'", "Known are: guest, hotel"),
    bad_step("resolv", 5, "'resolv' is no step", "'resolve'"),
    bad_step("quiet", 5, "needs a value", "quiet: 2s"),
    bad_step("{}", 5, "an empty step", "guest"),
    bad_step("[resolve]", 5, "a list stands where a step", "guest"),
    Bad(HEAD + "  -\n", 3, 4, "an empty step", "guest"),
    Bad(HEAD + "  - guest: a\n    hotel: b\n", 4, 5, "two steps in one: 'guest' and 'hotel'", "'- '"),
    Bad(HEAD + "  - guest: a\n    bye: Max\n", 4, 5, "'bye' is no key of the step 'guest'", "'by'"),
    Bad(
        HEAD + "  - hotel: a\n    by: Penelope\n", 4, 5, "'by' is no key of the step 'hotel'", "Known are: to"
    ),
    Bad(HEAD + "  - quiet: 1s\n    within: 2s\n", 4, 5, "'quiet' has no option 'within'", "quiet: 2s"),
    Bad(HEAD + "  - guest: a\n    within: soon\n", 4, 13, "'soon' is not a duration", "500ms"),
    Bad(HEAD + "  - guest: a\n    within: 30\n", 4, 13, "'30' is not a duration", "30s"),
    Bad(HEAD + "  - guest: a\n    within: -1s\n", 4, 13, "'-1s' is not a duration", "500ms"),
    Bad(HEAD + "  - guest: a\n    within: [1s]\n", 4, 13, "a list stands where a duration", "500ms"),
    Bad(HEAD + "  - guest: a\n    forwarded: maybe\n", 4, 16, "neither true nor false", "true or false"),
    Bad(HEAD + "  - guest_sees: a\n    order: some\n", 4, 12, "'some' is not the word any", "any"),
    bad_step("advance: 400d", 14, "longer than a year", "Write a duration", _CANNOT),
    bad_step("wait: 1s1h", 11, "'1s1h' is not a duration", "1h30m"),
    bad_step("quiet: 1s..2s", 12, "is not a duration", "500ms"),
    bad_step("resolve: Penelope", 14, "'Penelope' stands where nothing or true", "nothing"),
    bad_step("resolve: {}", 14, "'by' is missing", "Add by:"),
    bad_step("resolve: {to: a}", 15, "'to' is no key", "by"),
    bad_step("restart_app: {by: Penelope}", 19, "'by' is no key of this step", "down"),
    bad_step("restart_app: {down: soon}", 25, "'soon' is not a duration", "30s"),
    bad_step('guest: ["a", {b: c}]', 18, "a map stands where a text of the conversation", "quotes"),
    bad_step("deliver: []", 14, "the list is empty", "names"),
    bad_step("deliver: {a: b}", 14, "a map stands where", "name"),
    bad_step("deliver: [all]", 15, "'all' is no name", "another"),
    bad_step("expect: {}", 13, "expects nothing", "calls"),
    bad_step("expect: {calls: {}}", 21, "the map is empty", "messages/add"),
    bad_step("expect: {calls: {messages/ad: 1}}", 22, "'messages/ad' is not one of", "'messages/add'"),
    bad_step("expect: {calls: {messages/add: some}}", 36, "no number and no range", "3..4"),
    bad_step("expect: {threads: 4..3}", 23, "runs backwards", "3..4", _CANNOT),
    bad_step("expect: {threads: 1..}", 23, "no number and no range", "3..4"),
    bad_step("expect: {threads: one}", 23, "no number and no range", "3..4"),
    bad_step("expect: {pass: [RATE-1]}", 21, "'RATE-1' is not one of", "'RATE-01'"),
    bad_step("expect: {passed: RATE-01}", 14, "'passed' is no key of expect", "'pass'"),
)

FAULTS = (
    bad_step("fault: {status: 429}", 12, "does not say where", "operation"),
    bad_step("fault: {operation: any}", 12, "does not say what", "status"),
    bad_step("fault: {operation: any, webhook: any, delay: 1s}", 29, "not both", "two faults"),
    bad_step("fault: {operation: any, drop}", 29, "'drop' is no fault of an operation", "webhook"),
    bad_step("fault: {webhook: any, status: 500}", 27, "'status' is no fault of webhooks", "operation"),
    bad_step("fault: {operation: any, status: 500, reset}", 42, "cannot both be", "two faults"),
    bad_step("fault: {webhook: any, drop, delay: 1s}", 33, "no effect on a webhook that is dropped", "two"),
    bad_step(
        "fault: {webhook: any, early: 1s, delay: 1s}", 38, "no effect on an event that goes out early", "two"
    ),
    bad_step(
        "fault: {webhook: any, early: 1s, noise: A}", 38, "no effect on an event that goes out early", "two"
    ),
    bad_step("fault: {webhook: any, split: 1, merge: 3}", 37, "'merge' and 'split' undo each other", "two"),
    bad_step("fault: {webhook: any, reorder: 2, merge: 3}", 39, "'merge' and 'reorder' undo", "two faults"),
    bad_step("fault: {webhook: any, delay: 0s}", 34, "no time at all", "500ms"),
    bad_step("fault: {webhook: any, early: 0}", 34, "no time at all", "500ms"),
    bad_step(
        "fault: {operation: any, reset, nth: 3, every: 2}", 36, "3 is no multiple of every: 2", "one", _CANNOT
    ),
    bad_step("fault: {operation: any, reset, retry_after: 1s}", 36, "belongs to a status", "429"),
    bad_step("fault: {operation: any, reset, after: 2s, until: 1s}", 47, "ends before", "longer", _CANNOT),
    bad_step("fault: {operation: message/add, reset}", 24, "'message/add' is not one of", "'messages/add'"),
    bad_step("fault: {webhook: CustomerAdded, drop}", 22, "'CustomerAdded' is not one of", "MessageAdded"),
    bad_step("fault: {operation: any, status: 200}", 37, "'200' is not a whole number from 400", "599"),
    bad_step("fault: {operation: any, reset: false}", 36, "'false' stands where nothing or true", "true"),
    bad_step("fault: {operation: any, reset, times: 0}", 43, "'0' is not a whole number from 1", "from 1"),
    bad_step("fault: {operation: any, reset, times: two}", 43, "'two' is not a whole number", "from 1"),
    bad_step("fault: {operation: any, reset, probability: 1.5}", 49, "not a probability", "0.3"),
    bad_step("fault: {webhook: any, duplicate: 1}", 38, "'1' is not a whole number from 2", "from 2"),
    bad_step("fault: {webhook: any, noise: []}", 34, "the list is empty", "name"),
    bad_step("fault: {operation: any, lose_response: drop}", 44, "'drop' is not one of", "reset"),
    bad_step("fault: {operation: any, rest}", 29, "'rest' is no key of a fault", "'reset'"),
    bad_step("fault: reset", 12, "a text stands where a map", "operation"),
)

TOP = (
    Bad("steps: [resolve]\n", 1, 1, "'scenario' is missing", "Add scenario:"),
    Bad("scenario: T\n", 1, 1, "'steps' is missing", "Add steps:"),
    Bad("scenario: T\nsteps: []\n", 2, 8, "the list is empty", "a step"),
    Bad("scenario: T\nsteps: resolve\n", 2, 8, "a text stands where a list", "a step"),
    Bad("scenario: T\nsteps:\n  guest: Hi\n", 3, 3, "a map stands where a list", "a step"),
    Bad("scenario:\nsteps: [resolve]\n", 1, 10, "nothing stands where a title", "title"),
    Bad('scenario: "a\\nb"\nsteps: [resolve]\n', 1, 11, "line breaks", "one line"),
    Bad(f"scenario: {'x' * 301}\nsteps: [resolve]\n", 1, 11, "of 301 characters is too long", "300"),
    Bad("scenario: T\nstep: [resolve]\n", 2, 1, "'step' is no key of a scenario", "'steps'"),
    Bad("scenario: T\nguest: Max\nsteps: [resolve]\n", 2, 1, "'guest' is no key of a scenario", "'guests'"),
    Bad("- resolve\n", 1, 1, "a list stands where a map with scenario and steps", "Write"),
    Bad("version: 2\nscenario: T\nsteps: [resolve]\n", 1, 10, "'2' is not the word 1", "1"),
    Bad("scenario: T\ntags: []\nsteps: [resolve]\n", 2, 7, "the list is empty", "name"),
    Bad("scenario: T\nguests: {}\nsteps: [resolve]\n", 2, 9, "nobody is named", "Max"),
    Bad("scenario: T\nguests: [Max, Max]\nsteps: [resolve]\n", 2, 15, "'Max' stands here twice", "one"),
    Bad("scenario: T\nguests: {Max: Stone}\nsteps: [resolve]\n", 2, 15, "a text stands where a map", "name"),
    Bad("scenario: T\nguests: {Max: {nam: x}}\nsteps: [resolve]\n", 2, 16, "'nam' is no key of a guest", "'name'"),
    Bad("scenario: T\nhotels: Sea\nsteps: [resolve]\n", 2, 9, "a text stands where a map", "Seaside"),
    Bad("scenario: T\nmews: held\nsteps: [resolve]\n", 2, 7, "a text stands where a map", "webhooks"),
    Bad("scenario: T\nmews: {webhook: held}\nsteps: [resolve]\n", 2, 8, "'webhook' is no key of mews", "'webhooks'"),
    Bad("scenario: T\nmews: {webhooks: hold}\nsteps: [resolve]\n", 2, 18, "'hold' is not one of", "'held'"),
    Bad("scenario: T\nmews: {lag: 5m..2m}\nsteps: [resolve]\n", 2, 13, "runs backwards", "shorter", _CANNOT),
    Bad("scenario: T\nmews: {seed: -1}\nsteps: [resolve]\n", 2, 14, "'-1' is not a whole number", "from 0"),
    Bad("scenario: T\nmews: {rate_limit: 200}\nsteps: [resolve]\n", 2, 20, "'200' is not off", "200/30s"),
    Bad("scenario: T\nmews: {rate_limit: 5/0s}\nsteps: [resolve]\n", 2, 20, "is empty", "200/30s", _CANNOT),
    Bad("scenario: T\nmews: {rate_limit: 5/x}\nsteps: [resolve]\n", 2, 20, "'x' is not a duration", "200/30s"),
    Bad("scenario: T\nmews: {clock: {at: noon}}\nsteps: [resolve]\n", 2, 20, "'noon' is not an instant", "2026"),
    Bad("scenario: T\nmews: {clock: {at: 2026-03-10T12:00:00Z, behind: 5s}}\nsteps: [resolve]\n", 2, 42, "a clock starts", "one"),
    Bad("scenario: T\nmews: {opening_hours: {}}\nsteps: [resolve]\n", 2, 23, "the map is empty", "hours"),
    Bad("scenario: T\nmews: {reply_rules: [{say: a, silent: true}]}\nsteps: [resolve]\n", 2, 31, "neither says", "Drop"),
    Bad("scenario: T\nmews: {events: [Foo]}\nsteps: [resolve]\n", 2, 17, "'Foo' is not one of", "MessageAdded"),
    Bad("scenario: T\nmews: {reply_rules: [{once: true}]}\nsteps: [resolve]\n", 2, 22, "does nothing", "say"),
    Bad(
        "scenario: T\nmews: {reply_rules: [{otherwise: silent, say: a}]}\nsteps: [resolve]\n",
        2, 23, "stands alone", "otherwise: {",
    ),
    Bad("scenario: T\nmews: {faults: [{reset}]}\nsteps: [resolve]\n", 2, 17, "does not say where", "operation"),
    Bad("scenario: A\nsteps: [resolve]\n---\nscenario: B\nsteps: [reopn]\n", 5, 9, "'reopn' is no step", "'reopen'"),
)  # fmt: skip

NAMES = (
    Bad(HEAD + "  - guest: a\n    by: Max\n", 4, 9, "no guest 'Max' was defined", "guests: {Max: {}}", _CANNOT),
    Bad(HEAD + "  - hotel: a\n    to: Penelop\n", 4, 9, "no guest 'Penelop'", "'Penelope'", _CANNOT),
    Bad(HEAD + "  - guest: a\n    at: Sea\n", 4, 9, "no hotel 'Sea' was defined", "hotels: {Sea: {}}", _CANNOT),
    bad_step("resolve: {by: Max}", 19, "no guest 'Max' was defined", "guests", _CANNOT),
    bad_step("deliver: hello", 14, "no reply above is named 'hello'", "as: hello", _CANNOT),
    Bad(
        HEAD + "  - hotel: a\n    as: hello\n  - deliver: [hello, [hallo]]\n",
        5, 23, "no reply above is named 'hallo'", "'hello'", _CANNOT,
    ),
    Bad(HEAD + "  - deliver: x\n  - hotel: a\n    as: x\n", 3, 14, "no reply above", "as: x", _CANNOT),
    Bad(
        HEAD + "  - hotel: a\n    as: x\n  - hotel: b\n    as: x\n",
        6, 9, "'x' was given in line 4 already", "another name", _CANNOT,
    ),
    Bad(HEAD + "  - hotel: a\n    as: all\n", 4, 9, "'all' is no name", "another"),
)  # fmt: skip

BAD = (*YAML_LEVEL, *CONVERSATION, *STEPS, *FAULTS, *TOP, *NAMES)
