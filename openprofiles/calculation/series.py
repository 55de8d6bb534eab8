"""What the objects of one profile contribute to one calculated attribute, column by column.

Columns, since a thousand entries are decoded and added up for each look-up: lists of integers cost a tenth of what as
many structs do. Entries are in the order of (time, order of arrival, key).
"""

from base64 import b64decode, b64encode
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from decimal import Decimal
from operator import attrgetter

import msgspec

from openprofiles.calculation.moments import NEVER
from openprofiles.calculation.numbers import common_scale, scale_of, scaled

KEY_BYTES = 12
ORDER_BYTES = 9
ORDER_WIDTH = ORDER_BYTES * 4 // 3
KEY_WIDTH = KEY_BYTES * 4 // 3
ROW_WIDTH = ORDER_WIDTH + KEY_WIDTH

FEW = 5

_STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SORTED = bytes(sorted(b"-_" + _STANDARD[:-2]))
_TO_SORTED, _TO_STANDARD = bytes.maketrans(_STANDARD, _SORTED), bytes.maketrans(_SORTED, _STANDARD)

Value = Decimal | str | None


class Entry(msgspec.Struct, frozen=True):
    """What one object contributes. `key`: 12 bytes that stand for the object. `order`: when it arrived, as a sequence.
    `value`: None where objects are only counted.
    """

    key: bytes
    time: int
    order: int
    value: Value
    expires_at: int


_rank_of = attrgetter("time", "order", "key")


class Series(msgspec.Struct, array_like=True):
    """The entries of one attribute in one profile.

    `first_expiry`: no entry expires earlier. Once it has passed, the series is to be built again from the objects that
    are left. `rows`: (order, key) of each entry, in characters that compare as their bytes. `numbers`: whole numbers of
    10^-scale. Either `numbers` or `texts` or neither is filled, as the statistic needs.
    """

    first_expiry: int = NEVER
    rows: str = ""
    times: list[int] = []
    scale: int = 0
    numbers: list[int] = []
    texts: list[str] = []

    def __len__(self) -> int:
        return len(self.times)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Series":
        """Entries in any order; of two with the same key the later one counts."""
        distinct = {entry.key: entry for entry in entries}
        ranked = sorted((entry.time, _row(entry), entry.expires_at, entry.value) for entry in distinct.values())
        times, rows, expiries, values = zip(*ranked, strict=True) if ranked else ((), (), (), ())
        numbers = [value for value in values if isinstance(value, Decimal)]
        scale = common_scale(numbers)
        series = cls(
            min(expiries, default=NEVER),
            "".join(rows),
            list(times),
            scale,
            [scaled(number, scale) for number in numbers],
            [value for value in values if isinstance(value, str)],
        )
        series._narrow()
        return series

    @classmethod
    def to_calculate(cls, entries: Iterable[Entry]) -> "Series":
        """As `of`, from entries of different keys, for one calculation: without the keys nothing can be replaced."""
        ranked = sorted(entries, key=_rank_of)
        numbers = [entry.value for entry in ranked if isinstance(entry.value, Decimal)]
        scale = common_scale(numbers)
        return cls(
            times=[entry.time for entry in ranked],
            scale=scale,
            numbers=[scaled(number, scale) for number in numbers],
            texts=[entry.value for entry in ranked if isinstance(entry.value, str)],
        )

    def put(self, entry: Entry) -> None:
        """Takes the place of the entry with the same key, if there is one."""
        self.replace([entry.key], [entry])

    def replace(self, keys: Sequence[bytes], entries: Iterable[Entry]) -> None:
        """The entries of these keys go, if they are there; these come, whose keys are among them."""
        for key in self._present(keys):
            self.remove(key)
        for entry in entries:
            self._insert(entry)

    def _present(self, keys: Sequence[bytes]) -> Sequence[bytes]:
        """To look for a few is cheaper one by one."""
        if len(keys) <= FEW:
            return keys
        starts = range(ORDER_WIDTH, len(self.rows), ROW_WIDTH)
        there = {self.rows[start : start + KEY_WIDTH] for start in starts}
        return [key for key in keys if _characters(key) in there]

    def _insert(self, entry: Entry) -> None:
        row, size = _row(entry), len(self)
        is_last = not size or (entry.time, row) > self._rank(size - 1)
        index = size if is_last else bisect_left(range(size), (entry.time, row), key=self._rank)
        self.times.insert(index, entry.time)
        self.rows = f"{self.rows[: index * ROW_WIDTH]}{row}{self.rows[index * ROW_WIDTH :]}"
        self.first_expiry = min(self.first_expiry, entry.expires_at)
        if isinstance(entry.value, Decimal):
            self._widen(scale_of(entry.value))
            self.numbers.insert(index, scaled(entry.value, self.scale))
        elif entry.value is not None:
            self.texts.insert(index, entry.value)

    def remove(self, key: bytes) -> None:
        """Nothing happens where the key has no entry."""
        index = self._find(key)
        if index is None:
            return
        del self.times[index]
        self.rows = self.rows[: index * ROW_WIDTH] + self.rows[(index + 1) * ROW_WIDTH :]
        if self.texts:
            del self.texts[index]
        if self.numbers:
            del self.numbers[index]
            self._narrow()
        if not self.times:
            self.first_expiry = NEVER

    def keys_in_order(self) -> list[bytes]:
        return [_key(self.rows[start : start + ROW_WIDTH]) for start in range(0, len(self.rows), ROW_WIDTH)]

    def encode(self) -> str:
        return _encode(self).decode()

    @staticmethod
    def decode(text: str) -> "Series":
        return _decode(text)

    def _rank(self, index: int) -> tuple[int, str]:
        return self.times[index], self.rows[index * ROW_WIDTH : (index + 1) * ROW_WIDTH]

    def _find(self, key: bytes) -> int | None:
        text = _characters(key)
        start = self.rows.find(text)
        while start >= 0 and start % ROW_WIDTH != ORDER_WIDTH:
            start = self.rows.find(text, start + 1)
        return None if start < 0 else start // ROW_WIDTH

    def _widen(self, scale: int) -> None:
        if scale > self.scale:
            factor = 10 ** (scale - self.scale)
            self.numbers = [number * factor for number in self.numbers]
            self.scale = scale

    def _narrow(self) -> None:
        """No more decimal places than the numbers left need: a series does not show what was once in it."""
        while self.scale and not any(number % 10 for number in self.numbers):
            self.numbers = [number // 10 for number in self.numbers]
            self.scale -= 1


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Series).decode


def _row(entry: Entry) -> str:
    if len(entry.key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(entry.key)}")
    return _characters(entry.order.to_bytes(ORDER_BYTES, "big") + entry.key)


def _characters(value: bytes) -> str:
    """Base64 with its characters in ASCII's order."""
    return b64encode(value).translate(_TO_SORTED).decode()


def _key(row: str) -> bytes:
    return b64decode(row[ORDER_WIDTH:].encode().translate(_TO_STANDARD))
