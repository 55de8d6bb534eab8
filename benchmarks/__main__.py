"""`make bench`: hello-JSON, signed PutProfileObject and SearchProfiles side by side in one run, as ratios.

The server has one core, the load the other. Rounds alternate between the servers, because machines drift; medians are
printed. Writes benchmarks/results/latest.json.
"""

import os
import statistics
from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks import load, processes, requests
from benchmarks.load import Measured
from benchmarks.processes import LOAD_CORE, Server

ROUNDS = 3
SECONDS = 4.0
HELLO_PORT, SERVER_PORT = 18190, 18191
KNOWN = 20_000
PUTS_A_ROUND = 30_000
RESULTS = Path(__file__).parent / "results" / "latest.json"


class Figure(msgspec.Struct):
    """One round of one kind of request. Latencies in milliseconds, CPU in microseconds a request."""

    per_second: float
    p50: float
    p99: float
    cpu: float
    failed: int


def measured(server: Server, make: Callable[[], list[bytes]]) -> Figure:
    prepared = make()
    cpu = server.cpu_seconds()
    result: Measured = load.run(server.port, prepared, seconds=SECONDS)
    used = (server.cpu_seconds() - cpu) / max(1, result.requests) * 1e6
    return Figure(result.per_second, result.latency(0.5) * 1000, result.latency(0.99) * 1000, used, result.failed)


def kinds(hello: Server, server: Server, round_number: int) -> dict[str, Callable[[], Figure]]:
    """What is measured in a round, by name. New customers have numbers that no round before has used."""
    port, first = server.port, KNOWN + round_number * PUTS_A_ROUND
    new = range(first, first + PUTS_A_ROUND)
    known = requests.shuffled(range(KNOWN), round_number)
    mixed = [number for pair in zip(new, known, strict=False) for number in pair]
    return {
        "hello-JSON": lambda: measured(hello, lambda: requests.hellos(hello.port, 400_000)),
        "PutProfileObject, new customers": lambda: measured(
            server, lambda: [requests.put(port, number + 10_000_000) for number in new]
        ),
        "PutProfileObject, repeated customers": lambda: measured(
            server, lambda: [requests.put(port, number, round_number + 1) for number in known]
        ),
        "PutProfileObject, half and half": lambda: measured(
            server, lambda: [requests.put(port, number, round_number + 7) for number in mixed]
        ),
        "SearchProfiles by _email": lambda: measured(
            server, lambda: [requests.search(port, "_email", requests.email(number)) for number in known] * 3
        ),
    }


def main() -> None:
    os.sched_setaffinity(0, {LOAD_CORE})
    figures: dict[str, list[Figure]] = {}
    with processes.hello(HELLO_PORT) as hello, processes.openprofiles(SERVER_PORT) as server:
        for request in requests.setup(server.port):
            load.run(server.port, [request], connections=1)
        load.run(server.port, [requests.put(server.port, number) for number in range(KNOWN)], seconds=120)
        for round_number in range(ROUNDS):
            for name, measure in kinds(hello, server, round_number).items():
                figures.setdefault(name, []).append(measure())
        show(figures, server.peak_megabytes())


def median(rounds: list[Figure], member: str) -> float:
    return float(statistics.median(getattr(figure, member) for figure in rounds))


def show(figures: dict[str, list[Figure]], peak: float) -> None:
    hello = median(figures["hello-JSON"], "per_second")
    table = Table("what", "requests/s", "of hello", "p50 ms", "p99 ms", "CPU µs", "failed", title=f"median of {ROUNDS}")
    for name, rounds in figures.items():
        row = [median(rounds, member) for member in ("per_second", "p50", "p99", "cpu")]
        failed = sum(figure.failed for figure in rounds)
        table.add_row(
            name,
            f"{row[0]:.0f}",
            f"{row[0] / hello:.2f}",
            f"{row[1]:.1f}",
            f"{row[2]:.1f}",
            f"{row[3]:.0f}",
            str(failed),
        )
    console = Console()
    console.print(table)
    console.print(f"peak memory of the server: {peak:.0f} MB")
    RESULTS.parent.mkdir(exist_ok=True)
    told = msgspec.json.encode({"rounds": figures, "peak_megabytes": peak})
    RESULTS.write_bytes(msgspec.json.format(told, indent=2))


if __name__ == "__main__":
    main()
