from console.core.floor import events as ev
from console.core.floor.summary import LITERAL, summary
from tests.core.told import (
    NOON,
    Stand,
    abandoned,
    caller,
    completed,
    connected,
    joined,
    left,
    listing,
    member,
    offered,
    rang_out,
    seen,
)

NOTHING = {
    "entered": 0,
    "answered": 0,
    "abandoned": 0,
    "completed": 0,
    "ring_no_answer": 0,
    "waiting": 0,
    "longest_queue": 0,
    "mean_wait_answered": None,
    "mean_wait_abandoned": None,
}


def literal(at: float | None = NOON) -> Stand:
    return Stand(LITERAL, at=at)


def test_counts_means_and_ledger_of_every_queue_and_in_total() -> None:
    stand = literal()
    stand.tell(*listing(seen("A"), caller("0"), ev.QueueSeen(queue="idle")))
    stand.tell(joined("1"), joined("2"), offered("1"), rang_out("1"), left("1"), connected("1", hold=3.0))
    stand.tell(joined("3"), left("2"), connected("2", hold=4.0), completed("1"), abandoned("3", hold=5.0), left("3"))
    stand.tell(joined("7", "r"), abandoned("7", "r", hold=1.0), left("7", "r"), ev.BreakAsked(agent="1"))
    told = summary(stand.floor, 42)
    assert told["messages"] == 42
    assert told["queues"] == {
        "q": {
            "entered": 3,
            "answered": 2,
            "abandoned": 1,
            "completed": 1,
            "ring_no_answer": 1,
            "waiting": 1,
            "longest_queue": 3,
            "mean_wait_answered": 3.5,
            "mean_wait_abandoned": 5.0,
        },
        "idle": NOTHING,
        "r": {**NOTHING, "entered": 1, "abandoned": 1, "longest_queue": 1, "mean_wait_abandoned": 1.0},
    }
    assert told["total"] == {
        "entered": 4,
        "answered": 2,
        "abandoned": 2,
        "completed": 1,
        "ring_no_answer": 1,
        "waiting": 1,
        "longest_queue": 3,
        "mean_wait_answered": 3.5,
        "mean_wait_abandoned": 3.0,
        "break_requests": 1,
    }


def test_empty_stream() -> None:
    assert summary(literal().floor, 0) == {
        "messages": 0,
        "total": {**NOTHING, "break_requests": 0},
        "queues": {},
        "agents": {},
    }


def test_agents_are_keyed_by_name_and_interface() -> None:
    stand = literal()
    stand.tell(member("Local/1@a/n", name="Alice: Zhang, 1", paused=True, pause_reason="ACW"), connected("1", "B"))
    assert summary(stand.floor, 0)["agents"] == {
        "Alice: Zhang, 1 <Local/1@a/n>": {
            "answered": 0,
            "completed": 0,
            "paused": True,
            "pause_reason": "ACW",
            "state": "paused",
        },
        "Agent B <B>": {"answered": 1, "completed": 0, "paused": False, "pause_reason": None, "state": "talking"},
    }


def test_two_names_share_the_seat_while_both_are_members() -> None:
    stand = literal()
    stand.tell(member("A", "q", name="Ann"), member("A", "r", name="Anna", paused=True, pause_reason="lunch"))
    agents = summary(stand.floor, 0)["agents"]
    assert agents["Ann <A>"] == agents["Anna <A>"]
    assert (agents["Ann <A>"]["state"], agents["Ann <A>"]["pause_reason"]) == ("paused", "lunch")
    stand.tell(ev.MemberLeft(queue="r", interface="A", name="Anna"))
    agents = summary(stand.floor, 0)["agents"]
    assert [(agents[key]["state"], agents[key]["paused"]) for key in ("Ann <A>", "Anna <A>")] == [
        ("available", False),
        ("signed_out", False),
    ]


def test_renamed_member_leaves_its_old_name_signed_out() -> None:
    stand = literal()
    stand.tell(member("A", name="Old"), member("A", name="New"))
    agents = summary(stand.floor, 0)["agents"]
    assert (agents["Old <A>"]["state"], agents["New <A>"]["state"]) == ("signed_out", "available")


def test_removed_member_in_mid_call_is_signed_out_and_still_counts() -> None:
    stand = literal()
    stand.tell(member("A", paused=True), connected("1"))
    stand.tell(ev.MemberLeft(queue="q", interface="A", name="Agent A"), completed("1"))
    assert summary(stand.floor, 0)["agents"]["Agent A <A>"] == {
        "answered": 1,
        "completed": 1,
        "paused": False,
        "pause_reason": None,
        "state": "signed_out",
    }


def test_wrap_up_only_by_the_members_own_length_and_a_clock() -> None:
    for at, wrapup, state in ((NOON, 15, "wrap_up"), (NOON, 0, "available"), (None, 15, "available")):
        stand = literal(at)
        stand.tell(member("A", wrapup_s=wrapup), connected("1"), completed("1"))
        assert summary(stand.floor, 0)["agents"]["Agent A <A>"]["state"] == state
