"""What a run draws from: chances that follow from its seed, and what the server has told so far."""

from collections import defaultdict, deque
from random import Random
from typing import Any

REMEMBERED = 40

KEPT = {"ProfileId", "ProfileObjectUniqueKey", "NextToken", "DeadLetterId"}
"""Members of answers that a call can name again."""

SAME_AS = {
    "MainProfileId": "ProfileId",
    "ProfileIds": "ProfileId",
    "ProfileIdsToBeMerged": "ProfileId",
}


class Chance(Random):
    """The chances of one call. `wrong`: how often a part of it is not as it has to be; in half of the calls, never."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self.wrong = self.choice([0.0, 0.0, 0.0, 0.01, 0.05, 0.2])

    def errs(self) -> bool:
        return self.random() < self.wrong

    def is_seldom(self) -> bool:
        return self.random() < 0.03


class Told:
    """Ids, keys and tokens out of answers: calls that use them get past the first look-up. `found`: ids of profiles
    that a search has found, which are likely to have objects; `objects`, `records`: members that name an object, and a
    change of a profile.
    """

    def __init__(self) -> None:
        self._values: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self.found: deque[str] = deque(maxlen=REMEMBERED)
        self.objects: deque[dict[str, str]] = deque(maxlen=REMEMBERED)
        self.records: deque[dict[str, str]] = deque(maxlen=REMEMBERED)

    def take_in(self, answer: Any) -> None:
        if isinstance(answer, list):
            for item in answer:
                self.take_in(item)
        elif isinstance(answer, dict):
            for name, value in answer.items():
                if name in KEPT and isinstance(value, str):
                    self._values[name].append(value)
                else:
                    self.take_in(value)

    def one(self, chance: Chance, member: str) -> str | None:
        """Something that an answer had as this member."""
        values = self._values.get(SAME_AS.get(member, member))
        return chance.choice(values) if values else None
