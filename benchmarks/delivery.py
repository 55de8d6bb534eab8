"""`make bench-delivery`: how fast, and how soon, changes reach the destinations of an event stream, on both stores.

At a moderate rate of puts: the delay from a change to its arrival at Kinesis (moto's server, which stamps what it
takes). Then as many puts as the server takes: changes that arrive in a second, at Kinesis and in a file. A put is two
records, of the profile and of the object. Writes benchmarks/results/delivery.json.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import msgspec

from benchmarks import load, names, paced, processes, requests, stores
from benchmarks.kinds import Subject
from benchmarks.machine import this_machine
from benchmarks.processes import LOAD_CORE
from benchmarks.results import Figure, Results, write
from benchmarks.run import serving
from benchmarks.signing import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, signed
from benchmarks.stores import STORES, Store, Stores
from benchmarks.table import markdown
from benchmarks.targets import verdicts

ACCOUNT = "123456789012"
"""That of moto's streams."""

STREAM = "changes"
RECORDS_OF_A_PUT = 2
PATIENCE = 120.0
PAGE = 10_000


class Plan(msgspec.Struct, frozen=True):
    """`rate` puts a second for so many seconds; then a burst of `burst` puts."""

    stores: tuple[str, ...] = STORES
    rate: int = 100
    seconds: float = 8.0
    burst: int = 5_000
    rounds: int = 3


class Arrival(msgspec.Struct, frozen=True):
    """When a record says that it happened, and when it arrived; seconds since the epoch."""

    happened: float
    arrived: float


class Kinesis:
    """A stream of one shard, read from its beginning."""

    def __init__(self, url: str) -> None:
        self._client: Any = boto3.client(
            "kinesis",
            endpoint_url=url,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET_ACCESS_KEY,
        )
        self._client.create_stream(StreamName=STREAM, ShardCount=1)
        [shard] = self._client.list_shards(StreamName=STREAM)["Shards"]
        found = self._client.get_shard_iterator(
            StreamName=STREAM, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        self._iterator: str = found["ShardIterator"]

    def arrivals(self, count: int) -> list[Arrival]:
        """The next records, as soon as there are so many."""
        found: list[Arrival] = []
        until = time.monotonic() + PATIENCE
        while len(found) < count and time.monotonic() < until:
            answer = self._client.get_records(ShardIterator=self._iterator, Limit=PAGE)
            self._iterator = answer["NextShardIterator"]
            found += [arrival(record) for record in answer["Records"]]
            time.sleep(0.2)
        assert len(found) == count, f"{len(found)} of {count} records have arrived."
        return found

    def close(self) -> None:
        self._client.delete_stream(StreamName=STREAM)
        self._client.close()


def arrival(record: dict[str, Any]) -> Arrival:
    told = msgspec.json.decode(record["Data"])
    happened = datetime.fromisoformat(told["EventTimestamp"].replace("Z", "+00:00"))
    return Arrival(happened.timestamp(), record["ApproximateArrivalTimestamp"].timestamp())


@contextmanager
def moto() -> Iterator[str]:
    """Kinesis on this machine, on the core of the load."""
    port = processes.free_port()
    arguments = ["-m", "tests.moto_server", str(port)]
    with processes.started(arguments, port, "/moto-api/", {}, (LOAD_CORE,)):
        yield f"http://127.0.0.1:{port}"


def environment(url: str) -> dict[str, str]:
    keys = {"AWS_ACCESS_KEY_ID": ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY}
    return {"AWS_ENDPOINT_URL_KINESIS": url, "OPENPROFILES_ACCOUNT_ID": ACCOUNT, **keys}


def listen(port: int, uri: str, name: str) -> None:
    path = f"/domains/{requests.DOMAIN}/event-streams/{name}"
    sent = load.run(port, [signed(port, "POST", path, requests.encode({"Uri": uri}))], connections=1)
    assert sent.failed == 0, "The server refused the event stream."


def silence(port: int, name: str) -> None:
    load.run(port, [signed(port, "DELETE", f"/domains/{requests.DOMAIN}/event-streams/{name}", b"")], connections=1)


def puts(subject: Subject, amount: int) -> list[bytes]:
    """Of new customers, each of which gives two records."""
    return [subject.put(next(subject.new_numbers)) for _ in range(amount)]


def measure(stores_: Stores, name: str, wanted: Plan, results: Results) -> None:
    with moto() as url:
        store = stores_.fresh(name, "delivery")
        store = Store(store.name, {**store.environment, **environment(url)}, store.cpu_seconds)
        with serving(store) as subject:
            subject.set_up()
            for _ in range(wanted.rounds):
                measure_kinesis(subject, url, wanted, results)
                results.add(names.DELIVER_FILE, store.name, to_file(subject, wanted))


def measure_kinesis(subject: Subject, url: str, wanted: Plan, results: Results) -> None:
    port = subject.server.port
    with closing(Kinesis(url)) as kinesis:
        listen(port, f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{STREAM}", STREAM)
        sending = puts(subject, int(wanted.rate * wanted.seconds * 1.2))
        sent = paced.run(port, sending, wanted.rate, wanted.seconds)
        results.add(names.DELIVER_PACED, subject.store.name, figure(kinesis.arrivals(RECORDS_OF_A_PUT * sent.requests)))
        load.run(port, puts(subject, wanted.burst), seconds=PATIENCE)
        arrivals = kinesis.arrivals(RECORDS_OF_A_PUT * wanted.burst)
        results.add(names.DELIVER_BURST, subject.store.name, figure(arrivals))
        silence(port, STREAM)


def figure(arrivals: list[Arrival]) -> Figure:
    delays = sorted(1000 * (one.arrived - one.happened) for one in arrivals)
    times = [one.arrived for one in arrivals]
    rate = len(arrivals) / max(0.001, max(times) - min(one.happened for one in arrivals))
    return Figure(rate, 0.0, p50=delays[len(delays) // 2], p99=delays[int(len(delays) * 0.99)])


def to_file(subject: Subject, wanted: Plan) -> Figure:
    """From the first put to the last line."""
    port, name = subject.server.port, f"{time.time_ns()}.ndjson"
    listen(port, f"file:{name}", "file")
    path = Path(subject.store.environment["OPENPROFILES_DATA"]) / "events" / ACCOUNT / name
    sending, began = puts(subject, wanted.burst), time.perf_counter()
    load.run(port, sending, seconds=PATIENCE)
    lines = RECORDS_OF_A_PUT * wanted.burst
    wait_for_lines(path, lines)
    seconds = time.perf_counter() - began
    silence(port, "file")
    return Figure(lines / seconds, 0.0)


def wait_for_lines(path: Path, lines: int) -> None:
    until = time.monotonic() + PATIENCE
    while not path.exists() or path.read_bytes().count(b"\n") < lines:
        assert time.monotonic() < until, f"Not all of {lines} lines have arrived."
        time.sleep(0.05)


def plan(arguments: list[str]) -> Plan:
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery", description=__doc__)
    parser.add_argument("--stores", default=",".join(usual.stores))
    parser.add_argument("--rate", type=int, default=usual.rate, help="puts a second (default: %(default)s)")
    parser.add_argument("--burst", type=int, default=usual.burst, help="puts at once (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=usual.rounds)
    given = parser.parse_args(arguments)
    return Plan(tuple(given.stores.split(",")), given.rate, usual.seconds, given.burst, given.rounds)


def main() -> None:
    wanted = plan(sys.argv[1:])
    results = Results(" ".join(["python -m benchmarks.delivery", *sys.argv[1:]]), this_machine())
    with (
        tempfile.TemporaryDirectory(prefix="openprofiles-bench-", ignore_cleanup_errors=True) as folder,
        stores.running(Path(folder), wanted.stores) as fresh,
    ):
        os.sched_setaffinity(0, {LOAD_CORE})
        for name in wanted.stores:
            measure(fresh, name, wanted, results)
    results.verdicts = verdicts(results)
    path = write(results, "delivery")
    print(markdown(results), f"All rounds: {path}", sep="\n\n")


if __name__ == "__main__":
    main()
