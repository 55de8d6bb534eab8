"""The packages of the engine, which a server without probabilistic matching does without."""

from importlib.util import find_spec

PACKAGES = ("duckdb", "pyarrow", "numpy")


class PackagesMissing(Exception):
    """Packages that probabilistic matching needs are not installed."""


def missing_packages() -> list[str]:
    """The packages of the engine that are not installed."""
    return [package for package in PACKAGES if find_spec(package) is None]


def require_packages() -> None:
    """Raises PackagesMissing, which says what to install, unless the engine can run."""
    missing = missing_packages()
    if missing:
        names = ", ".join(missing)
        raise PackagesMissing(f"Probabilistic matching needs {names}: pip install openprofiles[matching]")
