"""Reads of a calculated attribute: the sum over ten objects of a profile, and over a thousand."""

import time
import urllib.request
from collections.abc import Iterable
from itertools import cycle

import msgspec

from benchmarks import load, names, requests
from benchmarks.kinds import Kind, Subject
from benchmarks.signing import signed

GROUP = "calculated"

ATTRIBUTE, ORDER = "spent", "order"
SIZES = {names.CALCULATED_FEW: 10, names.CALCULATED_MANY: 1_000}
"""How many objects the profile has that is read."""

READS = 10_000

PATIENCE = 60.0
"""Seconds to wait for what a worker keeps of many objects."""

NOTHING_WAITS = "openprofiles_recalculations 0.0"

DEFINITION = {
    "Description": "An order of the benchmark",
    "AllowProfileCreation": True,
    "Fields": {"id": {"Source": "_source.id"}, "customer": {"Source": "_source.customer"}},
    "Keys": {
        "orderId": [{"FieldNames": ["id"], "StandardIdentifiers": ["UNIQUE"]}],
        "customer": [{"FieldNames": ["customer"], "StandardIdentifiers": ["PROFILE"]}],
    },
}


def prepare(subject: Subject) -> None:
    """A definition, and a profile of each size."""
    port, path = subject.server.port, f"/domains/{requests.DOMAIN}"
    details = {"Expression": f"{{{ORDER}.price}}", "Attributes": [{"Name": "price"}]}
    attribute = {"AttributeDetails": details, "Statistic": "SUM", "Conditions": {"ObjectCount": max(SIZES.values())}}
    sent = load.run(
        port,
        [
            signed(port, "PUT", f"{path}/object-types/{ORDER}", requests.encode(DEFINITION)),
            signed(port, "POST", f"{path}/calculated-attributes/{ATTRIBUTE}", requests.encode(attribute)),
            *(put(port, kind, number) for kind, size in SIZES.items() for number in range(size)),
        ],
        connections=1,
        seconds=60,
    )
    assert sent.failed == 0, "The server refused the definition or an order."
    wait_for_the_worker(port)
    subject.calculated = {kind: profile_of(port, kind) for kind in SIZES}


def wait_for_the_worker(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(2)  # the page is made anew after that
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/metrics") as page:
            if NOTHING_WAITS in page.read().decode():
                return
    raise TimeoutError("The worker has not kept up.")


def put(port: int, customer: str, number: int) -> bytes:
    """About half a kilobyte of an order."""
    order = {"id": f"{customer}-{number}", "customer": customer, "price": number / 4, "notes": "x" * 400}
    body = {"ObjectTypeName": ORDER, "Object": requests.encode(order).decode()}
    return signed(port, "PUT", f"/domains/{requests.DOMAIN}/profiles/objects", requests.encode(body))


def profile_of(port: int, customer: str) -> str:
    bodies: list[bytes] = []
    load.run(port, [requests.search(port, "customer", customer)], bodies=bodies)
    [item] = msgspec.json.decode(bodies[0])["Items"]
    return str(item["ProfileId"])


def reads(kind: str) -> Kind:
    def make(subject: Subject, _: float) -> Iterable[bytes]:
        profile = subject.calculated[kind]
        path = f"/domains/{requests.DOMAIN}/profile/{profile}/calculated-attributes/{ATTRIBUTE}"
        return cycle([signed(subject.server.port, "GET", path, b"")] * READS)

    return Kind(kind, GROUP, make)


KINDS = tuple(map(reads, SIZES))
