"""The misconfigurations that the doctor knows by name: what was wanted instead, and what to change."""

from __future__ import annotations

from dataclasses import dataclass

from mockmews_testkit.doctor.findings import (
    FAKE,
    HEAR,
    IDS_ONLY,
    JOIN,
    MEWS,
    QUIET,
    READ,
    SAY,
    START,
    WEBHOOK,
)


@dataclass(frozen=True, slots=True)
class Misconfiguration:
    """`key` is where in the app file one looks first; `{names}` in `change` are filled with what was seen."""

    id: str
    step: str
    wanted: str
    change: str
    key: tuple[str, ...] = ()


_TOKENS = "ClientToken and AccessToken of this integration in the body of every call"
_ACK = "a 2xx answer within five seconds"

CATALOGUE = (
    Misconfiguration(
        "app-file-missing", READ, "an app file",
        "Run `mockmews init` to have one written, or name yours with --app FILE.",
    ),
    Misconfiguration(
        "app-file-unreadable", READ, "an app file that can be read", "Mend what stands above; all is told at once.",
    ),
    Misconfiguration(
        "fake-unreachable", FAKE, "a fake that answers at the address under mews",
        "Start it there with `mockmews serve`, or delete `mews` from the app file: a fake is then started here.",
        ("mews", "url"),
    ),
    Misconfiguration(
        "command-not-found", START, "a command that this machine can run",
        "Correct `start`: the program must be installed and on the PATH, or be named by its whole path. "
        "Commands run in the folder that `cwd` names, seen from the app file.",
        ("start",),
    ),
    Misconfiguration(
        "port-taken", START, "a port of the app's own",
        "Let the app listen on the port that it is given: put PORT: \"${{app.port}}\" under env and read PORT in "
        "the app. Or end the other program that listens there.",
        ("env",),
    ),
    Misconfiguration(
        "died-at-start", START, "an app that goes on running",
        "Read its last output: often a module is not installed, a variable is missing under env, or `cwd` names "
        "another folder.",
        ("start",),
    ),
    Misconfiguration(
        "not-opened", START, "an app that could be opened as the app file says", "Do what the sentence says.",
    ),
    Misconfiguration(
        "app-not-running", START, "an app that runs already, as the app file has no `start`",
        "Start your app before, or add start: with the command that does, and PORT: \"${{app.port}}\" under env.",
        ("app", "url"),
    ),
    Misconfiguration(
        "other-port", START, "an app that listens where the app file says",
        "Its output speaks of port {port}. Let it listen on the port that it is given (PORT: \"${{app.port}}\" "
        "under env), or write app: {{url: \"http://127.0.0.1:{port}\"}}.",
        ("env",),
    ),
    Misconfiguration(
        "never-ready", START, "an app that answers in time",
        "Hand the app its port (PORT: \"${{app.port}}\" under env) and let it listen on 127.0.0.1 or 0.0.0.0. If it "
        "is only slow, raise ready: within.",
        ("ready",),
    ),
    Misconfiguration(
        "ready-refused", START, "an answer below 400 from the address under ready",
        "Name an address that answers GET without a log-in; delete `ready` if there is none: then it is enough "
        "that the app listens.",
        ("ready", "get"),
    ),
    Misconfiguration(
        "ready-line-missing", START, "a line in the app's output that the pattern under ready: log finds",
        "Compare the pattern with the output below; outputs that are kept back in a buffer are not seen either.",
        ("ready", "log"),
    ),
    Misconfiguration(
        "join-failed", JOIN, "a guest who can join", "Check address, body and headers, and what is kept of the answer. "
        "Where guests need not join, delete `join`.",
        ("join",),
    ),
    Misconfiguration(
        "say-unreachable", SAY, "an app that takes the guest's text",
        "Check host and port in the address; ${{app.url}} is where this app listens.",
        ("say",),
    ),
    Misconfiguration(
        "say-404", SAY, "the address at which your app takes what guests write",
        "Correct the path: compare it with the app's routes, up to a slash at its end. If the app listens before its "
        "routes are there, let it be waited for: ready: {{log: ...}}, or {{get: ...}}.",
        ("say",),
    ),
    Misconfiguration(
        "say-405", SAY, "the method that your app takes at this address",
        "Use another: the keys are get, post, put, patch and delete.",
        ("say",),
    ),
    Misconfiguration(
        "say-401", SAY, "a guest whom the app lets in",
        "Add what the app asks for: a log-in under join with keep: and headers: {{Authorization: \"Bearer "
        "${{guest.token}}\"}}; or sign: with the scheme and the secret that the app has.",
        ("say",),
    ),
    Misconfiguration(
        "say-refused", SAY, "a text in the form that the app takes",
        "Compare the body with what your channel sends: json or form, the names of the fields, and ${{text}} and "
        "${{guest.id}} in their places.",
        ("say",),
    ),
    Misconfiguration(
        "say-redirected", SAY, "an answer from this very address; redirects are not followed",
        "Write the address it redirects to: often http became https, or a slash at the end is missing.",
        ("say",),
    ),
    Misconfiguration(
        "say-broke", SAY, "a 2xx answer", "The app itself failed: read its last output.", ("say",),
    ),
    Misconfiguration(
        "app-died", START, "an app that goes on running", "Read its last output, and mend what ended it.", ("start",),
    ),
    Misconfiguration(
        "mews-url-not-given", MEWS, "an app that is told where the fake is",
        "Add MEWS_URL: \"${{mews.url}}\" under env, by the name that your app reads its platform address from.",
        ("env",),
    ),
    Misconfiguration(
        "mews-address-not-fixed", MEWS, "an app that runs already, and a fake where it looks for Mews",
        "Add mews: {{url: \"http://127.0.0.1:8000\"}}, the address that your app has, with the client_token and the "
        "access_token that it has. Or add start: and env:, so that it is told.",
    ),
    Misconfiguration(
        "text-not-forwarded", MEWS, "messages/add with the guest's text",
        "Let the app forward this text: a bot that answers it, or a rule that drops it, keeps it from the hotel.",
    ),
    Misconfiguration(
        "mews-never-called", MEWS, "messageThreads/add and messages/add, called after the guest wrote",
        "Let the app take the platform address from the variable that env gives it: one with api.mews.com or "
        "api.mews-demo.com written into its code calls there. And look whether it forwards this text at all.",
        ("env",),
    ),
    Misconfiguration(
        "other-tokens", MEWS, _TOKENS,
        "Put \"${{mews.client_token}}\" and \"${{mews.access_token}}\" under env, and read them there: the app used "
        "those of another integration, such as the public demo tokens.",
        ("env",),
    ),
    Misconfiguration(
        "mews-401", MEWS, _TOKENS,
        "Put \"${{mews.client_token}}\" and \"${{mews.access_token}}\" under env by the names that your app reads, "
        "and send both in the body, not in headers.",
        ("env",),
    ),
    Misconfiguration(
        "mews-404", MEWS, "POST to /api/connector/v1/ and one of messageThreads/add, messages/add, "
        "messageThreads/getAll, messages/getAll",
        "Correct the path in your app, with its case and without a slash at the end; the method is always POST. "
        "The platform address alone stands in MEWS_URL, without a path.",
        ("env",),
    ),
    Misconfiguration(
        "mews-400", MEWS, "a body as the contract says", "Mend the call in your app as the hint says.",
    ),
    Misconfiguration(
        "thread-without-message", MEWS, "messages/add with the guest's text, after the thread was opened",
        "Send the text: {{\"Messages\": [{{\"MessageThreadId\": the Id that messageThreads/add answered, \"Text\": "
        "the text}}]}}. messageThreads/add takes no text.",
    ),
    Misconfiguration(
        "text-changed", MEWS, "the guest's text, unchanged",
        "If your app dresses what guests write, say so: to_mews: \"{dress}\". Else look for escaping or cutting.",
        ("to_mews",),
    ),
    Misconfiguration(
        "webhook-not-sent", WEBHOOK, "an integration that is told of MessageAdded",
        "Add MessageAdded to the events of this integration and let its webhooks flow (webhooks: auto), or delete "
        "`mews` from the app file for a fresh one.",
        ("mews",),
    ),
    Misconfiguration(
        "webhook-unreachable", WEBHOOK, _ACK,
        "Correct host and port of `webhook`; ${{app.url}} is where this app listens.",
        ("webhook",),
    ),
    Misconfiguration(
        "webhook-crashed", WEBHOOK, _ACK,
        "The app took the request and hung up: its last output tells where it broke. "
        "Where nothing broke, compare the path under webhook with the app's routes.",
        ("webhook",),
    ),
    Misconfiguration(
        "webhook-too-slow", WEBHOOK, _ACK,
        "Answer at once, and do the work afterwards: in a queue, a thread or a task.",
        ("webhook",),
    ),
    Misconfiguration(
        "webhook-404", WEBHOOK, "the address at which your app takes webhooks",
        "Correct the path under webhook: compare it with the app's routes.",
        ("webhook",),
    ),
    Misconfiguration(
        "webhook-405", WEBHOOK, "an app that takes POST there",
        "Mews sends webhooks by POST: let the route take it, or correct the path under webhook.",
        ("webhook",),
    ),
    Misconfiguration(
        "webhook-401", WEBHOOK, "an app that knows its token",
        "The token stands in the address: webhook: \"...?Token=${{webhook_token}}\". Hand the same to the app "
        "(WEBHOOK_TOKEN: \"${{webhook_token}}\" under env), or write the app's own into the address. Mews sends "
        "no signature and no other header.",
        ("webhook",),
    ),
    Misconfiguration(
        "webhook-refused", WEBHOOK, "2xx for every body that Mews sends",
        "Read Events[].Discriminator and Events[].Value.Id alone, and ignore what else stands there.",
        ("webhook",),
    ),
    Misconfiguration(
        "webhook-redirected", WEBHOOK, "2xx, or a redirect by 307 or 308 that keeps method and body",
        "Write the address it redirects to under webhook.",
        ("webhook",),
    ),
    Misconfiguration(
        "webhook-broke", WEBHOOK, _ACK, "The app itself failed: read its last output.", ("webhook",),
    ),
    Misconfiguration(
        "webhook-ignored", HEAR, "messages/getAll after the webhook, and the reply shown to its guest",
        "On MessageAdded look for the message by messages/getAll in your threads, and show those whose Sender is "
        "Enterprise.",
    ),
    Misconfiguration(
        "sink-url-not-given", HEAR, "an app that is told where its channel is",
        "Add CHAT_CALLBACK: \"${{sink.url}}\" under env, by the name that your app reads its channel's address from; "
        "or hear it by poll.",
        ("env",),
    ),
    Misconfiguration(
        "sink-never-posted", HEAR, "a POST to ${{sink.url}}, or any path below it, for each text that is shown",
        "Let the app take its channel's address from the variable that env gives it: one written into its code "
        "posts elsewhere. And look whether it shows messages whose Sender is Enterprise.",
        ("env",),
    ),
    Misconfiguration(
        "sink-no-text", HEAR, "a text where {path} looks", "Write the path at which the text stands in that body.",
        ("hear", "sink", "text"),
    ),
    Misconfiguration(
        "sink-no-guest", HEAR, "the guest's id where {path} looks",
        "Write the path at which the guest's id stands in that body.",
        ("hear", "sink", "guest"),
    ),
    Misconfiguration(
        "sink-other-guest", HEAR, "the guest's id {guest}, as the app was told it",
        "Let guest: {{id: ...}} be what the app knows the guest by, or correct the path under hear: sink: guest.",
        ("hear", "sink", "guest"),
    ),
    Misconfiguration(
        "sink-guest-not-in-path", HEAR, "the guest's id {guest} as a part of the path below ${{sink.url}}",
        "Write under hear: sink: guest the path at which the guest's id stands in the body.",
        ("hear", "sink"),
    ),
    Misconfiguration(
        "reply-changed", HEAR, "the reply, unchanged",
        "If your app dresses what the hotel writes, say so: to_guest: \"{dress}\". Else look for escaping.",
        ("to_guest",),
    ),
    Misconfiguration(
        "reply-escaped", HEAR, "the reply, unchanged",
        "If your app shows HTML, say so: html: true under hear.",
        ("hear",),
    ),
    Misconfiguration(
        "poll-odd", HEAR, "an answer 2xx of JSON, in which the paths under poll find what is shown",
        "Correct the address, its headers, or the path that finds nothing.",
        ("hear", "poll"),
    ),
    Misconfiguration(
        "poll-empty", HEAR, "the reply among what hear: poll: items finds",
        "Write the path at which the list stands; a filter such as [?@.author=='hotel'] must let the reply through.",
        ("hear", "poll", "items"),
    ),
    Misconfiguration(
        "nothing-shown", HEAR, "the reply among what hear: tells",
        "Let it tell the reply for this very guest's id.",
        ("hear",),
    ),
    Misconfiguration(
        "ids-only-unheard", IDS_ONLY, "the reply, found by its message id alone",
        "The schema of Mews's webhooks has Value.Id and nothing else: find the thread by messages/getAll over your "
        "open threads, not in Entities.",
    ),
    Misconfiguration(
        "echo", QUIET, "only what the hotel wrote",
        "Show only messages whose Sender is Enterprise: MessageAdded tells of your own messages too.",
    ),
    Misconfiguration(
        "shown-twice", QUIET, "each reply once",
        "Remember the ids of messages that were shown. If the kit heard one showing twice, give hear: an id path.",
        ("hear",),
    ),
    Misconfiguration(
        "shown-besides", QUIET, "only what the hotel wrote",
        "If it is the app's own text, name it: ignore: [\"/^Welcome/\"] (a text, or a /pattern/).",
        ("ignore",),
    ),
)  # fmt: skip
