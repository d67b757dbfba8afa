"""The law of secrets: SEC-01."""

from __future__ import annotations

from collections.abc import Iterator

from mockmews_testkit.checks.record import Secret
from mockmews_testkit.checks.results import Proof, Verdict, failed, not_exercised, passed
from mockmews_testkit.checks.story import Story

_SHORTEST = 8  # a shorter token may stand in a text by accident


def tokens_stay_secret(story: Story) -> Verdict:
    """SEC-01: no token in a text shown to guests, nor in what the app prints.

    The webhook token in the app's own log is advice: a web server's access log holds the whole URL.
    """
    record = story.record
    secrets = [each for each in record.secrets if len(each.value) >= _SHORTEST]
    proofs = list(_shown(story, secrets))
    advice: list[Proof] = []
    for secret in secrets:
        line = _line_with(record.output or "", secret)
        if line is not None:
            problem = f"line {line} of the app's output holds the {secret.name}"
            (advice if secret.of_webhook else proofs).append(story.proof(problem))
    if proofs:
        return failed(proofs)
    if not secrets or (record.output is None and not any(guest.shown for guest in story.guests)):
        return not_exercised("nothing was shown to guests, and nothing that the app prints was captured")
    return passed(*advice)


def _shown(story: Story, secrets: list[Secret]) -> Iterator[Proof]:
    for guest in story.guests:
        for showing in guest.shown:
            for secret in secrets:
                if _holds(showing.text, secret) and not _was_written(story, secret):
                    yield story.proof(f"{guest.name} was shown a text with the {secret.name}")


def _was_written(story: Story, secret: Secret) -> bool:
    """Whether the front desk or a guest wrote it: then it is not the app that tells it."""
    written = [message.text for message in story.messages] + [text.said for text in story.texts]
    return any(_holds(each, secret) for each in written)


def _holds(text: str, secret: Secret) -> bool:
    """Whether a token is in a text, or was before the journal masked it."""
    masked = f"{secret.value[:4]}***{secret.value[-4:]}"
    return any(each.lower() in text.lower() for each in (secret.value, masked))


def _line_with(output: str, secret: Secret) -> int | None:
    return next((n for n, line in enumerate(output.splitlines(), 1) if _holds(line, secret)), None)
