"""The registry of the score card: the 38 checks as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "high", "medium"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium")
"""Gravest first."""

DOCUMENTATION = "https://mews-systems.gitbook.io/connector-api/"
"""Where the pages of Mews stand that the checks name."""

_GUIDE = "use-cases/customer-messaging"
_REQUESTS = "guidelines/requests"
_RESPONSES = "guidelines/responses"
_TOKENS = "guidelines/authentication"
_PAGES = "guidelines/pagination"
_MESSAGES = "operations/messages"
_THREADS = "operations/messagethreads"
_HOOKS = "webhooks/wh-general"
_HOTELS = "concepts/multi-property"


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the score card.

    `observed` is what is looked at, `why` one sentence on why it matters, `remedy` two on what to change,
    `page` the page of Mews below DOCUMENTATION. A `probe` needs something to go wrong before it can be
    judged; the others watch every run. `advice` never fails a run: the documents do not settle it.
    """

    id: str
    severity: Severity
    observed: str
    why: str
    remedy: str
    page: str
    probe: bool = False
    advice: bool = False

    @property
    def url(self) -> str:
        """The page of Mews."""
        return f"{DOCUMENTATION}{self.page}"


CHECKS = (
    Check(
        "REQ-01", "high", "Only POST, application/json and the exact path are used.",
        "Mews answers 404 to any other method or spelling of a path, and 400 to any other media type.",
        "Send every call as POST with Content-Type: application/json. "
        "Write the path as documented, with its case and without a slash at the end.",
        _REQUESTS,
    ),
    Check(
        "REQ-02", "high", "ClientToken, AccessToken and Client stand in every body; Client has name and version.",
        "Mews finds your calls by Client when it certifies you, and refuses calls without tokens.",
        "Put the three fields into every body, not into headers. "
        'Let Client be the name and the version of your app, such as "Concierge 1.4.0".',
        _TOKENS,
    ),
    Check(
        "REQ-03", "high", "Bodies fit the contract: nothing unknown, nothing missing, within the limits.",
        "What the contract does not know is ignored or refused, and what is missing is refused with 400.",
        "Send the documented fields with their exact names and nothing else. "
        "Keep lists and counts within 1 to 1000.",
        _MESSAGES,
    ),
    Check(
        "REQ-04", "medium", "A new unknown field in a response does no harm.",
        "Adding fields is no breaking change for Mews, so they appear without notice.",
        "Let your JSON reader ignore what it does not know. "
        "Turn off strict mapping for everything that comes from Mews.",
        _RESPONSES, probe=True,
    ),
    Check(
        "THREAD-01", "high", "A guest's second message goes into the unresolved thread of the first.",
        "The front desk loses the context where every message opens a thread of its own.",
        "Store the thread id of each guest, in a place that survives a restart. "
        "Open a new thread only once the old one is resolved.",
        _GUIDE,
    ),
    Check(
        "THREAD-02", "critical", "Two guests never share a thread; OriginalSender and Subject are right.",
        "The front desk answers whom the thread names, and would tell one guest what concerns another.",
        "Look the thread up by the guest's own id, never by name or by the last one used. "
        "Give OriginalSender the name of the guest who writes.",
        _THREADS,
    ),
    Check(
        "THREAD-03", "medium", "No empty thread stays behind when messages/add fails after messageThreads/add.",
        "An empty thread tells the front desk nothing, and nobody ever answers it.",
        "Store the thread id as soon as messageThreads/add answers. "
        "When messages/add fails, try it again with that thread.",
        _THREADS, probe=True,
    ),
    Check(
        "THREAD-04", "high", "A guest's text after the thread was resolved reaches Mews, in this or a new thread.",
        "Guests go on writing when the front desk thinks that all is said.",
        "Send the text into the same thread, or look at IsResolved and open a new one. "
        "Treat a refusal of the old thread as the sign to open a new one.",
        _GUIDE, probe=True,
    ),
    Check(
        "THREAD-05", "critical", "Two hotels never share a thread, a token or a reply.",
        "A guest of one hotel must never be seen by another.",
        "Keep tokens and threads by EnterpriseId. "
        "Route webhooks by EnterpriseId and IntegrationId before looking anything up.",
        _HOTELS, probe=True,
    ),
    Check(
        "SEND-01", "critical", "Each text of a guest is in Mews exactly once, unchanged.",
        "A lost text is a guest without an answer, and a doubled one confuses the front desk.",
        "Send each text once, as it was written, and remember what Mews has taken. "
        "Repeat a call only where the first one surely failed.",
        _MESSAGES,
    ),
    Check(
        "SEND-02", "high", "A burst of messages of a guest keeps its order.",
        "Sentences in the wrong order mean something else.",
        "Send the texts of a guest one after the other. "
        "Wait for the answer to one messages/add, or put several texts into one call, in order.",
        _MESSAGES,
    ),
    Check(
        "SEND-03", "high", "A message that was stored though the answer was lost is not doubled.",
        "Mews has no idempotency key, so a blind repetition is a second message.",
        "Before repeating a call whose answer was lost, read the thread by messages/getAll. "
        "Add the text only where it is not there.",
        _MESSAGES, probe=True, advice=True,
    ),
    Check(
        "HOOK-01", "critical", "Webhooks are answered with 2xx within 5 s.",
        "Mews counts anything else as failed, repeats it, and gives up after a few attempts.",
        "Store the event, answer 200 and do the work afterwards. "
        "Answer 2xx also to what you have no use for.",
        _HOOKS,
    ),
    Check(
        "HOOK-02", "high", "The answer to a webhook does not wait for Mews, however slow getAll is.",
        "A webhook that waits for a slow call runs into the limit of 5 s and comes again.",
        "Answer the webhook before calling Mews. "
        "Put the events into a queue that another task works off.",
        _HOOKS, probe=True,
    ),
    Check(
        "HOOK-03", "critical", "A wrong or missing token in the webhook's URL is refused and shows nothing.",
        "The token is all that tells Mews from a stranger: webhooks carry no signature.",
        "Compare the token in the URL with your secret before reading the body. "
        "Answer 401 to anything else and do nothing.",
        _HOOKS, probe=True,
    ),
    Check(
        "HOOK-04", "critical", "An event with nothing but the message id is resolved and shown.",
        "The published schema of the webhook has no thread id and no text.",
        "Read the threads that you have open by messages/getAll and pick the message by its id. "
        "Do not rely on Entities, which Mews calls deprecated.",
        _HOOKS, probe=True,
    ),
    Check(
        "HOOK-05", "high", "Foreign and unknown events get 2xx and do nothing.",
        "All events of a partner come to one URL, and new kinds appear without notice.",
        "Act on MessageAdded alone. Answer 2xx to all other discriminators and ignore them.",
        _HOOKS, probe=True,
    ),
    Check(
        "HOOK-06", "high", "One body with a hundred and more events is handled whole.",
        "Mews gathers events for minutes and sends hundreds of them in one body.",
        "Go through all of Events, not only the first. "
        "Store them all before answering, and work them off afterwards.",
        _HOOKS, probe=True,
    ),
    Check(
        "HOOK-07", "medium", "An unknown message id does no harm, and one that becomes readable later is shown once.",
        "Events may come before their message can be read, or concern what is not yours.",
        "Where getAll does not have the message yet, look again a little later, a few times. "
        "Then drop the event, without an error.",
        _HOOKS, probe=True,
    ),
    Check(
        "HOOK-08", "critical", "A webhook that failed and comes again is shown once.",
        "Every app is down at times, and Mews repeats its webhooks for that reason.",
        "Answer 2xx only once the event is stored where it survives. "
        "Show a message when it was fetched, and remember that it was shown.",
        _HOOKS, probe=True,
    ),
    Check(
        "SHOW-01", "critical", "Each reply is shown exactly once, unchanged and not executed.",
        "What the hotel wrote is all that the guest has to go by.",
        "On MessageAdded fetch the message by messages/getAll and show its text as it is. "
        "Remember the ids of the messages that were shown.",
        _GUIDE,
    ),
    Check(
        "SHOW-02", "critical", "Replies are shown to the right guest only.",
        "A reply may hold a door code, a name or a bill.",
        "Find the guest by the message's MessageThreadId. "
        "Never show a reply to all, or to whoever wrote last.",
        _GUIDE,
    ),
    Check(
        "SHOW-03", "critical", "A webhook that is delivered again, also after a restart, shows nothing again.",
        "Mews repeats a webhook whenever it did not see the answer.",
        "Remember the ids of the messages that were shown, in a place that survives a restart. "
        "Look there before showing one.",
        _HOOKS, probe=True,
    ),
    Check(
        "SHOW-04", "high", "Two different replies with the same text are both shown.",
        "The front desk writes a plain yes more than once.",
        "Tell messages apart by their Id. Never compare texts or times to find what is new.",
        _MESSAGES, probe=True,
    ),
    Check(
        "ORDER-01", "medium", "Replies are shown in the order written, though their webhooks arrive reversed.",
        "Nothing in the documents promises the order of webhooks.",
        "When an event comes, read the thread and show all that is new, oldest first. "
        "Sort by the order of messages/getAll, not by arrival.",
        _HOOKS, probe=True,
    ),
    Check(
        "ORDER-02", "high", "Several replies in one second are all shown, in order.",
        "Mews shows whole seconds, so several messages may have the same CreatedUtc.",
        "Do not use CreatedUtc to tell what is new: take the ids. "
        "Keep the order of messages/getAll, which is newest first.",
        _MESSAGES, probe=True,
    ),
    Check(
        "LOOP-01", "critical", "A guest's own messages are not shown back to the guest.",
        "The app's own messages may raise MessageAdded too.",
        "Show only messages whose Sender is Enterprise. "
        "Look at Sender.Discriminator of each message that you fetch.",
        _GUIDE,
    ),
    Check(
        "LOOP-02", "critical", "After quiet nothing is added again, and calls are bounded.",
        "An app that answers its own messages goes on for ever, at the cost of the hotel.",
        "Do nothing about messages whose Sender is Application. "
        "Add to Mews only what a guest wrote.",
        _GUIDE,
    ),
    Check(
        "RATE-01", "high", "After 429 no call is made before Retry-After.",
        "Calls that go on after 429 may get the app blocked.",
        "Stop all calls with that AccessToken for as many seconds as Retry-After says. "
        "Put them into a queue meanwhile.",
        _REQUESTS, probe=True,
    ),
    Check(
        "RATE-02", "critical", "After 429 nothing is lost, doubled or put in another order.",
        "The limit is met on busy days, when messages matter most.",
        "Keep a call that got 429 at the head of its queue until it succeeds. "
        "Let later texts of the same guest wait behind it.",
        _REQUESTS, probe=True,
    ),
    Check(
        "RATE-03", "medium", "Fewer than 200 calls in 30 s, and no steady polling while webhooks work.",
        "Mews limits each AccessToken to 200 calls in 30 s and asks for webhooks instead of polling.",
        "Call getAll when a webhook comes, not by a timer. "
        "Count your calls and let those over the limit wait.",
        _REQUESTS,
    ),
    Check(
        "RATE-04", "medium", "Repeated 429 without Retry-After is met with growing intervals.",
        "A fixed pause keeps the limit exceeded, and Mews discourages it.",
        "Double the pause after each 429 without Retry-After. Add a little chance, and an upper bound.",
        _REQUESTS, probe=True,
    ),
    Check(
        "ERR-01", "critical", "After 5xx, 408 or a reset on add the text is sent again, or the guest is told.",
        "A guest who sees the own text believes that the hotel read it.",
        "Store each text before you answer the guest, and repeat its call with growing pauses, also after a "
        "restart of your app. "
        "Where it does not succeed in time, tell the guest that the message did not arrive.",
        _RESPONSES, probe=True,
    ),
    Check(
        "ERR-02", "high", "400, 401 and 403 are not repeated in a loop.",
        "The same call gets the same refusal, and a loop of them looks like an attack.",
        "Do not repeat a call that was refused with 400, 401 or 403. "
        "Log its Request-Id and tell someone.",
        _RESPONSES, probe=True,
    ),
    Check(
        "ERR-03", "medium", "A reply whose webhook was given up is found by a later getAll.",
        "Mews discards a webhook after repeated attempts and says so to nobody.",
        "When the guest writes or another webhook comes, read the whole thread. "
        "Show everything that was not shown yet.",
        _HOOKS, probe=True, advice=True,
    ),
    Check(
        "PAGE-01", "high", "Cursor is followed to the end.",
        "The oldest messages of a busy thread stand on a later page.",
        "Repeat getAll with the Cursor of the last response until it is null or the page is not full. "
        "Stop early only at a message that you know.",
        _PAGES, probe=True,
    ),
    Check(
        "PAGE-02", "medium", "Intervals are within one month for messages and three months for threads.",
        "Mews refuses longer ones with 400.",
        "Split a longer time into intervals of a month, or three. "
        "Let each begin where the last one ended.",
        _MESSAGES,
    ),
    Check(
        "SEC-01", "critical", "Tokens never stand in a text shown to guests or in the app's output.",
        "Whoever has the tokens reads and writes as the hotel's app.",
        "Mask tokens in logs and error messages. Never show a guest the text of an exception.",
        _TOKENS,
    ),
)  # fmt: skip
"""In the order of the score card."""

_BY_ID = {each.id: each for each in CHECKS}


def check(check_id: str) -> Check:
    """The check of this id. KeyError where there is none."""
    return _BY_ID[check_id]
