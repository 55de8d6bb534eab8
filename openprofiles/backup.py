"""`openprofiles backup`: a copy of a store in a file, with a progress bar."""

import sqlite3
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeElapsedColumn

from openprofiles.settings import Settings, SettingsError, postgres_url, store_path
from openprofiles.storage.sqlite_backup import DamagedBackup, back_up


def back_up_store(settings: Settings, file: Path) -> None:
    """Copy the store to a new file, whole or not at all; the bar goes to standard error. Raises SettingsError."""
    if postgres_url(settings) is not None:
        raise SettingsError("A store on PostgreSQL is backed up with pg_dump: pg_dump --format=custom --file=FILE URL.")
    store = store_path(settings)
    try:
        with Progress(BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), console=Console(stderr=True)) as bar:
            task = bar.add_task("backup", total=None)
            back_up(store, file, lambda done, total: bar.update(task, completed=done, total=total))
    except (OSError, sqlite3.Error) as error:
        raise SettingsError(f"Can not back up {store} to {file}: {str(error).rstrip('.')}.") from None
    except DamagedBackup as error:
        raise SettingsError(f"The store {store} is damaged, and there is no backup of it: {error}.") from None
    except KeyboardInterrupt:
        raise SettingsError("Stopped; there is no backup.") from None
