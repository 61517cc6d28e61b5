"""The shipped samples against the console that reads them; no server needed."""

import re

from console.feeds.asterisk.parse import WANTED
from tests.asterisk.lab import SAMPLES

LIST_REPLIES = {"CoreShowChannel", "QueueEntry", "QueueMember", "QueueParams", "QueueStatusComplete", "QueueSummary"}
USERS = {"floordesk-feed", "floordesk-steward", "floordesk-bot"}
OF_OLDER_SERVERS = {"QueueMemberPaused"}


def section(user: str) -> str:
    text = (SAMPLES / "manager.conf").read_text(encoding="utf-8")
    return text.split(f"\n[{user}]\n")[1].split("\n[")[0]


def test_the_feed_users_filters_let_through_whatever_the_console_reads() -> None:
    included = set(
        re.findall(r"^eventfilter\(action\(include\),name\((\w+)\)", section("floordesk-feed"), re.MULTILINE)
    )

    assert set(WANTED) - LIST_REPLIES - OF_OLDER_SERVERS <= included


def test_an_unfinished_copy_lets_nobody_in() -> None:
    for user in USERS:
        assert ";secret =\n" in section(user)
        assert not re.search(r"^secret", section(user), re.MULTILINE)


def test_every_event_context_and_key_of_the_readme_is_in_the_dialplan() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    dialplan = (SAMPLES / "extensions.conf").read_text(encoding="utf-8")

    for event in (
        "BreakRequest",
        "BreakCancel",
        "BreakEnd",
        "FlexAnswered",
        "IvrShortcut",
        "QueueClosed",
        "QueueOverflow",
        "QueueExit",
    ):
        assert event in readme
        assert f"UserEvent({event}," in dialplan
    for context in set(re.findall(r"floordesk-[a-z]+", readme)) - {
        "floordesk-feed",
        "floordesk-steward",
        "floordesk-bot",
    }:
        assert f"[{context}]" in dialplan
    for family in ("ivr/shortcut", "queue/closed/", "queue/overflow/", "agentseat", "agentname"):
        assert family in readme
        assert f"DB({family}" in dialplan
