"""Web hooks against a real https server of the test's own: signed, never over http, never led elsewhere."""

import hashlib
import hmac
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from console.core.kept import Message
from console.core.ports import Answer, Done, Refused, Unreachable
from console.core.words import Said, say
from console.desk.clock import SystemClock
from console.desk.webhook import Webhooks, signature
from tests.asterisk import certs

SECRET = "门"


class Receiver:
    """An https server that notes what it is sent and answers as told."""

    def __init__(self, folder: Path) -> None:
        certs.write(folder)
        self.code = 204
        self.heard: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append(({key.lower(): value for key, value in self.headers.items()}, body))
                self.send_response(receiver.code)
                self.send_header("Location", "https://localhost:1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name the base class gave it
                del format, args

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "ami.pem", folder / "ami.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    one = Receiver(tmp_path)
    yield one
    one.close()


@pytest.fixture
def hooks(receiver: Receiver, tmp_path: Path) -> Iterator[Webhooks]:
    del receiver
    context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    one = Webhooks(lambda: SECRET, SystemClock(), context=context)
    yield one
    one.close()


def message(receiver: Receiver, to: str = "") -> Message:
    address = to or f"https://localhost:{receiver.port}/hook"
    return Message(id="r1#0/PlanNotice/1", to=address, name="PlanNotice", text='{"text": "排队"}')


def answered(hooks: Webhooks, told: Message) -> Answer:
    assert hooks.post(told) is None, "it never waits for the receiver"
    deadline = time.monotonic() + 20
    while (answer := hooks.post(told)) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return answer


def test_it_is_signed_so_that_the_receiver_can_tell(receiver: Receiver, hooks: Webhooks) -> None:
    assert answered(hooks, message(receiver)) == Done()
    ((headers, body),) = receiver.heard
    assert body.decode() == '{"text": "排队"}'
    signed = headers["x-floordesk-timestamp"].encode() + b"." + body
    wanted = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["x-floordesk-signature"] == f"sha256={wanted}"
    assert headers["x-floordesk-id"] == "r1#0/PlanNotice/1"
    assert headers["content-type"] == "application/json"


def test_a_changed_body_has_another_signature() -> None:
    assert signature("a", "1", b"x") != signature("a", "1", b"y")
    assert signature("a", "1", b"x") != signature("a", "2", b"x")


@pytest.mark.parametrize(
    ("code", "kind"),
    [(500, Unreachable), (503, Unreachable), (429, Unreachable), (404, Refused), (401, Refused), (302, Refused)],
)
def test_a_server_in_trouble_is_asked_again_and_a_no_is_a_no(
    receiver: Receiver, hooks: Webhooks, code: int, kind: type[Answer]
) -> None:
    receiver.code = code
    assert isinstance(answered(hooks, message(receiver)), kind)
    assert len(receiver.heard) == 1, "nobody is led elsewhere"


def test_told_again_after_an_answer_it_is_sent_again(receiver: Receiver, hooks: Webhooks) -> None:
    receiver.code = 500
    answered(hooks, message(receiver))
    receiver.code = 200
    assert answered(hooks, message(receiver)) == Done()
    assert len(receiver.heard) == 2


def test_plain_http_is_refused_unsent(receiver: Receiver, hooks: Webhooks) -> None:
    assert isinstance(answered(hooks, message(receiver, f"http://localhost:{receiver.port}/")), Refused)
    assert receiver.heard == []


def test_a_certificate_nobody_vouches_for_is_not_trusted(receiver: Receiver) -> None:
    strangers = Webhooks(lambda: SECRET, SystemClock())
    answer = answered(strangers, message(receiver))
    strangers.close()
    assert isinstance(answer, Unreachable)
    assert receiver.heard == []


def test_a_locked_keyring_is_waited_for_and_nothing_goes_out_unsigned(receiver: Receiver) -> None:
    locked: Said = say("The keyring is locked.")
    hooks = Webhooks(lambda: locked, SystemClock())
    assert answered(hooks, message(receiver)) == Unreachable(locked)
    hooks.close()
    assert receiver.heard == []


def test_without_a_secret_nothing_goes_out_and_it_is_said(receiver: Receiver, tmp_path: Path) -> None:
    hooks = Webhooks(lambda: None, SystemClock(), context=ssl.create_default_context(cafile=tmp_path / "ca.pem"))
    answer = answered(hooks, message(receiver))
    hooks.close()
    assert isinstance(answer, Refused)
    assert answer.said.english().startswith("There is no secret for the web hook")
    assert receiver.heard == []


def test_a_plan_that_says_so_posts_unsigned_and_asks_no_keyring(receiver: Receiver, tmp_path: Path) -> None:
    def locked() -> Said:
        raise AssertionError("the keyring is not asked")

    hooks = Webhooks(locked, SystemClock(), context=ssl.create_default_context(cafile=tmp_path / "ca.pem"))
    unsigned = message(receiver)
    unsigned = Message(id=unsigned.id, to=unsigned.to, name=unsigned.name, text="{}", fields={"Unsigned": "yes"})
    assert answered(hooks, unsigned) == Done()
    hooks.close()
    ((headers, _body),) = receiver.heard
    assert "x-floordesk-signature" not in headers
