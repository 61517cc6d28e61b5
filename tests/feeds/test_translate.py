import pytest

from console.core.floor import events as ev
from console.core.floor.events import FloorEvent
from console.core.floor.model import LinkStatus, LinkTrouble, Phone
from console.feeds.asterisk.fields import unescape
from console.feeds.asterisk.parse import WANTED, Frames
from console.feeds.asterisk.translate import translate
from tests.feeds import ami_text as ami

ALICE = ami.agent("sales", "Local/1001@agents/n", "Alice: Zhang, 1")
LEG = ami.channel("1.9", prefix="Dest")


def told(stream: bytes) -> tuple[FloorEvent, ...]:
    return translate(Frames().feed(ami.BANNER + stream))


def one(stream: bytes) -> FloorEvent:
    (event,) = told(stream)
    return event


def reordered(stream: bytes) -> bytes:
    """The same message with a line between the channel's and its own, as `channelvars` adds, and one at the end."""
    return stream.replace(b"\r\nQueue: ", b"\r\nChanVariable: a=b\r\nQueue: ").replace(
        b"\r\n\r\n", b"\r\nNew: 1\r\n\r\n"
    )


@pytest.mark.parametrize("shape", [bytes, reordered])
def test_join_tells_caller_and_place(shape: type[bytes]) -> None:
    stream = ami.event("QueueCallerJoin", ami.channel("1.1", caller="O\\'Neil"), Queue="sales", Position=2, Count=3)
    assert one(shape(stream)) == ev.CallerJoined(
        queue="sales",
        uid="1.1",
        channel="PJSIP/trunk-1.1",
        linked_uid="1.1",
        number="4711",
        name="O'Neil",
        position=2,
        count=3,
    )


@pytest.mark.parametrize("shape", [bytes, reordered])
def test_leave_and_abandon(shape: type[bytes]) -> None:
    leave = ami.event("QueueCallerLeave", ami.channel("1.1"), Queue="sales", Position=1, Count=4)
    assert one(shape(leave)) == ev.CallerLeft(queue="sales", uid="1.1", count=4)
    abandon = ami.event(
        "QueueCallerAbandon", ami.channel("1.1"), Queue="sales", Position=1, OriginalPosition=5, HoldTime=17
    )
    assert one(shape(abandon)) == ev.CallerAbandoned(
        queue="sales", uid="1.1", position=1, original_position=5, hold_s=17.0
    )


@pytest.mark.parametrize("shape", [bytes, reordered])
def test_ring_time_is_seconds_at_connect_and_milliseconds_at_no_answer(shape: type[bytes]) -> None:
    connect = ami.event("AgentConnect", {**ami.channel("1.1"), **LEG, **ALICE}, HoldTime=9, RingTime=3)
    assert one(shape(connect)) == ev.AgentConnected(
        queue="sales",
        interface="Local/1001@agents/n",
        name="Alice: Zhang, 1",
        uid="1.1",
        channel="PJSIP/trunk-1.1",
        agent_channel="PJSIP/trunk-1.9",
        agent_uid="1.9",
        number="4711",
        caller_name="Plain",
        hold_s=9.0,
        ring_s=3.0,
    )
    rang_out = one(shape(ami.event("AgentRingNoAnswer", {**ami.channel("1.1"), **LEG, **ALICE}, RingTime=12000)))
    assert isinstance(rang_out, ev.AgentRangOut)
    assert (rang_out.ring_s, rang_out.uid) == (12.0, "1.1")


@pytest.mark.parametrize(
    ("channels", "uid"),
    [({**ami.channel("1.1"), **LEG}, "1.1"), (ami.channel("1.1"), "1.1"), (LEG, ""), ({}, "")],
    ids=["both", "caller", "agent", "none"],
)
def test_complete_lacks_either_or_both_channels(channels: dict[str, str], uid: str) -> None:
    stream = ami.event("AgentComplete", {**channels, **ALICE}, HoldTime=2, TalkTime=30, Reason="caller")
    assert one(stream) == ev.AgentCompleted(
        queue="sales",
        interface="Local/1001@agents/n",
        name="Alice: Zhang, 1",
        uid=uid,
        hold_s=2.0,
        talk_s=30.0,
        reason="caller",
    )


@pytest.mark.parametrize("shape", [bytes, reordered])
def test_offer_and_its_end(shape: type[bytes]) -> None:
    offered = one(shape(ami.event("AgentCalled", {**ami.channel("1.1"), **LEG, **ALICE})))
    assert isinstance(offered, ev.AgentOffered)
    assert (offered.uid, offered.agent_uid, offered.queue) == ("1.1", "1.9", "sales")
    cancel = ami.event("DialEnd", {**ami.channel("1.1"), **LEG}, DialStatus="CANCEL")
    assert one(cancel) == ev.OfferEnded(agent_uid="1.9", how="CANCEL")
    assert one(ami.event("AgentDump", {**ami.channel("1.1"), **LEG, **ALICE})) == ev.OfferEnded(
        agent_uid="1.9", how="DUMPED"
    )


def test_dial_end_of_an_originate_or_with_answer_ends_no_offer() -> None:
    assert told(ami.event("DialEnd", LEG, DialStatus="CANCEL")) == ()
    assert told(ami.event("DialEnd", {**ami.channel("1.1"), **LEG}, DialStatus="ANSWER")) == ()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("QueueMemberAdded", "added"),
        ("QueueMemberStatus", "status"),
        ("QueueMemberPause", "pause"),
        ("QueueMemberPenalty", "penalty"),
        ("QueueMemberRinginuse", "ringinuse"),
    ],
)
def test_member_events(name: str, why: str) -> None:
    changes = {
        "Paused": 1,
        "PausedReason": "meeting: weekly 午休",
        "Status": 6,
        "Ringinuse": 1,
        "LastPause": 1795291085,
    }
    fields = ami.member("support", "Local/2001@from-queue/n", "李娜", StateInterface="hint:2001@ext-local", **changes)
    event = one(ami.event(name, fields))
    assert isinstance(event, ev.MemberTold)
    assert (event.why, event.queue, event.interface, event.name) == (why, "support", "Local/2001@from-queue/n", "李娜")
    assert (event.paused, event.pause_reason, event.phone) == (True, "meeting: weekly 午休", Phone.RINGING)
    assert (event.state_interface, event.dynamic, event.ring_in_use) == ("hint:2001@ext-local", True, True)
    assert (event.last_call, event.last_pause, event.login_at) == (None, 1795291085.0, 1795291074.0)


def test_listed_member_has_other_names_and_no_ring_in_use() -> None:
    fields = ami.member(
        "sales", "Local/1004@agents/n", "Desk: North 4", listed=True, Wrapuptime=15, Membership="static"
    )
    event = one(ami.reply("QueueMember", **fields))
    assert isinstance(event, ev.MemberTold)
    assert (event.why, event.name, event.interface) == ("seen", "Desk: North 4", "Local/1004@agents/n")
    assert (event.wrapup_s, event.dynamic, event.ring_in_use) == (15, False, False)


def test_member_fields_of_another_version_are_found_key_by_key() -> None:
    fields = ami.member("sales", "PJSIP/1", "Ann", Paused=1, PausedReason="lunch")
    del fields["LastPause"]
    fields = {**fields, "NewField": "x", "Wrapuptime": "7"}
    event = one(ami.event("QueueMemberPause", fields))
    assert isinstance(event, ev.MemberTold)
    assert (event.name, event.paused, event.pause_reason, event.wrapup_s) == ("Ann", True, "lunch", 7)


def test_removed_member() -> None:
    event = one(ami.event("QueueMemberRemoved", ami.member("billing", "Local/3001@agents/n", "Dana Dyn")))
    assert event == ev.MemberLeft(queue="billing", interface="Local/3001@agents/n", name="Dana Dyn")


def test_snapshot_is_framed_by_the_queue_status_answer_alone() -> None:
    entry = ami.reply(
        "QueueEntry",
        Queue="sales",
        Position=1,
        Channel="PJSIP/x-1",
        Uniqueid="1.1",
        CallerIDNum="<unknown>",
        CallerIDName="O'Neil \\n",
        ConnectedLineNum="unknown",
        ConnectedLineName="unknown",
        Wait=42,
        Priority=3,
    )
    params = ami.reply("QueueParams", Queue="sales", Max=50, Strategy="rrmemory", Calls=1, ServiceLevel=20, Weight=10)
    other = ami.message("Response: Success", EventList="start", Message="Queue summary will follow")
    summary = ami.reply("QueueSummary", Queue="overflow", LoggedIn=0)
    assert told(other + ami.snapshot(params, entry) + summary) == (
        ev.SnapshotBegun(),
        ev.QueueSeen(queue="sales", strategy="rrmemory", weight=10, maximum=50, service_level_s=20),
        ev.CallerSeen(
            queue="sales", uid="1.1", channel="PJSIP/x-1", name="O'Neil \\n", position=1, priority=3, waited_s=42.0
        ),
        ev.SnapshotEnded(),
        ev.QueueNamed(queue="overflow"),
    )


def test_reconciling_listing_is_told_by_its_action_id() -> None:
    assert told(ami.snapshot(action_id="floordesk-reconcile-7"))[0] == ev.SnapshotBegun(reconciling=True)


def test_refused_listing_begins_nothing() -> None:
    assert told(ami.message("Response: Error", Message="Invalid/unknown command: QueueStatus")) == ()


def test_call_found_running() -> None:
    fields = {**ami.channel("1.9", "Local/1001@agents-0000000d;1"), "Application": "AppQueue", "ApplicationData": "x"}
    event = one(ami.event("CoreShowChannel", fields, Duration="01:00:05", BridgeId="b1"))
    assert isinstance(event, ev.CallSeen)
    assert (event.application, event.duration_s, event.bridge) == ("AppQueue", 3605.0, "b1")


def test_variables() -> None:
    def varset(variable: str, value: str) -> bytes:
        return ami.event("VarSet", ami.channel("1.1"), Variable=variable, Value=value)

    assert one(varset("QUEUESTATUS", "TIMEOUT")) == ev.ExitTold(uid="1.1", how="TIMEOUT")
    assert one(varset("MIXMONITOR_FILENAME", "/rec/a b.wav")) == ev.RecordingNamed(uid="1.1", file="/rec/a b.wav")
    assert one(varset("MONITOR_FILENAME", "20261121-sales")) == ev.RecordingNamed(uid="1.1", file="20261121-sales")
    for variable in ("QUEUESTATUS", "MONITOR_FILENAME", "QUEUEPOSITION", "X"):
        assert told(varset(variable, "")) == ()
    assert told(varset("MYVAR", "Variable: QUEUESTATUS")) == ()
    assert told(ami.event("VarSet", Variable="GLOBAL", Value="1")) == ()


def test_user_events() -> None:
    request = {"UserEvent": "BreakRequest", "Agent": "2003", "Interface": "Local/2003@from-queue/n"}
    asked = ami.event("UserEvent", {**ami.channel("1.5"), **request}, Reason="meeting: weekly", Code=5, RequestId="1.5")
    assert one(asked) == ev.BreakAsked(
        agent="2003", interface="Local/2003@from-queue/n", reason="meeting: weekly", code="5", request_id="1.5"
    )
    assert one(ami.event("UserEvent", UserEvent="BreakCancel", Agent="2003")) == ev.BreakWithdrawn(agent="2003")
    assert one(ami.event("UserEvent", UserEvent="BreakEnd", Agent="2003")) == ev.BreakEnded(agent="2003")
    left = ami.event(
        "UserEvent", ami.channel("1.1"), UserEvent="QueueExit", Queue="sales", Status="TIMEOUT", CallerUniqueid="1.7"
    )
    assert one(left) == ev.ExitTold(uid="1.7", how="TIMEOUT", queue="sales")


def test_user_event_sent_over_ami_has_no_channel_and_leaks_its_sender() -> None:
    event = one(ami.event("UserEvent", UserEvent="PlanEnd", ActionID="d77", Plan="演练: drill"))
    assert event == ev.Told(name="PlanEnd", fields={"ActionID": "d77", "Plan": "演练: drill"})


def test_hangup_keeps_words_of_an_unusual_cause_only() -> None:
    ordinary = one(ami.event("Hangup", ami.channel("1.1"), Cause=16, Cause_txt="Normal Clearing"))
    assert ordinary == ev.ChannelEnded(uid="1.1", cause=16)
    cut = one(ami.event("Hangup", ami.channel("1.1"), Cause=38, Cause_txt="Network out of order"))
    assert cut == ev.ChannelEnded(uid="1.1", channel="PJSIP/trunk-1.1", cause=38, cause_text="Network out of order")


def test_server_events() -> None:
    assert one(ami.event("FullyBooted", Status="Fully Booted")) == ev.Reloaded(why="fully_booted")
    assert one(ami.event("Reload", Module="All", Status=0)) == ev.Reloaded(why="reload")
    assert one(ami.event("Shutdown", Shutdown="Cleanly", Restart="False")) == ev.LinkChanged(
        status=LinkStatus.LOST, trouble=LinkTrouble.SHUT_DOWN
    )


def test_absent_and_senseless_values_read_as_nothing() -> None:
    unknown = ami.channel("1.1", number="<unknown>", caller="<unknown>")
    event = one(ami.event("QueueCallerJoin", unknown, Queue="q", Position="x", Count="9" * 40))
    assert isinstance(event, ev.CallerJoined)
    assert (event.number, event.name, event.position, event.count) == ("", "", 0, 0)
    status = one(ami.event("QueueMemberStatus", ami.member("q", "PJSIP/1", "A", Status=99, LastCall="-5", Penalty="")))
    assert isinstance(status, ev.MemberTold)
    assert (status.phone, status.last_call, status.penalty) == (Phone.UNKNOWN, None, 0)


def test_event_without_its_subject_tells_nothing() -> None:
    for name in WANTED:
        if name.startswith(("Queue", "Agent")) and name not in {"AgentDump", "QueueStatusComplete"}:
            assert told(ami.event(name, Queue="", Uniqueid="", Interface="")) == (), name
            assert told(ami.event(name, Odd="1")) == (), name


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("O\\'Neil", "O'Neil"),
        ('\\"A\\"', '"A"'),
        ("a\\\\b", "a\\b"),
        ("tab\\t", "tab\t"),
        ("张伟", "张伟"),
        ("\\", "\\"),
    ],
)
def test_caller_name_unescaped(escaped: str, plain: str) -> None:
    assert unescape(escaped) == plain
