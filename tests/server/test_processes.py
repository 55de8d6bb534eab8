"""Several server processes on one PostgreSQL store and one address."""

import os
import signal
from pathlib import Path

from tests.conftest import client_of
from tests.server.process import RunningServer, get_status, run_command, wait_until


def children(server: RunningServer) -> list[int]:
    pid = server.process.pid
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_all_processes_answer_for_one_store(family: RunningServer) -> None:
    for number in range(20):
        client = client_of(family)  # a connection of its own each time, which any process may get
        client.create_domain(DomainName=f"domain-{number}", DefaultExpirationDays=1)
        assert len(client.list_domains()["Items"]) == number + 1
        client.close()


def test_a_process_that_dies_is_replaced(family: RunningServer) -> None:
    before = children(family)
    os.kill(before[0], signal.SIGKILL)

    wait_until(lambda: len(set(children(family)) - set(before)) == 1)

    assert get_status(f"{family.url}/-/ready") == 200
    assert "server process died" in [line["event"] for line in family.log()]


def test_all_processes_stop_when_the_first_is_told_to(family: RunningServer) -> None:
    running = children(family)

    assert family.stop() == 0

    assert [pid for pid in running if is_alive(pid)] == []


def test_a_family_stops_though_one_has_just_died(family: RunningServer) -> None:
    running = children(family)
    os.kill(running[0], signal.SIGKILL)
    wait_until(lambda: "server process died" in [line["event"] for line in family.log()])

    assert family.stop() == 0

    assert [pid for pid in running if is_alive(pid)] == []


def test_no_process_outlives_a_parent_that_was_killed(family: RunningServer) -> None:
    running = children(family)
    family.process.kill()
    family.process.wait()

    wait_until(lambda: not any(is_alive(pid) for pid in running))


def test_an_sqlite_store_is_served_by_one_process(tmp_path: Path) -> None:
    ended = run_command("serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path), "--processes", "2")

    assert ended.returncode == 1
    assert "one process" in ended.stderr
