"""What an app still owes when a story has been told: then it is given its time before it is judged."""

from __future__ import annotations

from mockmews_testkit.checks.replies import told_replies
from mockmews_testkit.checks.story import Story
from mockmews_testkit.checks.troubles import refused_for_good


def is_in_debt(story: Story) -> bool:
    """Whether a text is not in Mews yet, a reply that the app knows of not shown, or a thread still empty."""
    if any(not refused_for_good(story, text) for text in story.missing):
        return True
    if any(not story.times_shown(guest, reply.text) for guest, reply in told_replies(story)):
        return True
    filled = {message.thread for message in story.messages}
    return any(thread.id not in filled for thread in story.threads)
