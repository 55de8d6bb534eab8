"""Which rows are the same customer, by probability: a batch engine without labels, on DuckDB over Arrow.

normalise → block → compare → expectation → closure → linkage; each step is a module. The packages that it works with
are an extra: call `require_packages()` first, and import `openprofiles.matching.probabilistic.engine` afterwards.
"""

from openprofiles.matching.probabilistic.packages import PackagesMissing, require_packages

__all__ = ["PackagesMissing", "require_packages"]
