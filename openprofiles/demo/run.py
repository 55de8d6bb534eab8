"""The demo: objects of several systems in, one profile for each customer out, found again. With boto3 alone."""

import time
from functools import partial
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from openprofiles.demo import report
from openprofiles.demo.finding import choose_customer, fields, lookups, places
from openprofiles.demo.measuring import measure
from openprofiles.demo.object_types import OBJECT_TYPES
from openprofiles.demo.sample import Sample, make_sample
from openprofiles.demo.sending import NotOurs, Outcome, send, set_up
from openprofiles.demo.server import DemoError, Server, server
from openprofiles.settings import SettingsError

DOMAIN = "demo"
"""The domain that the demo makes, after deleting what an earlier run left of it."""

INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended."""


def main(
    data: Path,
    objects: int | None = None,
    seed: int = 7,
    endpoint_url: str | None = None,
    console: Console | None = None,
) -> int:
    """Run the demo and answer the exit status: 0 where all went as it should, 1 where not, 130 after Ctrl-C.

    `data` is the directory of the server that the demo starts and stops; its data stays. With `endpoint_url` no server
    is started, and the credentials are the environment's. `objects` is about how many to send (6,000 unless told).
    """
    console = console or Console()
    try:
        sample = make_sample(objects, seed)
        with server(data, endpoint_url) as place:
            return _run(place, data, sample, console)
    except KeyboardInterrupt:
        console.print("Stopped.")
        return INTERRUPTED
    except (BotoCoreError, ClientError, DemoError, NotOurs, SettingsError, ValueError) as error:
        console.print(f"The demo can not go on: {error}", style="red", markup=False, soft_wrap=True)
        return 1


def _run(place: Server, data: Path, sample: Sample, console: Console) -> int:
    client = place.client()
    report.show_sample(console, sample, place.url)
    set_up(client, DOMAIN)
    start = time.perf_counter()
    outcomes = _send_all(client, sample, console)
    report.show_sent(console, outcomes, time.perf_counter() - start)
    report.show_rejected(console, outcomes)
    unexpected = [outcome for outcome in outcomes if bool(outcome.reason) != bool(outcome.line.fault)]
    report.show_unexpected(console, unexpected)
    found = _show_profiles(place, client, data, sample, console)
    return 0 if found and not unexpected else 1


def _send_all(client: object, sample: Sample, console: Console) -> list[Outcome]:
    columns = TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    outcomes: list[Outcome] = []
    with Progress(*columns, console=console, transient=True) as progress:
        for object_type in OBJECT_TYPES:
            lines = sample.of_type(object_type)
            task = progress.add_task(object_type, total=len(lines))
            outcomes += send(client, DOMAIN, lines, partial(progress.advance, task))
    return outcomes


def _show_profiles(place: Server, client: object, data: Path, sample: Sample, console: Console) -> bool:
    """Answers whether all objects are in profiles, and the customer was found in every way."""
    truth = sample.people_by_key()
    placed = places(client, DOMAIN, list(truth))
    report.show_fit(console, measure(placed, truth, sample.people))
    chosen = choose_customer(client, DOMAIN, placed, truth, sample.people)
    if chosen is None:
        raise DemoError("No customer's objects are all in one profile.")
    report.show_customer(console, chosen[0], fields(place, DOMAIN, chosen[1]))
    looked_up = lookups(client, DOMAIN, *chosen)
    report.show_lookups(console, looked_up)
    report.show_next(console, place, data, DOMAIN, looked_up)
    return len(placed) == len(truth) and all(lookup.right for lookup in looked_up)
