"""A Kinesis endpoint that can be killed, paused and restarted, and that keeps what it has taken all the same."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.delivery.conftest import KinesisEndpoint, free_port, is_open, started
from tests.server.process import clean_environment, wait_until

SHARDS = 2

LONGEST_RECOVERY = 180.0
"""Seconds: the lease of a server that is gone, and the longest pause of a stream that has failed."""

Process = subprocess.Popen[bytes]


class Arrival(NamedTuple):
    """A record as the stream holds it."""

    shard: str
    key: str
    data: bytes


class FragileKinesis:
    """moto with one stream in it, which keeps its records in memory; what can be killed is a proxy before it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._moto_port, self._port = free_port(), free_port()
        self.moto = started(self._moto_port, folder / "moto.log")
        self.proxy = self._proxy()
        self.endpoint = KinesisEndpoint(f"http://127.0.0.1:{self._port}")
        self._client = KinesisEndpoint(f"http://127.0.0.1:{self._moto_port}").client()
        self._client.create_stream(StreamName="changes", ShardCount=SHARDS)
        self.arn = f"arn:aws:kinesis:{self.endpoint.region}:{self.endpoint.account}:stream/changes"
        self._iterators = {shard["ShardId"]: self._start_of(shard["ShardId"]) for shard in self._shards()}
        self.arrivals: list[Arrival] = []

    def _proxy(self) -> Process:
        command = [sys.executable, "-m", "tests.faults.kinesis_proxy", str(self._port), str(self._moto_port)]
        with (self._folder / "proxy.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=clean_environment())
        wait_until(lambda: is_open(self._port))
        return process

    def _shards(self) -> list[dict[str, Any]]:
        return list(self._client.list_shards(StreamName="changes")["Shards"])

    def _start_of(self, shard: str) -> str:
        members = {"StreamName": "changes", "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
        return str(self._client.get_shard_iterator(**members)["ShardIterator"])

    # --- faults

    def kill(self, seconds: float = 0.0) -> None:
        """`kill -9` with all connections, and a new one on the same port after so many seconds."""
        self.proxy.kill()
        self._restart(seconds)

    def kill_before_request(self, seconds: float = 0.0) -> None:
        """As `kill`, when a request has been sent and before the endpoint knows of it."""
        self.proxy.send_signal(signal.SIGUSR2)
        self._restart(seconds)

    def kill_before_answer(self, seconds: float = 0.0) -> None:
        """As `kill`, between a request that was done and its answer."""
        self.proxy.send_signal(signal.SIGUSR1)
        self._restart(seconds)

    def _restart(self, seconds: float) -> None:
        self.proxy.wait(LONGEST_RECOVERY)
        time.sleep(seconds)
        self.proxy = self._proxy()

    def close(self) -> None:
        self._client.close()
        for process in (self.proxy, self.moto):
            process.kill()
            process.wait()

    # --- records

    def read(self) -> list[Arrival]:
        """All records so far, those of a shard in their order."""
        for shard, iterator in self._iterators.items():
            answer = self._client.get_records(ShardIterator=iterator)
            self._iterators[shard] = answer["NextShardIterator"]
            self.arrivals += [Arrival(shard, one["PartitionKey"], one["Data"]) for one in answer["Records"]]
        return self.arrivals


@contextmanager
def paused(process: Process) -> Iterator[None]:
    """Who speaks with the process meanwhile waits."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)
