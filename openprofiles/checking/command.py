"""The check as a command: a store by its settings, a progress line, findings as lines."""

from collections.abc import Callable

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from openprofiles.app import open_store
from openprofiles.checking.store import check_store
from openprofiles.settings import Settings, make_data_directory


def check_whole_store(settings: Settings, only: str | None, tell: Callable[[str], object]) -> int:
    """How many findings there are; each is told. Raises SettingsError."""
    make_data_directory(settings)
    database = open_store(settings)
    columns = (SpinnerColumn(), TextColumn("{task.fields[domain]}: {task.completed} profiles"), TimeElapsedColumn())
    found = 0
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("check", total=None, domain="-")

            def report(domain: str, profiles: int) -> None:
                bar.update(task, domain=domain, completed=profiles)

            for domain, finding in check_store(database, only, report):
                found += 1
                tell(f"{domain}  {finding.kind}  {finding.subject}  {finding.text}")
    finally:
        database.close()
    return found
