"""What a test can switch on a server for tests: the time of its data, and what it imitates of AWS."""

from datetime import datetime, timedelta

from openprofiles.testing.server import Server


class Clock:
    """The time of the server's data, in seconds since the epoch. It goes on from where it is set.

    Signatures are checked by the wall's time. The methods raise CallError where the server is not for tests.
    """

    def __init__(self, server: Server) -> None:
        self._server = server

    def now(self) -> float:
        return float(self._server.call("GetClock")["Now"])

    def set(self, moment: float | datetime) -> None:
        seconds = moment.timestamp() if isinstance(moment, datetime) else moment
        self._server.call("SetClock", Now=seconds)

    def advance(self, by: float | timedelta) -> None:
        """Move the time on by so many seconds. What has expired by then goes within a second."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        self._server.call("SetClock", AdvanceSeconds=seconds)

    def restore(self) -> None:
        """Go by the wall's time again."""
        offset = self._server.call("GetClock")["OffsetSeconds"]
        if offset:
            self.advance(-offset)


class Faults:
    """What the server imitates of AWS's less convenient ways. The methods raise CallError where it is not for tests."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def set(
        self,
        *,
        ingestion_delay_seconds: float = 0,
        ingestion_jitter_seconds: float = 0,
        concurrent_update_rate: float = 0,
    ) -> None:
        """Objects come to their profiles after the delay, and up to the jitter later, so that they change places. A
        share of writing calls, from 0 to 1, is refused since another update is in progress. What is not given is off.
        """
        self._server.call(
            "SetFaults",
            IngestionDelaySeconds=ingestion_delay_seconds,
            IngestionJitterSeconds=ingestion_jitter_seconds,
            ConcurrentUpdateRate=concurrent_update_rate,
        )

    def clear(self) -> None:
        """Imitate nothing."""
        self.set()
