"""What the mock takes for granted where the Mews documents disagree or are silent and no setting decides.

Rows are those of the contract's tables: D for DRIFT (contract.md 12), S for SILENCE (contract.md 13). The
rows that have a switch stand with their setting in `mockmews.settings`.
"""

from __future__ import annotations

from msgspec import Struct


class Assumption(Struct, frozen=True):
    """One doubt without a switch: its row, the question, the answer taken, and why."""

    row: str
    question: str
    answer: str
    why: str


ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption("D13", "Is the cursor of messages/getAll a message or a thread?", "a message",
               "the text says so; only a sample shows a thread's id"),
    Assumption("D15", "Does a 204 carry a body?", "no",
               "the documents say none; only OpenAPI gives it the error schema"),
    Assumption("D16", "What is the reason phrase of a 401?", "Unauthorized",
               "the name that HTTP gives it; a heading of 2026 says Forbidden"),
    Assumption("D21", "Does one webhook body serve all enterprises?", "no, one POST for each",
               "the body has a single EnterpriseId"),
    Assumption("D22", "May a thread be empty?", "yes",
               "messageThreads/add takes no first message"),
    Assumption("D23", "May a result of messages/add lack its message?", "no",
               "required in the documents and OpenAPI of 2026"),
    Assumption("D26", "Does the token of the getting-started page work?", "no, 401",
               "it was replaced on 22 January 2025"),
    Assumption("D27", "Are 404, 409 and 413 answered, which OpenAPI omits?",
               "404 and 413 where they arise, 409 as a fault", "the documents list all three"),
    Assumption("D28", "May the Requestor of an Integration webhook be null?", "yes",
               "nullable since 30 April 2026"),
    Assumption("S2", "A cursor that names an item outside the filter?", "its place in time is used",
               "a cursor is a place in the order of time"),
    Assumption("S3", "A malformed identifier?", "400, naming the field",
               "malformed input is 400"),
    Assumption("S4", "The same identifier twice in a filter?",
               "counts once as a filter, twice towards the 1000", "a filter selects"),
    Assumption("S7", "One bad message in a batch?", "400, nothing is stored and no event raised",
               "the answer has no place for a partial result"),
    Assumption("S11", "Are texts trimmed or changed?", "no, kept as they came",
               "no change is documented"),
    Assumption("S13", "Do messages in threads of other applications raise events?", "no",
               "they could not be fetched"),
    Assumption("S17", "Does resolving a thread move its UpdatedUtc?", "yes, and it raises no event",
               "it is an update, and no such event exists"),
    Assumption("S18", "Does opening a thread raise an event?", "no",
               "no discriminator for it exists"),
    Assumption("S21", "A byte order mark, a root that is no object, a name twice?",
               "400 Invalid JSON for the first two; of equal names the last counts", "JSON is strict"),
    Assumption("S24", "A missing token, a missing Client?", "401; 400 Invalid Client",
               "without tokens there are no credentials"),
    Assumption("S25", "Good tokens of two different applications?", "401",
               "together they are no integration"),
    Assumption("S26", "In which order is a request checked?",
               "path and method, size, media type, JSON, tokens, fault, rate, permission, fields",
               "401 was observed before 400; the rest follows from what each step needs"),
    Assumption("S28", "Is a call with an unknown token limited in rate?", "no",
               "the limit is per access token"),
    Assumption("S30", "EnterpriseIds outside the token's scope?", "400 Invalid EnterpriseIds",
               "they are documented to lie within it"),
    Assumption("S31", "Do EnterpriseIds count as the filter that messageThreads/getAll needs?", "no",
               "they narrow the scope, they select no threads"),
    Assumption("S32", "An interval that starts after it ends?", "400, naming the interval",
               "malformed input is 400"),
    Assumption("S36", "The order within one second or one batch?", "that of creation, later is newer",
               "the sample identifiers grow with creation"),
    Assumption("S37", "The order of the results of messages/add?", "that of the request",
               "the natural one"),
    Assumption("S38", "By what are threads ordered?", "by creation, newest first",
               "a cursor must stay put while UpdatedUtc moves"),
    Assumption("S39", "Identifier missing or twice?", "echoed as null; taken both times",
               "it correlates request and answer, no more"),
    Assumption("S40", "How exactly must Prefer be written?",
               "return=minimal in any case, among other preferences", "the habit of the RFC"),
    Assumption("S41", "Is Preference-Applied sent?", "no", "it is nowhere mentioned"),
    Assumption("S43", "What does a Request-Id look like?", "a lower-case UUID, the same in the body",
               "no sample shows one"),
    Assumption("S44", "Which headers has a webhook?",
               "Content-Type application/json and a User-Agent of ours", "no special ones are documented"),
    Assumption("S45", "Webhook answers 301, 302, 303, and redirects in a circle?",
               "a failure; 307 and 308 are followed three times", "only these two keep method and body"),
    Assumption("S46", "Order and repetition of events across retries?",
               "the same body again; later ones do not wait for it", "nothing is said of an order"),
    Assumption("S48", "A disabled integration?", "its calls are 401, it gets no webhooks",
               "documented as a cause of 401"),
    Assumption("S50", "Is anything deleted in time?", "no", "no operation deletes"),
)  # fmt: skip
