"""What the demo prints."""

import re
import shlex
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from openprofiles.demo.finding import Field, Lookup
from openprofiles.demo.measuring import Fit
from openprofiles.demo.object_types import OBJECT_TYPES
from openprofiles.demo.people import Person
from openprofiles.demo.sample import Sample
from openprofiles.demo.sending import Outcome
from openprofiles.demo.server import Server

EXAMPLE = 60
"""Characters shown of a rejected line."""


def _table(title: str, *columns: str, numbers: tuple[str, ...] = ()) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return table


def _print(console: Console, table: Table) -> None:
    console.print()
    console.print(table)


def show_sample(console: Console, sample: Sample, url: str) -> None:
    console.print(
        f"\n[bold]{len(sample.people):,} people[/bold] whom a CRM, a shop, a support desk and a contact centre know."
        f" Sending their [bold]{len(sample.lines):,} objects[/bold] to {escape(url)} with boto3."
    )


def show_sent(console: Console, outcomes: list[Outcome], seconds: float) -> None:
    table = _table("Objects", "object type", "sent", "taken", "rejected", numbers=("sent", "taken", "rejected"))
    for object_type in OBJECT_TYPES:
        rejected = [outcome.reason != "" for outcome in outcomes if outcome.line.object_type == object_type]
        table.add_row(object_type, *_counts(rejected))
    table.add_section()
    table.add_row("all", *_counts([outcome.reason != "" for outcome in outcomes]))
    _print(console, table)
    console.print(f"{len(outcomes) / seconds:,.0f} objects a second, {seconds:.1f} s in all.")


def _counts(rejected: list[bool]) -> tuple[str, str, str]:
    return f"{len(rejected):,}", f"{len(rejected) - sum(rejected):,}", f"{sum(rejected):,}"


def show_rejected(console: Console, outcomes: list[Outcome]) -> None:
    """The reasons, most frequent first. Those that differ in numbers alone are one."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.reason:
            groups.setdefault(re.sub(r"\d+", "#", outcome.reason), []).append(outcome)
    table = _table("Rejected, and why", "count", "reason", "for example", numbers=("count",))
    for group in sorted(groups.values(), key=len, reverse=True):
        first = group[0]
        example = f"{first.line.object_type}: {_shortened(first.line.text)}"
        table.add_row(str(len(group)), escape(first.reason), escape(example))
    _print(console, table)


def _shortened(text: str) -> str:
    return text if len(text) <= EXAMPLE else f"{text[: EXAMPLE - 1]}…"


def show_unexpected(console: Console, outcomes: list[Outcome]) -> None:
    """Good lines that were rejected and broken ones that were taken."""
    for outcome in outcomes:
        why = f"rejected: {outcome.reason}" if outcome.reason else f"taken, though it is {outcome.line.fault}"
        console.print(f"[red]{outcome.line.object_type} {escape(outcome.line.key)} {escape(why)}[/red]", soft_wrap=True)


def show_fit(console: Console, fit: Fit) -> None:
    table = _table("Profiles and people", "", "", numbers=())
    table.show_header = False
    table.columns[1].justify = "right"
    table.add_row("people in the sample", f"{fit.people:,}")
    table.add_row("profiles found", f"{fit.profiles:,}")
    table.add_row("people with exactly one profile", f"{fit.one_profile:,} ({fit.one_profile / fit.people:.1%})")
    table.add_row("profiles that mix people", f"{fit.mixed:,} ({fit.mixed_households:,} of them within one household)")
    table.add_row("precision: objects together that belong together", f"{fit.precision:.1%}")
    table.add_row("recall: objects that belong together and are", f"{fit.recall:.1%}")
    _print(console, table)
    console.print(
        "This is what exact keys can do. A phone that several customers share attaches to none of them, so such calls "
        "make profiles of their own; a mailbox that a family shares mixes them."
    )


def show_customer(console: Console, person: Person, fields: list[Field]) -> None:
    table = _table(f"One customer: {person.first} {person.last}", "field", "value", "source", "as of")
    for field in fields:
        table.add_row(field.name, escape(field.value), field.source, _day(field.at))
    _print(console, table)


def _day(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).date().isoformat()


def show_lookups(console: Console, lookups: list[Lookup]) -> None:
    table = _table("Looked up by", "key", "value", "found", "milliseconds", numbers=("milliseconds",))
    for lookup in lookups:
        found = "the customer" if lookup.right and lookup.found == 1 else f"{lookup.found} profiles"
        table.add_row(lookup.key, escape(lookup.value), found, f"{lookup.milliseconds:.1f}")
    _print(console, table)
    console.print("Median times of the whole call as boto3 sees it, its own work included.")


def show_next(console: Console, server: Server, data: Path, domain: str, lookups: list[Lookup]) -> None:
    """What to type to go on. Lines are never broken, so that they can be copied."""
    console.print("\n[bold]Try next[/bold]")
    for line in _next_lines(server, data, domain, lookups):
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    if server.started:
        console.print(
            f"The data is in {data.absolute()}, the credentials in {data.absolute() / 'credentials'}.", soft_wrap=True
        )


def _next_lines(server: Server, data: Path, domain: str, lookups: list[Lookup]) -> list[str]:
    search = "aws customer-profiles search-profiles"
    lines = [
        f"{search} --domain-name {domain} --key-name {lookup.key} --values {shlex.quote(lookup.value)}"
        for lookup in lookups[:1]
    ]
    if not server.started:
        return [f"{line} --endpoint-url {server.url}" for line in lines]
    command, option = _command(), f"--data {shlex.quote(str(data))}"
    endpoint = '--endpoint-url "$AWS_ENDPOINT_URL_CUSTOMER_PROFILES"'  # old clients do not know the variable
    return [f"{command} serve {option}", f'eval "$({command} env {option})"', *[f"{line} {endpoint}" for line in lines]]


def _command() -> str:
    """The console script as a shell finds it."""
    beside = Path(sys.executable).with_name("openprofiles")
    if shutil.which("openprofiles") or not beside.exists():
        return "openprofiles"
    return shlex.quote(str(beside.relative_to(Path.cwd()) if beside.is_relative_to(Path.cwd()) else beside))
