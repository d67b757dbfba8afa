"""Hotel files that are good, and files with one mistake each: on which line, and in which words it is told."""

from __future__ import annotations

from dataclasses import dataclass

GOOD = {
    "nothing": "version: 1\n",
    "empty parts": "version: 1\nclients: {}\nenterprises: {}\nintegrations: []\nsettings: {}\nfaults: []\n",
    "everything": """
version: 1
clients:
  concierge: {client_token: CONCIERGE-1}
enterprises:
  Grand: {id: 11111111-1111-4111-8111-111111111111, opening_hours: "07:00-23:00", time_zone: Europe/Prague}
  Petit:
  Small: {opening_hours: {mon-fri: "08:00-12:00, 13:00-18:00", Saturday: closed}}
settings: {payload: ids_only, own_messages: no, batch_limit: 50, text_limit: none, read_lag: 0, wrong_method: 405}
reply_rules:
  - when: {text: /late/i, sender: Penelope, subject: Stay, thread: new, nth: 1}
    say: "Hello {{ sender }}!"
    after: 30s..2m
    once: true
  - when: {text: '/(?P<time>\\d+pm)/'}
    say: ["Until {{ time }}.", Bye]
    then: resolve
  - {when: {text: Psst}, silent: true}
  - otherwise: silent
faults:
  - {operation: messages/add, status: 429, retry_after: 2s, times: 2}
other_operations:
  configuration/get: {json: {Enterprise: {Id: 1}}}
  reservations/getAll/2023-06-06: {status: 503}
integrations:
  - name: Grand chat
    client: concierge
    enterprise: Grand
    access_token: GRAND-ACCESS-1
    integration_id: 22222222-2222-4222-8222-222222222222
    webhook_url: https://app.test/hooks?Token=${webhook_token}
    integration_webhook_url: http://app.test:3000/hotel
    webhook_token: s3cret
    events: [MessageAdded, CustomerAdded]
    enabled: true
    permissions: [messages/add, messageThreads/add]
    reply_rules: [{say: Hello}]
    opening_hours: {sat-sun: "10:00-02:00"}
    time_zone: Asia/Tokyo
    seed: 7
    clock: {rate: 60, at: "2026-03-10T12:00:00Z"}
    settings: {rate_limit: off}
    retry: {attempts: 5, delay: 1m..3m}
    faults: [{webhook: any, noise: CustomerAdded, probability: 0.5, after: 1s, until: 1h}]
    payload: entities
    own_messages: true
    webhooks: held
    batch_limit: 3
    webhook_timeout: 2s
    read_lag: 100ms
    journal_limit: 500
    lag: 2m..5m
    rate_limit: 200/30s
  - {name: All of us, client_token: OTHER-CLIENT, enterprises: [Grand, Petit], portfolio: true, webhook_url: null}
""",
    "otherwise says something": (
        "version: 1\nreply_rules: [{otherwise: {say: 'We are asleep.', then: reopen, after: 1s, once: true}}]\n"
    ),
    "always open": "version: 1\nintegrations: [{name: A, opening_hours: null, clock: {behind: 5s}}]\n",
    "faults of every kind": """
version: 1
faults:
  - {operation: any, reset: true, every: 2}
  - {operation: any, truncate: true}
  - {operation: messages/getAll, not_json: true, nth: 3}
  - {operation: messageThreads/add, unknown_field: true, delay: 1s}
  - {operation: any, lose_response: hang}
  - {operation: any, delay: 100ms}
  - {operation: any, status: 500, retry_after: none}
  - {webhook: any, drop: true}
  - {webhook: MessageAdded, duplicate: 2, wrong_token: missing, delay: 10ms}
  - {webhook: any, reorder: 2}
  - {webhook: any, split: 1, noise: [CustomerAdded, SomethingNew]}
  - {webhook: any, merge: 3}
  - {webhook: any, early: 1s}
""",
}


@dataclass(frozen=True, slots=True)
class Bad:
    """A file with one mistake; `known` says whether the editors' schema refuses it too."""

    text: str
    line: int
    words: str
    known: bool = True


def _one(field: str, words: str, *, known: bool = True) -> Bad:
    """An integration with one more field, on line 4."""
    return Bad(f"version: 1\nintegrations:\n  - name: A\n    {field}\n", 4, words, known)


def _top(field: str, words: str, *, known: bool = True) -> Bad:
    return Bad(f"version: 1\n{field}\n", 2, words, known)


BAD = (
    Bad("settings: {}\n", 1, "version is missing; begin the file with `version: 1`"),
    Bad("version: 2\n", 1, "version is 2; this mockmews reads 1"),
    Bad("version: true\n", 1, "version is true"),
    Bad("- version: 1\n", 1, "takes a map of version"),
    _top("intergrations: []", "there is no 'intergrations' here. Did you mean 'integrations'?"),
    _top("integrations: {}", "integrations takes a list, not a map"),
    _top("clients: [A]", "clients takes a map from names"),
    _top("clients: {A: {}}", "client_token is missing"),
    _top("clients: {A: {client_token: short}}", "client_token takes 8 to 200 letters"),
    _top("clients: {A: {token: ABCDEFGHIJ}}", "there is no 'token' here"),
    _top("enterprises: {A: {id: 7}}", "id takes a uuid, not 7"),
    _top("enterprises: {A: {hours: 8}}", "there is no 'hours' here"),
    _top("enterprises: {A: {opening_hours: always}}", "opening_hours takes hours such as 07:00-23:00"),
    _top("enterprises: {A: {opening_hours: '07:00-99:00'}}", "is beyond the day", known=False),
    _top("enterprises: {A: {opening_hours: {mo: '07:00-09:00'}}}", "'mo' is no weekday. Did you mean 'mon'?"),
    _top("enterprises: {A: {time_zone: Europe/Pargue}}", "Did you mean 'Europe/Prague'?", known=False),
    _top("settings: {payloads: ids_only}", "there is no 'payloads' here. Did you mean 'payload'?"),
    _top("settings: {payload: ids}", "payload"),
    _top("settings: {lag: 5}", "lag"),
    _top("settings: {rate_limit: 200}", "rate_limit"),
    _top("settings: {batch_limit: 0}", "batch_limit"),
    _top("settings: {lag: 5m..1m}", "runs backwards", known=False),
    _top("reply_rules: {say: Hi}", "reply_rules takes a list, not a map"),
    _top("reply_rules: [{sya: Hi}]", "there is no 'sya' here. Did you mean 'say'?"),
    _top("reply_rules: [{when: {txt: Hi}, say: A}]", "there is no 'txt' here. Did you mean 'text'?"),
    _top("reply_rules: [{when: {text: Hi}}]", "this rule does nothing"),
    _top("reply_rules: [{say: Hi, after: soon}]", "is not a duration"),
    _top("reply_rules: [{say: Hi, then: close}]", "then takes resolve or reopen"),
    _top("reply_rules: [{otherwise: silent, say: Hi}]", "say belongs inside otherwise"),
    _top("reply_rules: [{when: {text: '/(/'}, say: A}]", "text is no RE2 pattern", known=False),
    _top("reply_rules: [{say: 'Hi {{ sendr }}'}]", "Did you mean 'sender'?", known=False),
    _top("reply_rules: [{otherwise: silent}, {say: A}]", "otherwise must be the last rule", known=False),
    _top("responder: nowhere", "'nowhere' is no responder; write package.module:function"),
    _top("responder: nowhere_at_all:answer", "there is no module 'nowhere_at_all'", known=False),
    Bad("version: 1\nreply_rules: []\nresponder: os:getcwd\n", 3, "keep one of the two"),
    _top("faults: [{operation: messages/ad, status: 500}]", "Did you mean 'messages/add'?"),
    _top("faults: [{operation: any, drop: true}]", "drop goes with webhook:, not with operation:"),
    _top("faults: [{webhook: any, status: 500}]", "status goes with operation:, not with webhook:"),
    _top("faults: [{status: 500}]", "this fault does not say where"),
    _top("faults: [{operation: any}]", "this fault does nothing"),
    _top("faults: [{operation: any, status: 200}]", "status takes a whole number from 400 to 599"),
    _top("faults: [{operation: any, delay: 1s, retry_after: 2s}]", "retry_after is a header of an answer"),
    _top("faults: [{operation: any, delay: 0s}]", "delay is no time at all"),
    _top("faults: [{operation: any, reset: true, status: 500}]", "cannot both be the answer", known=False),
    _top("faults: [{operation: any, delay: 1s, after: 2s, until: 1s}]", "ends before it begins", known=False),
    _top("other_operations: []", "other_operations takes a map"),
    _top("other_operations: {configuration: {}}", "is no operation such as configuration/get"),
    _top("other_operations: {messages/getAll: {}}", "the fake itself answers messages/getAll", known=False),
    _one("webhook_timeout: 0s", "'0s' is no time at all", known=False),
    _top("other_operations: {a/b: {status: 99}}", "status takes 200 to 599"),
    _top("other_operations: {a/b: {body: {}}}", "there is no 'body' here"),
    Bad("version: 1\nintegrations:\n  - client_token: ABCDEFGHIJ\n", 3, "name is missing"),
    Bad(
        "version: 1\nintegrations:\n  - name: A\n  - name: A\n", 4,
        "two integrations have this name; give each its own", known=False,
    ),
    Bad(
        "version: 1\nintegrations:\n  - {name: A, access_token: SAME-TOKEN}\n"
        "  - {name: B, access_token: SAME-TOKEN}\n", 4, "two integrations have this access_token", known=False,
    ),
    _one("webhookurl: http://a", "there is no 'webhookurl' here. Did you mean 'webhook_url'?"),
    _one("webhook_url: localhost:3000/hooks", "webhook_url: The webhook URL 'localhost:3000/hooks' has"),
    _one("webhook_url: ftp://a/b", "webhooks go to http:// or https://"),
    _one("webhook_url: http://a:99999/b", "a port is a number from 1 to 65535", known=False),
    _one("integration_webhook_url: http://", "integration_webhook_url: The webhook URL"),
    _one("integration_webhook_url: 'http://a b'", "holds a space at position 9"),
    _one("client: other", "'other' is not among `clients`; known are none", known=False),
    _one("enterprise: Grand", "'Grand' is not among `enterprises`; known are none", known=False),
    _one("enterprises: []", "enterprises is empty"),
    _one("access_token: 'has blanks in it'", "access_token takes 8 to 200 letters"),
    _one("integration_id: abc", "integration_id takes a uuid"),
    _one("events: [MessageAded]", "events 1 takes ServiceOrderUpdated"),
    _one("permissions: [messages/del]", "permissions 1 takes messageThreads/getAll"),
    _one("enabled: maybe", "enabled takes true or false"),
    _one("seed: lucky", "seed takes a whole number"),
    _one("clock: {rate: -1}", "rate takes a number from 0"),
    _one("clock: {at: noon}", "is not an ISO 8601 instant"),
    _one("retry: {times: 3}", "there is no 'times' here"),
    _one("reply_rules: [{say: ''}]", "say is blank"),
    _one("opening_hours: {mon: 8}", "mon takes hours such as 07:00-23:00"),
    _one("time_zone: Mars", "'Mars' is no IANA time zone", known=False),
    _one("faults: {operation: any}", "faults takes a list, not a map"),
    _one("portfolio: 1", "portfolio takes true or false"),
    _one("settings: {lags: 1s}", "there is no 'lags' here. Did you mean 'lag'?"),
    _one("lag: quickly", "lag"),
    _one("name: B", "'name' stands here twice (first on line 3); keep one", known=False),
    Bad(
        "version: 1\nclients: {A: {client_token: ABCDEFGHIJ}}\nintegrations:\n  - name: A\n    client: A\n"
        "    client_token: ABCDEFGHIJ\n", 5, "give client or client_token, not both",
    ),
    Bad(
        "version: 1\nenterprises: {G: }\nintegrations:\n  - name: A\n    enterprise: G\n    enterprises: [G]\n", 5,
        "give enterprise or enterprises, not both",
    ),
    Bad(
        "version: 1\nenterprises: {G: }\nintegrations:\n  - name: A\n    enterprises:\n      - G\n      - G\n", 7,
        "'G' stands here twice; keep one",
    ),
)  # fmt: skip
