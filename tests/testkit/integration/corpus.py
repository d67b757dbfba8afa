"""Bad app files, each with the place, the problem and the advice that it must be given."""

from __future__ import annotations

from dataclasses import dataclass

WEBHOOK = 'webhook: "http://127.0.0.1:9/hooks"\n'
SAY = 'say: {post: "http://127.0.0.1:9/chat", json: {text: "${text}"}}\n'
HEAR = 'hear: {sink: {text: "$.text", guest: "$.to"}}\n'
REST = WEBHOOK + SAY + HEAR


@dataclass(frozen=True, slots=True)
class Bad:
    """A text, and the first thing that must be said about it. `schema`: the editor's schema sees it too."""

    text: str
    line: int
    column: int
    problem: str
    advice: str
    schema: bool = True


def first(text: str, column: int, problem: str, advice: str, *, schema: bool = True) -> Bad:
    """A bad first line above a good rest."""
    return Bad(f"{text}\n{REST}", 1, column, problem, advice, schema)


def say(text: str, column: int, problem: str, advice: str, *, schema: bool = True) -> Bad:
    """A bad `say` in the first line."""
    return Bad(f"say: {{{text}}}\n{WEBHOOK}{HEAR}", 1, column, problem, advice, schema)


def hear(text: str, column: int, problem: str, advice: str, *, schema: bool = True) -> Bad:
    """A bad `hear` in the first line."""
    return Bad(f"hear: {{{text}}}\n{WEBHOOK}{SAY}", 1, column, problem, advice, schema)


URL = 'post: "http://a/b"'

BAD = (
    Bad("", 1, 1, "no app is described", "webhook, say and hear", schema=False),
    Bad("[1]\n", 1, 1, "a list stands where", "a map with webhook"),
    Bad(REST + "---\n" + REST, 5, 1, "a second app", "one app file for each", schema=False),
    Bad(SAY + HEAR, 1, 1, "'webhook' is missing", "Add webhook: with an address"),
    Bad(WEBHOOK + SAY, 1, 1, "'hear' is missing", "Add hear:"),
    Bad(WEBHOOK + HEAR, 1, 1, "'say' is missing", "Add say:"),
    say(f"{URL}, json: {{text: Hi}}", 1, "the guest's text is nowhere in it", "${text}", schema=False),
    first("guest: {id: '49170'}", 1, "every guest would have this id", "${guest.number}", schema=False),
    first("within: 0s", 9, "no time at all", "500ms", schema=False),
    Bad(REST + "webhook: x\n", 4, 1, "duplicate key 'webhook'", "line 1", schema=False),
    Bad(REST + "sya: x\n", 4, 1, "unknown key: 'sya'", "Did you mean 'say'?"),
    first("version: 2", 10, "'2' is not", "1"),
    first("app: {nmae: x}", 7, "unknown key: 'nmae'", "Did you mean 'name'?"),
    first(
        "app: {name: '${guest.name}'}",
        14,
        "${guest.name} is not known here",
        "Known are: env.NAME",
        schema=False,
    ),
    first("start: ''", 8, "nothing stands where", "Write"),
    first("start: []", 8, "the list is empty", "a list"),
    first("start: {a: b}", 8, "a map stands where", "Write"),
    first(
        'env: {MODE: "x ${env.NOPE} y"}',
        16,
        "the environment variable NOPE is not set",
        "Set it",
        schema=False,
    ),
    first('env: {MODE: "${env.}"}', 14, "unknown variable ${env.}", "env.NAME", schema=False),
    first(
        'env: {MODE: "${txt}"}', 14, "unknown variable ${txt}", "For the characters write $${.", schema=False
    ),
    first(
        'env: {MODE: "${mews.ulr}"}',
        14,
        "unknown variable ${mews.ulr}",
        "Did you mean 'mews.url'?",
        schema=False,
    ),
    first(
        'env: {MODE: "${text}"}',
        14,
        "${text} is not known here",
        "Only say, to_mews and to_guest",
        schema=False,
    ),
    first(
        'env: {MODE: "${guest.id}"}', 14, "${guest.id} is not known here", "Known are: run.dir", schema=False
    ),
    first('env: {MODE: "${open"}', 13, "a ${ is never closed", "$${", schema=False),
    first('env: {PORT: "${app.port}"}', 14, "${app.port} is not known here", "add start", schema=False),
    first('env: {URL: "${app.url}"}', 13, "${app.url} is not known here", "use ${app.port}", schema=False),
    Bad(
        f"start: [server]\n{SAY.replace('http://127.0.0.1:9', '${app.url}')}{WEBHOOK}{HEAR}",
        2,
        14,
        "${app.url} is not known here",
        "Nothing tells it",
        schema=False,
    ),
    first("ready: {within: 3s}", 8, "what tells that the app is ready is missing", "get, log"),
    first("ready: {get: http://a/, log: b}", 25, "'get' and 'log' exclude each other", "Keep one"),
    first("ready: {log: '/(/'}", 14, "is not a pattern", "RE2", schema=False),
    first("ready: {get: http://a/, within: soon}", 33, "'soon' is not a duration", "500ms"),
    first("guest: {}", 8, "'id' is missing", "Add id:"),
    first("guest: {id: '${guest.id}'}", 14, "${guest.id} is not known here", "guest.number", schema=False),
    first(
        "join: {post: http://a/, keep: {id: $.id}}",
        32,
        "'id' is no name to keep",
        "id, name and number are taken",
    ),
    first("join: {post: http://a/, keep: {it: id}}", 36, "'id' is no JSONPath", "RFC 9535"),
    first(
        'join: [{post: http://a/, text: "${guest.k}"}, {post: http://a/, keep: {k: $.k}}]',
        33,
        "unknown variable ${guest.k}",
        "Did you mean",
        schema=False,
    ),
    say('json: {text: "${text}"}', 6, "the address is missing", "get, post, put"),
    say("post: http://a/, get: http://b/", 24, "'post' and 'get'", "Keep one"),
    say("post: /chat", 13, "'/chat' is no address", "http://, https:// or ${app.url}"),
    say("post: 'ftp://a/'", 13, "'ftp://a/' is no address", "Begin with"),
    say(f"{URL}, json: 1, form: {{a: b}}", 36, "'json' and 'form' exclude each other", "Keep one"),
    say("get: http://a/, text: x", 23, "a GET has no body", "under query"),
    say(
        f'{URL}, json: {{a: ["${{tixt}}"]}}',
        39,
        "unknown variable ${tixt}",
        "Did you mean 'text'?",
        schema=False,
    ),
    say(f"{URL}, headers: {{a: [b]}}", 40, "a list stands where a text", "Write a text"),
    say(f"{URL}, sign: {{scheme: mata, secret: s}}", 42, "'mata' is not one of", "Did you mean 'meta'?"),
    say(f"{URL}, sign: {{scheme: meta}}", 33, "'secret' is missing", "Add secret"),
    say(
        f"{URL}, sign: {{scheme: meta, secret: s, header: X}}",
        59,
        "'header' belongs to the scheme hmac",
        "Delete header",
    ),
    say(f"{URL}, json: 1, sign: {{scheme: twilio, secret: s}}", 36, "Twilio signs forms", "Use form"),
    hear("", 7, "how the app is heard is missing", "sink, poll, python, command"),
    hear("sink: {text: $.a}, command: x", 27, "'sink' and 'command' exclude", "Keep one"),
    hear("sink: {guest: $.a}", 14, "'text' is missing", "JSONPath"),
    hear("sink: {text: a.b}", 21, "'a.b' is no JSONPath", "$.message.text"),
    hear(
        "sink: {text: $.a, answer: {status: 700}}", 43, "'700' is not a whole number from 200 to 599", "Write"
    ),
    hear(
        "sink: {text: $.a, answer: {status: 204, json: {}}}",
        48,
        "an answer of 204 has no body",
        "Delete json",
        schema=False,
    ),
    hear("poll: {get: http://a/, text: $.t}", 14, "'items' is missing", "JSONPath"),
    hear("poll: {get: http://a/, items: $, text: $, id: place}", 54, "'place' is no JSONPath", "RFC 9535"),
    hear(
        "poll: {get: 'http://a/${text}', items: $, text: $}",
        30,
        "${text} is not known here",
        "Only say",
        schema=False,
    ),
    hear("python: adapter", 16, "'adapter' is not package.module:name", "tests.my_app:adapter"),
    hear("sinck: {text: $.a}", 8, "unknown key: 'sinck'", "Did you mean 'sink'?"),
    Bad(f"{WEBHOOK}{SAY}hear: {{command: x}}\n", 2, 1, "'say' is not used", "Delete say"),
    first("world: both", 8, "'both' is not one of: each, shared", "each, shared"),
    first("mews: {client_token: x}", 8, "is given without", "Add access_token"),
    first("connect: {webhook: http://a/}", 11, "unknown key: 'webhook'", "integration_webhook"),
    first("to_mews: '[Chat]'", 10, "${text} is missing", "[Chat] ${text}"),
    first(
        "to_guest: '${message.id} ${text}'",
        12,
        "${message.id} is not known here",
        "text, guest.id",
        schema=False,
    ),
    first("ignore: ['/(/']", 10, "is not a pattern", "RE2", schema=False),
    first("limits: {longer: split}", 9, "'text' is missing", "whole number"),
    first("limits: {text: 0}", 16, "'0' is not a whole number from 1", "Write"),
    first("limits: {text: 9, longer: cut}", 27, "'cut' is not one of", "split, refuse"),
    first("tls: {ca: none.pem}", 11, "none.pem does not exist", "relative to the app file", schema=False),
    first("cwd: none", 6, "none does not exist", "relative to the app file", schema=False),
    first("within: 5", 9, "'5' is not a duration", "Did you mean 5s?"),
    first('waive: {ORDER-01: ""}', 19, "nothing stands where a reason", "reason"),
    first("waive: {X: x}", 9, "'X' is not one of the 38 that are known", "Known are: REQ-01, "),
    first("waive: {ORDER-1: x}", 9, "'ORDER-1' is not one of", "Did you mean 'ORDER-01'?"),
)
