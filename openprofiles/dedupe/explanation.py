"""Why two rows are one customer or not, as the command prints it."""

import pyarrow as pa

from openprofiles.matching.probabilistic.explain import Explanation, Weight
from openprofiles.matching.probabilistic.fields import ROW

MOST_SURE = 0.999
"""Nobody is told that something is certain."""


def lines_of(rows: pa.Table, explanation: Explanation) -> list[str]:
    low, high = explanation.rows
    verdict = "are one customer" if explanation.same_group else "are two customers"
    probability = min(max(explanation.probability, 1 - MOST_SURE), MOST_SURE)
    lines = [f"Rows {low} and {high} {verdict}; by what they say themselves, they are one by {probability:.1%}."]
    lines += ["", *_values(rows, low, high), "", "What speaks for one customer (plus) or against (minus):"]
    lines += [f"  {'':40}{'than strangers':>16}{'than a household':>18}"]
    lines += [_weight(weight) for weight in explanation.weights if weight.against_unrelated or weight.against_household]
    lines += [
        _line("before any comparison", explanation.prior_against_unrelated, explanation.prior_against_household),
        _line("in all", explanation.total_against_unrelated, explanation.total_against_household),
    ]
    if explanation.shared:
        lines += ["", "What they share:"]
        lines += [f"  {one.comparison} {one.value}: {one.holders:,} rows have it" for one in explanation.shared]
    if len(explanation.path) > 1:
        lines += ["", "How they are held together:"]
        lines += [f"  {one} - {other}: {weight:+.1f}" for one, other, weight in explanation.path]
    return lines


def _values(rows: pa.Table, low: int, high: int) -> list[str]:
    """The fields of both rows beside each other."""
    fields = [name for name in rows.column_names if name != ROW]
    pairs = [(name, rows.column(name)[low].as_py(), rows.column(name)[high].as_py()) for name in fields]
    return [
        f"  {name:24}{one or '-':28.28} {other or '-':28.28}".rstrip() for name, one, other in pairs if one or other
    ]


def _weight(weight: Weight) -> str:
    return _line(f"{weight.comparison}: {weight.level}", weight.against_unrelated, weight.against_household)


def _line(name: str, unrelated: float, household: float) -> str:
    return f"  {name:40.40}{unrelated:>+16.1f}{household:>+18.1f}"
