"""The server itself, and that the shipped manager.conf and extensions.conf do what their README promises."""

import re
import ssl
import time

import pytest

from tests.asterisk.ami import Ami, AmiError
from tests.asterisk.lab import AsteriskLab

pytestmark = pytest.mark.asterisk

SEAT = "Local/1002@phones/n"

FORBIDDEN_TO_FEED = [
    ("QueuePause", {"Interface": SEAT, "Paused": "true"}),
    ("QueueAdd", {"Queue": "overflow", "Interface": SEAT}),
    ("QueueRemove", {"Queue": "overflow", "Interface": SEAT}),
    ("QueuePenalty", {"Interface": SEAT, "Penalty": "3"}),
    ("DBPut", {"Family": "queue/closed", "Key": "sales", "Val": "1"}),
    ("DBDel", {"Family": "agentseat", "Key": "1001"}),
    ("UserEvent", {"UserEvent": "BreakGranted", "Agent": "1001"}),
    ("Originate", {"Channel": "Local/1001@phones/n", "Application": "Wait", "Data": "1"}),
    ("Hangup", {"Channel": "/.*/"}),
    ("Setvar", {"Variable": "IGNORE_PERCENT", "Value": "100"}),
    ("MessageSend", {"To": "pjsip:1001", "From": "pjsip:1", "Body": "hello"}),
    ("MixMonitor", {"Channel": "Local/1", "File": "x.wav"}),
    ("Filter", {"Operation": "Add", "Filter": "Event: Newexten"}),
    ("Reload", {}),
]
GET_CONFIG = [
    ("GetConfig", {"Filename": "manager.conf"}),
    ("GetConfigJSON", {"Filename": "manager.conf"}),
]
CHANGE_CONFIG_OR_SHELL = [
    ("ListCategories", {"Filename": "manager.conf"}),
    ("UpdateConfig", {"SrcFilename": "manager.conf", "DstFilename": "manager.conf"}),
    ("CreateConfig", {"Filename": "new.conf"}),
    ("Command", {"Command": "core show channels"}),
]


# ---- the starter -------------------------------------------------------------


def test_a_call_goes_through_to_a_seat_and_ends(asterisk: AsteriskLab, everything: Ami) -> None:
    assert everything.banner.startswith("Asterisk Call Manager/")

    asterisk.call("9001", "sales", talk=0.4, name="O'Neil")

    joined = everything.expect("QueueCallerJoin", CallerIDNum="9001")
    connected = everything.expect("AgentConnect", Uniqueid=joined["Uniqueid"])
    completed = everything.expect("AgentComplete", Queue="sales")
    assert joined["Queue"] == "sales"
    assert joined["CallerIDName"] == r"O\'Neil"
    assert completed["Interface"] == connected["Interface"]
    assert completed["Reason"] == "agent"


def test_the_caller_may_end_the_talk_and_may_give_up(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.call("9002", "sales", talk=0.4, ends="caller")
    assert everything.expect("AgentComplete", Queue="sales")["Reason"] == "caller"

    asterisk.call("9003", "billing", patience=0.5)
    assert everything.expect("QueueCallerAbandon", CallerIDNum="9003")["Queue"] == "billing"


@pytest.mark.parametrize(("habit", "ending"), [("ignore", "AgentRingNoAnswer"), ("busy", "DialEnd")])
def test_phones_may_ignore_a_call_or_be_busy(asterisk: AsteriskLab, everything: Ami, habit: str, ending: str) -> None:
    for ext in ("4001", "4002"):
        asterisk.phone(ext, habit)
    asterisk.call("9004", "complaints", patience=12)

    if habit == "busy":
        assert everything.expect(ending, DialStatus="BUSY", CallerIDNum="9004")
    else:
        assert everything.expect(ending, CallerIDNum="9004", timeout=12)["Interface"] == "Local/4001@desks"


def test_every_style_of_member_shows_its_own_states(asterisk: AsteriskLab, everything: Ami) -> None:
    """A hint and Custom: show ringing (6) then in use (2); a Local member without StateInterface never rings."""
    asterisk.dial("3001", "*451")
    everything.expect("QueueMemberAdded", Queue="billing")
    seen: dict[str, set[str]] = {}
    for number, queue in (("9010", "support"), ("9011", "complaints"), ("9012", "sales"), ("9013", "billing")):
        asterisk.call(number, queue, talk=0.5)
        everything.expect("AgentComplete", Queue=queue)
        seen[queue] = {m["Status"] for m in everything.of("QueueMemberStatus", Queue=queue)}

    assert {"6", "2"} <= seen["support"]
    assert {"6", "2"} <= seen["complaints"]
    assert "6" not in seen["sales"]
    assert "6" not in seen["billing"]


def test_without_n_the_local_pair_is_optimised_away(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.call("9014", "complaints", talk=1, audio=True)
    connected = everything.expect("AgentConnect", Queue="complaints")
    completed = everything.expect("AgentComplete", Queue="complaints")

    assert everything.of("LocalOptimizationEnd")
    assert completed.get("DestUniqueid") != connected["DestUniqueid"]


def test_a_ring_without_answer_pauses_the_seat_in_the_autopause_queue(asterisk: AsteriskLab, everything: Ami) -> None:
    for ext in ("2001", "2002", "2003"):
        asterisk.phone(ext, "ignore")
    asterisk.call("9015", "support", patience=15)

    paused = everything.expect("QueueMemberPause", Queue="support", timeout=15)

    assert paused["Paused"] == "1"
    assert paused["Interface"].startswith("Local/200")


def test_a_wrapup_of_the_members_own_and_the_rest_zero(asterisk: AsteriskLab) -> None:
    with asterisk.connect("floordesk-feed") as feed:
        members = {m["Name"]: m for m in feed.listing("QueueStatus", Queue="support") if m["Event"] == "QueueMember"}

    assert {name: m["Wrapuptime"] for name, m in members.items() if m["Wrapuptime"] != "0"} == {"Ivan Petrov": "12"}


def test_reloading_the_queues_changes_members_without_a_word(fresh_asterisk: AsteriskLab) -> None:
    with fresh_asterisk.connect() as ami:
        ami.forget()
        fresh_asterisk.reload_queues(replace=("0,Ann Ruiz", "0,Ann Marie Ruiz"))
        names = {m.get("Name") for m in ami.listing("QueueStatus", Queue="sales")}

        assert "Ann Marie Ruiz" in names
        assert not [m for m in ami.events if m["Event"].startswith("QueueMember") and m["Event"] != "QueueMember"]


def test_stopping_says_goodbye_and_killing_does_not(fresh_asterisk: AsteriskLab) -> None:
    port = fresh_asterisk.ami_port
    fresh_asterisk.dial("3001", "*451")
    watcher = fresh_asterisk.connect("floordesk-feed")
    with watcher:
        fresh_asterisk.halt()
        watcher.until(lambda: watcher.closed, "the end")
        assert watcher.of("Shutdown")
    with pytest.raises(OSError, match="refused"):
        Ami(port)

    fresh_asterisk.resume()
    assert fresh_asterisk.ami_port == port
    assert fresh_asterisk.astdb_show("agentseat")["agentseat/1001"] == "Local/1001@phones/n"

    watcher = fresh_asterisk.connect("floordesk-feed")
    with watcher:
        fresh_asterisk.kill()
        watcher.until(lambda: watcher.closed, "the end")
        assert not watcher.of("Shutdown")


def test_two_servers_live_side_by_side(asterisk: AsteriskLab, fresh_asterisk: AsteriskLab) -> None:
    fresh_asterisk.control.must("DBPut", Family="queue/closed", Key="sales", Val="1")

    assert "queue/closed/sales" in fresh_asterisk.astdb_show()
    assert "queue/closed/sales" not in asterisk.astdb_show()


# ---- the shipped extensions.conf ---------------------------------------------


def test_a_feature_code_asks_for_a_break_with_all_its_fields(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.dial("1002", "*812")

    asked = everything.expect("UserEvent", UserEvent="BreakRequest")

    assert asked["Agent"] == "1002"
    assert asked["Interface"] == SEAT
    assert asked["Reason"] == "toilet"
    assert asked["Code"] == "2"
    assert asked["RequestId"] == asked["Uniqueid"]
    assert not everything.of("QueueMemberPause"), "asking does not take the seat off line"


def test_withdrawing_and_coming_back_by_code(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.dial("1002", "*80")
    assert everything.expect("UserEvent", UserEvent="BreakCancel")["Interface"] == SEAT

    asterisk.control.must("QueuePause", Interface=SEAT, Paused="true", Reason="meal")
    everything.expect("QueueMemberPause", Interface=SEAT, Paused="1", PausedReason="meal")
    asterisk.dial("1002", "*82")
    everything.expect("QueueMemberPause", Interface=SEAT, Paused="0")
    assert everything.expect("UserEvent", UserEvent="BreakEnd")["Agent"] == "1002"


def test_manual_wrapup_is_a_pause_with_its_own_reason(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.dial("2002", "*84")

    paused = everything.expect("QueueMemberPause", Interface="Local/2002@from-queue/n")

    assert (paused["Paused"], paused["PausedReason"]) == ("1", "wrapup")


def test_a_kind_nobody_defined_asks_for_nothing(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.dial("1002", "*819")
    everything.expect("Hangup", CallerIDNum="1002")

    assert not everything.of("UserEvent")


def test_logging_in_and_out_by_code(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.dial("3002", "*451")
    added = everything.expect("QueueMemberAdded", Queue="billing")
    assert (added["MemberName"], added["Interface"], added["Membership"]) == ("周 强", "Local/3002@phones/n", "dynamic")

    asterisk.dial("3002", "*461")
    assert everything.expect("QueueMemberRemoved", Queue="billing")["Interface"] == "Local/3002@phones/n"


def test_the_shortcut_key_sends_every_caller_to_one_queue(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.control.must("DBPut", Family="ivr", Key="shortcut", Val="support")
    asterisk.call("9020", "sales", talk=0.3)

    told = everything.expect("UserEvent", UserEvent="IvrShortcut")
    assert (told["Shortcut"], told["Wanted"], told["CallerUniqueid"]) == ("support", "sales", told["Uniqueid"])
    assert everything.expect("QueueCallerJoin", CallerIDNum="9020")["Queue"] == "support"


def test_the_announce_shortcut_lets_nobody_into_a_queue(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.control.must("DBPut", Family="ivr", Key="shortcut", Val="announce")
    asterisk.call("9021", "sales")

    everything.expect("Hangup", CallerIDNum="9021")
    assert not everything.of("QueueCallerJoin")


def test_a_closed_queue_takes_nobody_until_the_key_is_gone(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.control.must("DBPut", Family="queue/closed", Key="sales", Val="1")
    asterisk.call("9022", "sales")
    assert everything.expect("UserEvent", UserEvent="QueueClosed")["Queue"] == "sales"
    everything.expect("Hangup", CallerIDNum="9022")
    assert not everything.of("QueueCallerJoin")

    asterisk.control.must("DBDel", Family="queue/closed", Key="sales")
    asterisk.call("9023", "sales", talk=0.2)
    assert everything.expect("QueueCallerJoin", CallerIDNum="9023")["Queue"] == "sales"


def test_an_overflow_key_sends_new_callers_elsewhere_once(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.control.must("DBPut", Family="queue/overflow", Key="sales", Val="vip")
    asterisk.control.must("DBPut", Family="queue/overflow", Key="vip", Val="sales")
    asterisk.call("9024", "sales", talk=0.2)

    told = everything.expect("UserEvent", UserEvent="QueueOverflow")
    assert (told["Queue"], told["To"]) == ("sales", "vip")
    assert everything.expect("QueueCallerJoin", CallerIDNum="9024")["Queue"] == "vip"


def test_pressing_nothing_in_the_menu_reaches_the_default_queue(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.call("9025", talk=0.2)

    assert everything.expect("QueueCallerJoin", CallerIDNum="9025", timeout=15)["Queue"] == "sales"


def test_only_queueexit_tells_a_timeout_from_giving_up(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.call("9026", "billing", queue_timeout=1)
    everything.expect("QueueCallerAbandon", CallerIDNum="9026")
    told = everything.expect("UserEvent", UserEvent="QueueExit")
    assert (told["Queue"], told["Status"]) == ("billing", "TIMEOUT")
    everything.expect("Hangup", CallerIDNum="9026")

    everything.forget()
    asterisk.call("9027", "billing", patience=0.4)
    everything.expect("QueueCallerAbandon", CallerIDNum="9027")
    everything.expect("Hangup", CallerIDNum="9027")
    assert not everything.of("UserEvent")


def test_a_recording_is_found_by_its_name(asterisk: AsteriskLab, everything: Ami) -> None:
    asterisk.call("9028", "sales", talk=1, audio=True)
    joined = everything.expect("QueueCallerJoin", CallerIDNum="9028")
    everything.expect("AgentComplete", Queue="sales")
    everything.expect("Hangup", Uniqueid=joined["Uniqueid"])

    pattern = re.compile(rf"\d{{8}}-\d{{6}}-sales-{re.escape(joined['Uniqueid'])}\.wav")
    found = [p for p in asterisk.recordings.iterdir() if pattern.fullmatch(p.name)]
    assert len(found) == 1
    deadline = time.monotonic() + 5
    while found[0].stat().st_size < 8000 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found[0].stat().st_size > 8000, "about a second of sound"


@pytest.mark.parametrize("manner", ["listen", "whisper", "barge"])
def test_a_supervisor_listens_in(asterisk: AsteriskLab, everything: Ami, manner: str) -> None:
    asterisk.call("9029", "sales", talk=1.5)
    agent = everything.expect("AgentConnect", CallerIDNum="9029")["DestChannel"]
    with asterisk.connect("floordesk-steward") as steward:
        steward.must(
            "Originate",
            {"SPIED": agent, "__TALK": 9},
            Channel="Local/5001@phones/n",
            Context="floordesk-listen",
            Exten=manner,
            Priority=1,
            Async="true",
        )

        assert everything.expect("ChanSpyStart")["SpyeeChannel"] == agent
        assert steward.expect("OriginateResponse")["Response"] == "Success"
        everything.expect("ChanSpyStop")


# ---- the shipped manager.conf ------------------------------------------------


@pytest.mark.parametrize(("action", "fields"), FORBIDDEN_TO_FEED, ids=lambda v: v if isinstance(v, str) else "")
def test_the_feed_user_changes_nothing(asterisk: AsteriskLab, action: str, fields: dict[str, object]) -> None:
    with asterisk.connect("floordesk-feed") as feed:
        answer = feed.action(action, **fields)

    assert (answer["Response"], answer["Message"]) == ("Error", "Permission denied")


@pytest.mark.parametrize("user", ["floordesk-feed", "floordesk-bot"])
@pytest.mark.parametrize(("action", "fields"), GET_CONFIG, ids=lambda v: v if isinstance(v, str) else "")
def test_no_desk_reads_secrets(asterisk: AsteriskLab, user: str, action: str, fields: dict[str, object]) -> None:
    with asterisk.connect(user, booted=False) as ami:
        answer = ami.action(action, **fields)

    assert (answer["Response"], answer["Message"]) == ("Error", "Permission denied")


@pytest.mark.parametrize("user", ["floordesk-feed", "floordesk-steward", "floordesk-bot"])
@pytest.mark.parametrize(("action", "fields"), CHANGE_CONFIG_OR_SHELL, ids=lambda v: v if isinstance(v, str) else "")
def test_nobody_edits_configuration_or_runs_commands(
    asterisk: AsteriskLab, user: str, action: str, fields: dict[str, object]
) -> None:
    with asterisk.connect(user, booted=False) as ami:
        answer = ami.action(action, **fields)

    assert (answer["Response"], answer["Message"]) == ("Error", "Permission denied")


def test_class_system_opens_configuration_files_too(asterisk: AsteriskLab) -> None:
    """Why the sample tells to guard the steward's secret: DBPut needs system, and system is enough for GetConfig."""
    with asterisk.connect("floordesk-steward") as steward:
        answer = steward.action("GetConfig", Filename="manager.conf")

    assert answer["Response"] == "Success"


def test_the_feed_user_may_ask_for_every_snapshot(asterisk: AsteriskLab) -> None:
    asterisk.control.must("DBPut", Family="ivr", Key="shortcut", Val="support")
    with asterisk.connect("floordesk-feed") as feed:
        assert {m["Queue"] for m in feed.listing("QueueStatus")} >= {"sales", "support", "billing"}
        assert {m["Queue"] for m in feed.listing("QueueSummary")} >= {"sales", "support", "billing"}
        assert feed.listing("CoreShowChannels") == []
        assert [m["Val"] for m in feed.listing("DBGet", Family="ivr", Key="shortcut")] == ["support"]
        assert feed.must("Ping")["Ping"] == "Pong"


def test_the_steward_pulls_every_lever_it_needs(asterisk: AsteriskLab, everything: Ami) -> None:
    with asterisk.connect("floordesk-steward") as steward:
        steward.must("QueuePause", Interface=SEAT, Paused="true", Reason="toilet")
        steward.must("QueueAdd", Queue="overflow", Interface="Local/5001@phones/n", MemberName="Flex One")
        steward.must("QueuePenalty", Queue="overflow", Interface="Local/5001@phones/n", Penalty=3)
        steward.must("QueueRemove", Queue="overflow", Interface="Local/5001@phones/n")
        steward.must("DBPut", Family="queue/closed", Key="sales", Val="1")
        assert [m["Val"] for m in steward.listing("DBGet", Family="queue/closed", Key="sales")] == ["1"]
        steward.must("DBDel", Family="queue/closed", Key="sales")
        steward.must("UserEvent", UserEvent="BreakGranted", Agent="1002", RequestId="77.1")
        refused = steward.action("MessageSend", To="nothing:1002", From="nothing:1", Body="go")
        steward.listing("CoreShowChannels")
        assert steward.expect("QueueMemberPause", Interface=SEAT)["PausedReason"] == "toilet"
        assert steward.expect("QueueMemberAdded")["MemberName"] == "Flex One"

    assert refused["Message"] != "Permission denied"
    assert everything.expect("UserEvent", UserEvent="BreakGranted")["RequestId"] == "77.1"


def test_the_steward_cannot_run_a_shell(asterisk: AsteriskLab) -> None:
    """Write system + originate would allow Originate of System(), which the sample's advice keeps unloaded."""
    marker = asterisk.home / "shell-was-here"
    with asterisk.connect("floordesk-steward") as steward:
        steward.action("Originate", Channel="Local/5001@phones/n", Application="System", Data=f"touch {marker}")

    assert not marker.exists()


def test_the_bot_hears_only_the_words_about_breaks(asterisk: AsteriskLab) -> None:
    with asterisk.connect("floordesk-bot", booted=False) as bot, asterisk.connect("floordesk-steward") as steward:
        steward.must("UserEvent", UserEvent="PlanEnd", Plan="drill")
        asterisk.dial("1002", "*80")
        bot.expect("UserEvent", UserEvent="BreakCancel")
        steward.must("UserEvent", UserEvent="BreakGranted", Agent="1002")
        heard = bot.expect("UserEvent", UserEvent="BreakGranted")

        assert heard["Agent"] == "1002"
        assert {m["UserEvent"] for m in bot.of("UserEvent")} == {"BreakCancel", "BreakGranted"}


def test_the_filters_drop_the_chatter_and_keep_what_is_read(asterisk: AsteriskLab, everything: Ami) -> None:
    with asterisk.connect("floordesk-feed") as feed:
        asterisk.call("9030", "sales", talk=0.3)
        feed.expect("AgentComplete", Queue="sales")
        asterisk.call("9031", "billing", queue_timeout=1)
        feed.expect("UserEvent", UserEvent="QueueExit")
        asterisk.dial("1002", "*811")
        feed.expect("UserEvent", UserEvent="BreakRequest")
        asterisk.control.must("QueuePause", Interface=SEAT, Paused="true")
        feed.expect("QueueMemberPause", Interface=SEAT)
        feed.until(lambda: bool(feed.of("Hangup", CallerIDNum="1002")), "the end of the feature call")
        everything.drain(0.3)
        feed.drain(0.3)

    seen, kept = ({m["Event"] for m in ami.events} for ami in (everything, feed))
    assert {"Newexten", "VarSet", "TestEvent", "Newchannel", "BridgeEnter", "DeviceStateChange"} <= seen
    assert kept == seen & {
        *("FullyBooted", "QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "QueueMemberStatus"),
        *(
            "QueueMemberPause",
            "AgentCalled",
            "AgentConnect",
            "AgentComplete",
            "Hangup",
            "DialEnd",
            "UserEvent",
            "VarSet",
        ),
    }
    assert {m["Variable"] for m in feed.of("VarSet")} == {"QUEUESTATUS", "MONITOR_FILENAME", "MIXMONITOR_FILENAME"}
    assert all("Cause" in m for m in feed.of("Hangup"))
    assert "TIMEOUT" in {m["Value"] for m in feed.of("VarSet", Variable="QUEUESTATUS")}
    size = {ami: sum(len(f"{k}: {v}\r\n") for m in ami.events for k, v in m.pairs) for ami in (everything, feed)}
    assert size[feed] < size[everything] / 4


def test_a_user_without_rights_gets_in_and_sees_nothing(asterisk: AsteriskLab) -> None:
    with asterisk.connect("norights") as ami:
        asterisk.dial("1002", "*80")
        ami.drain(0.5)

        assert ami.action("CoreShowChannels")["Message"] == "Permission denied"
        assert not ami.of("UserEvent")


def test_a_wrong_secret_is_refused(asterisk: AsteriskLab) -> None:
    with Ami(asterisk.ami_port) as ami, pytest.raises(AmiError, match="Authentication failed"):
        ami.login("floordesk-feed", "wrong")


# ---- TLS ---------------------------------------------------------------------


def test_tls_with_the_right_authority(asterisk: AsteriskLab) -> None:
    context = ssl.create_default_context(cafile=str(asterisk.ca_file))
    with Ami(asterisk.tls_port, tls=context) as ami:
        ami.login("floordesk-feed", asterisk.secret("floordesk-feed"))

        assert ami.listing("QueueStatus")


def test_tls_with_a_strangers_authority_fails(asterisk: AsteriskLab) -> None:
    context = ssl.create_default_context(cafile=str(asterisk.ca_file.with_name("stranger.pem")))
    with pytest.raises(ssl.SSLCertVerificationError):
        Ami(asterisk.tls_port, tls=context)
