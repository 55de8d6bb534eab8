"""Drawing many values at once, and the types of columns."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
Rng = np.random.Generator

BITS = 1 << 62


def generator(seed: int, records: int) -> Rng:
    """One for a seed and a size: samples of other sizes share no people."""
    return np.random.default_rng([seed, records])


def texts(values: Sequence[str]) -> Texts:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def empty(count: int) -> Texts:
    return np.full(count, "", dtype=object)


def chance(rng: Rng, count: int, share: float | Floats) -> Flags:
    return np.asarray(rng.random(count) < share)


def weighted(rng: Rng, weights: Sequence[float] | Floats, count: int) -> Ints:
    """Positions, each as often as its weight says. The weights need not sum to one."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(edges, rng.random(count) * edges[-1], side="right")
    return np.asarray(np.minimum(drawn, len(edges) - 1), dtype=np.int64)


def zipf(count: int, exponent: float = 1.0, shift: float = 2.0) -> Floats:
    """Weights of a list whose first are the commonest."""
    return np.asarray(1.0 / (np.arange(count) + shift) ** exponent, dtype=np.float64)


def change(rng: Rng, column: Texts, where: Flags, function: Callable[[str, int], str]) -> None:
    """Replace the values there that are not empty by what the function makes of each and of a number of many bits."""
    rows = np.flatnonzero(where & (column != ""))
    column[rows] = texts([function(*pair) for pair in zip(column[rows], bits(rng, len(rows)), strict=True)])


def put(column: Texts, where: Flags, values: Texts) -> None:
    """Values of a column as long as this one, there."""
    column[where] = values[where]


def bits(rng: Rng, count: int) -> list[int]:
    drawn: list[int] = rng.integers(0, BITS, count).tolist()
    return drawn
