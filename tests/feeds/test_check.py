"""`check` against a scripted server: one line for what stands, a failing one where it ends, warnings for too much."""

import pytest

from console.core.profiles import FEED_SECRET, STEWARD_SECRET, FloorKind, Profile
from console.core.words import Said
from console.desk.clock import SystemClock
from console.feeds import FEEDS, Needs, open_source
from console.feeds.asterisk.check import CheckLine, check_profile
from tests.feeds.fake_ami import SECRET, FakeAmi, Fields, Peer, answer_question, let_in, member, queue
from tests.feeds.live_feed import profile_of

READER = ("QueueStatus", "Ping", "CoreShowChannels")
STEWARD = (*READER, "QueuePause", "DBPut", "UserEvent", "Originate", "MessageSend", "GetConfig")


def server_of(*rights: tuple[str, ...], queues: tuple[str, ...] | None = None) -> FakeAmi:
    """Return a server whose connections may do what `rights` lists, one tuple a connection."""
    floor = (queue(), member(), member("Bob", "Local/1002@agents/n")) if queues is None else queues

    def script_of(may: tuple[str, ...]) -> object:
        def script(peer: Peer) -> None:
            let_in(peer)
            while True:
                action: Fields = peer.hear()
                if action["Action"] == "ListCommands":
                    peer.answer(action, **dict.fromkeys(may, "what it does  (Priv: some,all)"))
                elif not answer_question(peer, action, floor):
                    peer.answer(action, "Error", "Permission denied")

        return script

    return FakeAmi(*(script_of(may) for may in rights))  # type: ignore[arg-type]  # scripts


def check(server: FakeAmi, *, secret: str | Said | None = SECRET, **changes: object) -> dict[str, CheckLine]:
    lines = check_profile(profile_of(server.port, **changes), lambda _: secret, SystemClock())
    assert len({line.name for line in lines}) == len(lines), "one line each"
    assert all(line.said.english().count("\n") == 0 for line in lines)
    assert all(line.ok for line in lines[:-1]), "it ends at the first failure"
    return {line.name: line for line in lines}


def test_a_good_connection_is_good_in_every_line() -> None:
    with server_of(READER, STEWARD) as server:
        lines = check(server)
    assert list(lines) == ["connection", "tls", "greeting", "login", "booted", "queues", "rights", "steward"]
    assert all(line.ok and not line.warn for line in lines.values())
    assert lines["queues"].said.values == {"queues": 1, "seats": 2, "callers": 0}
    assert not server.heard("QueuePause")


def test_a_desk_without_a_steward_only_reads() -> None:
    with server_of(READER) as server:
        assert "only reads" in check(server, steward_user="")["steward"].said.english()
        assert len(server.peers) == 1


def test_too_much_is_warned_of() -> None:
    with server_of((*READER, "QueuePause", "Command"), (*STEWARD, "UpdateConfig")) as server:
        lines = check(server)
    assert lines["rights"].warn
    assert "agent, command" in lines["rights"].said.english()
    assert lines["steward"].ok
    assert lines["steward"].warn
    assert "config" in lines["steward"].said.english()


def test_a_steward_who_may_not_act_fails() -> None:
    with server_of(READER, (*READER, "DBPut")) as server:
        steward = check(server)["steward"]
    assert not steward.ok
    assert "agent, user" in steward.said.english()


def test_rights_that_are_only_welcome_are_mentioned() -> None:
    with server_of(READER, STEWARD[:-3]) as server:
        steward = check(server)["steward"]
    assert steward.ok
    assert "message, originate" in steward.said.english()


def test_a_server_without_queues_is_warned_of() -> None:
    with server_of(READER, STEWARD, queues=()) as server:
        assert check(server)["queues"].warn


@pytest.mark.parametrize("secret", [None, Said("The system keyring is locked.")])
def test_no_secret_fails_in_a_line_of_its_own(secret: Said | None) -> None:
    with server_of(READER) as server:
        lines = check(server, secret=secret)
        assert list(lines)[-1] == "secret"
        assert not lines["secret"].ok
        assert not server.heard("Login")


def test_a_wrong_secret_ends_it() -> None:
    def refuses(peer: Peer) -> None:
        peer.say(b"Asterisk Call Manager/11.0.0\r\n")
        peer.answer(peer.hear(), Challenge="1")
        peer.answer(peer.hear(), "Error", "Authentication failed")

    with FakeAmi(refuses) as server:
        lines = check(server)
    assert list(lines)[-1] == "login"
    assert not lines["login"].ok


def test_nobody_there_is_one_line() -> None:
    with server_of(READER) as server:
        port = server.port
    lines = check_profile(profile_of(port), lambda _: SECRET, SystemClock())
    assert [(line.name, line.ok) for line in lines] == [("connection", False)]


def test_a_strange_server_is_named() -> None:
    def ssh(peer: Peer) -> None:
        peer.say(b"SSH-2.0-OpenSSH\r\n")
        peer.wait()

    with FakeAmi(ssh) as server:
        lines = check(server)
    assert not lines["greeting"].ok


# ---- the table of feeds ----------------------------------------------------------------------------------------------


def test_every_kind_stands_once_in_the_table() -> None:
    kinds = [kind for kind, _ in FEEDS]
    assert len(set(kinds)) == len(kinds)
    assert set(kinds) == set(FloorKind)


def test_an_asterisk_has_a_switch_only_where_a_steward_is_named() -> None:
    asked: list[str] = []
    needs = Needs(clock=SystemClock(), secret_of=asked.append)
    profile = profile_of(5038)
    assert open_source(profile, needs).switch is not None
    assert open_source(profile_of(5038, steward_user=""), needs).switch is None
    assert not asked, "a keyring is asked when it is needed, in the thread that needs it"


def test_feed_and_steward_have_secrets_of_their_own() -> None:
    asked: list[str] = []

    def secret_of(name: str) -> str:
        asked.append(name)
        return SECRET

    with server_of(READER, STEWARD) as server:
        check_profile(profile_of(server.port), secret_of, SystemClock())
    assert asked == [FEED_SECRET, STEWARD_SECRET]


def test_the_demo_needs_no_secret() -> None:
    needs = Needs(clock=SystemClock(), secret_of=lambda _: None)
    source = open_source(Profile(id="demo", name="Demo"), needs)
    assert source.switch is not None
