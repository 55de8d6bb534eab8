"""Records reach a webhook signed, one request each, at the hosts that the operator allows and nowhere else."""

import base64
import hashlib
import hmac
import json
import ssl
import time
import uuid
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from openprofiles import __version__
from openprofiles.delivery.posting import ANSWER_BYTES
from openprofiles.delivery.records import NotDelivered, Record
from openprofiles.delivery.webhook import Webhook
from openprofiles.events.uris import Address

from .conftest import free_port
from .receiver import Answer, Receiver

SECRET = bytes(range(24))
NOW = 1_764_312_000


def clock() -> int:
    return NOW * 1000 + 999


def webhook(receiver: Receiver, path: str = "/in", timeout: float = 5.0, patience: float = 30.0) -> Webhook:
    address = Address(receiver.scheme, "127.0.0.1", receiver.port, path)
    return Webhook(address, SECRET, clock, timeout, patience)


def to_port(port: int, host: str = "127.0.0.1") -> Webhook:
    return Webhook(Address("http", host, port, "/secret-path"), SECRET, clock)


def record(number: int = 1) -> Record:
    return Record(str(uuid.uuid4()), f"profile-{number}", json.dumps({"number": number, "name": "Zoë"}).encode())


def records(count: int) -> list[Record]:
    return [record(number) for number in range(count)]


# --- the request


def test_each_record_is_a_request_with_the_record_as_its_body(receiver: Receiver) -> None:
    sent = records(3)
    assert webhook(receiver, "/in?token=a%20b").deliver(sent) == [None, None, None]
    assert [(request.path, request.body) for request in receiver.requests] == [
        ("/in?token=a%20b", one.data) for one in sent
    ]


def test_a_request_says_what_it_is(receiver: Receiver) -> None:
    sent = record()
    webhook(receiver).deliver([sent])
    headers = receiver.requests[0].headers
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == f"openprofiles/{__version__}"
    assert headers["webhook-id"] == sent.event_id
    assert headers["webhook-timestamp"] == str(NOW)


def test_a_receiver_with_the_secret_can_verify_a_request(receiver: Receiver) -> None:
    webhook(receiver).deliver([record()])
    [request] = receiver.requests
    signed = b".".join(
        [request.headers["webhook-id"].encode(), request.headers["webhook-timestamp"].encode(), request.body]
    )
    expected = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"


def test_a_signature_is_the_one_that_the_libraries_of_the_specification_expect(receiver: Receiver) -> None:
    """The example that they all are tested with."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    sent = Record("msg_p5jXN8AQM9LWM0D4loKWxJek", "profile", b'{"test": 2432232314}')
    Webhook(webhook(receiver).address, secret, lambda: 1_614_265_330_000).deliver([sent])
    [request] = receiver.requests
    assert request.headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_secret_is_not_in_what_is_printed_of_a_webhook(receiver: Receiver) -> None:
    shown = repr(webhook(receiver, "/secret-path"))
    assert f"127.0.0.1:{receiver.port}" in shown
    assert not any(secret in shown for secret in (repr(SECRET), SECRET.decode(), "secret-path"))


# --- the answer


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_record_is_taken_where_the_answer_says_so(receiver: Receiver, status: int) -> None:
    receiver.always(status)
    assert webhook(receiver).deliver([record()]) == [None]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (304, "304 Not Modified"),
        (400, "400 Bad Request"),
        (410, "410 Gone"),
        (503, "503 Service Unavailable"),
        (599, "599"),
    ],
)
def test_another_status_is_the_reason_in_our_words(receiver: Receiver, status: int, reason: str) -> None:
    receiver.always(status, "what the receiver likes to say")
    assert webhook(receiver).deliver([record()]) == [reason]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    with Receiver() as elsewhere:
        receiver.always(status, location=f"{elsewhere.url}/in")
        [reason] = webhook(receiver).deliver([record()])
        assert reason is not None
        assert reason.startswith(str(status))
        assert (len(receiver.requests), elsewhere.requests) == (1, [])


def test_a_record_that_is_refused_does_not_hold_up_others(receiver: Receiver) -> None:
    receiver.answer = lambda request: Answer(500 if json.loads(request.body)["number"] == 1 else 200)
    assert webhook(receiver).deliver(records(3)) == [None, "500 Internal Server Error", None]


def test_an_answer_that_does_not_come_is_told(receiver: Receiver) -> None:
    receiver.answer = lambda request: Answer(delay=1.0 if json.loads(request.body)["number"] == 0 else 0.0)
    assert webhook(receiver, timeout=0.3).deliver(records(2)) == ["ReadTimeoutError", None]


def test_an_answer_that_drips_in_is_not_waited_for(receiver: Receiver) -> None:
    """No single wait is long; all together would be seventeen minutes."""
    receiver.answer = lambda request: Answer(drip=0.1)
    began = time.monotonic()
    assert webhook(receiver, timeout=0.4).deliver([record()]) == ["ReadTimeoutError"]
    assert time.monotonic() - began < 3


def test_no_further_record_is_sent_after_a_while(receiver: Receiver) -> None:
    receiver.answer = lambda request: Answer(delay=1.0)
    reasons = webhook(receiver, timeout=0.2, patience=0.3).deliver(records(10))
    assert reasons[:2] == ["ReadTimeoutError", "ReadTimeoutError"]
    assert len(receiver.requests) == 2
    assert all("not sent" in str(reason) for reason in reasons[2:])


def test_the_body_of_an_answer_is_not_waited_for(receiver: Receiver) -> None:
    receiver.answer = lambda request: Answer(missing=10)
    assert webhook(receiver, timeout=0.2).deliver([record()]) == [None]


def test_an_answer_without_end_is_not_read_to_its_end(receiver: Receiver) -> None:
    receiver.answer = lambda request: Answer(body=b"x" * ANSWER_BYTES, missing=10**12)
    assert webhook(receiver).deliver(records(2)) == [None, None]
    assert len({request.connection for request in receiver.requests}) == 2


def test_requests_to_one_host_share_a_connection(receiver: Receiver) -> None:
    receiver.answer = lambda request: Answer(body=b"thanks")
    webhook(receiver).deliver(records(3))
    webhook(receiver, "/other").deliver(records(1))
    assert len({request.connection for request in receiver.requests}) == 1


# --- a host that can not be reached


def test_a_host_that_is_down_is_told_without_the_path() -> None:
    port = free_port()
    with pytest.raises(NotDelivered) as failure:
        to_port(port).deliver(records(2))
    assert str(failure.value) == f"Webhook http://127.0.0.1:{port}: NewConnectionError: Connection refused"


def test_a_host_that_goes_away_takes_what_it_took() -> None:
    with Receiver() as receiver:
        receiver.answer = lambda request: closed_after(receiver)
        reasons = webhook(receiver).deliver(records(3))
    assert reasons == [None, *["NewConnectionError: Connection refused"] * 2]


def closed_after(receiver: Receiver) -> Answer:
    """An answer after which nobody can connect."""
    receiver.stop_listening()
    return Answer(headers=(("connection", "close"),))


def test_a_name_that_nobody_has_is_told() -> None:
    with pytest.raises(NotDelivered, match="NameResolutionError"):
        to_port(80, "nobody.invalid").deliver([record()])


def test_a_name_that_can_not_be_one_is_told() -> None:
    with pytest.raises(NotDelivered, match="LocationParseError"):
        to_port(80, "a..invalid").deliver([record()])


def certificate(folder: Path) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "receiver")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "receiver.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*form) + made.public_bytes(serialization.Encoding.PEM))
    return path


def context_of(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with Receiver(context_of(certificate(tmp_path))) as receiver:
        with pytest.raises(NotDelivered, match="certificate verify failed"):
            webhook(receiver).deliver([record()])
        assert receiver.requests == []


def test_a_certificate_that_the_system_trusts_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with Receiver(context_of(path)) as receiver:
        assert webhook(receiver).deliver([record()]) == [None]
