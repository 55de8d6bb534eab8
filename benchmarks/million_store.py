"""A large SQLite store, made once and kept in a folder; a run gets a copy, so that each begins with the same."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks import loading, requests
from benchmarks.run import serving
from benchmarks.stores import SQLITE, Store, Stores
from openprofiles.storage import migrate

FOLDER_VARIABLE = "OPENPROFILES_BENCH_CACHE"
SECONDS = ".seconds"
"""The suffix of the file beside a store that says how long making it took."""


def kept_folder() -> Path:
    """Where large stores are kept: what the environment says, else below the system's temporary folder."""
    folder = Path(os.environ.get(FOLDER_VARIABLE) or Path(tempfile.gettempdir()) / "openprofiles-bench")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def copied(kept: Path, stores: Stores, profiles: int) -> Store:
    """A copy of the store of so many profiles, which is made first where it is not there."""
    original = _original(kept, profiles)
    if not original.exists():
        _forget_others(original)
        _make(original, profiles)
    store = stores.fresh(SQLITE, f"copy_{profiles}")
    subprocess.run(["cp", "-r", "--reflink=auto", original, store.environment["OPENPROFILES_DATA"]], check=True)
    os.sync()  # else the copy is written while a run waits for its commits
    return store


def made_in_seconds(kept: Path, profiles: int) -> float | None:
    """How long it took to make the store, where that was written down."""
    noted = _original(kept, profiles).with_suffix(SECONDS)
    return float(noted.read_text()) if noted.exists() else None


def _original(kept: Path, profiles: int) -> Path:
    return kept / f"{SQLITE}-{profiles}-{fingerprint()}"


def fingerprint() -> str:
    """Another one where the schema, the object type or the objects are others."""
    parts = [path.read_bytes() for path in sorted((Path(migrate.__file__).parent / "migrations").rglob("*.sql"))]
    parts += [requests.encode(requests.DEFINITION), requests.contact_json(0)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def _make(original: Path, profiles: int) -> None:
    """It gets its name when it is whole, so that a run that was stopped leaves nothing that looks like it."""
    print(f"Making a store of {profiles:,} profiles in {original}; this takes minutes, once.", flush=True)
    with tempfile.TemporaryDirectory(dir=original.parent, prefix="making-") as folder:
        began = time.perf_counter()
        store = filled(Stores(Path(folder), None), profiles)
        seconds = time.perf_counter() - began
        original.with_suffix(SECONDS).write_text(f"{seconds:.1f}\n")
        Path(store.environment["OPENPROFILES_DATA"]).rename(original)
    print(f"Made in {seconds:,.0f} s.", flush=True)


def _forget_others(original: Path) -> None:
    """Stores of this size that were made with another schema or other objects fill the disk for nobody."""
    stem = original.name.rpartition("-")[0]
    for path in original.parent.glob(f"{stem}-*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def filled(stores: Stores, profiles: int) -> Store:
    """A new store with so many profiles."""
    store = stores.fresh(SQLITE, f"filled_{profiles}")
    with serving(store) as subject:
        subject.set_up()
    loading.fill(store, stores.folder, map(requests.contact_json, range(profiles)))
    return store
