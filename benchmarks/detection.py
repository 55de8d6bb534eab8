"""`python -m benchmarks.detection [-v]`: how well proposals for object types agree with what a careful engineer would
map. With -v, each disagreement.

- *Templates*: the ready mappings on the sample that tests/data/templates has of each. A template says nothing of
  members that it does not read, and makes no key of an e-mail address; both count as wrong in the columns "strict"
  alone.
- *Labelled*: exports of public and typical systems, written and labelled by hand before the rules were tuned to them.
- *Once unseen*: more of these, written when the rules were ready, measured, and then used to better them too. At first
  sight they had a precision and recall of 0.93 and 0.90 for customers, 0.60 and 0.45 for other objects: where an order
  is not seen to be one, nothing is right.
- *Held out*: the last ones, never used to change what the rules make of names. These are the figures to expect for
  objects of a system that nobody has looked at.

A pair is the member (or members) that a field reads, and its target; a key, UNIQUE or PROFILE and what it reads. Under
"targets" and "keys" stands precision, the share of proposed pairs that are right; recall is the share of wanted pairs
that are proposed. Names of attributes are free. "Standard" are targets without attributes.
"""

import sys
from collections.abc import Iterable

import msgspec

from benchmarks.detection_answers import Answer, Pair, Wanted, key_pairs, labelled, of_templates, target_pair
from benchmarks.table import aligned
from openprofiles.mapping.detection import Proposal, detect_mapping

HEADS = ("", "targets", "recall", "strict", "standard", "recall", "keys", "recall", "strict")


class Count(msgspec.Struct, frozen=True):
    """Pairs; `unsaid` are those that the answer says nothing of."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    unsaid: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            *(sum(pair) for pair in zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True))
        )

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def strict(self) -> float:
        return self.right / max(1, self.right + self.wrong + self.unsaid)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


class Score(msgspec.Struct, frozen=True):
    targets: Count = Count()
    standard: Count = Count()
    keys: Count = Count()
    types: Count = Count()
    remarks: tuple[str, ...] = ()

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.targets + other.targets,
            self.standard + other.standard,
            self.keys + other.keys,
            self.types + other.types,
            self.remarks + other.remarks,
        )


def count(proposed: Iterable[Pair], wanted: Wanted) -> tuple[Count, list[str]]:
    """Each wanted pair is right once; the remarks say what is not as it should be."""
    found = set(proposed)
    right = [pairs for pairs in wanted.pairs if found & set(pairs)]
    missed = [pairs for pairs in wanted.pairs if not found & set(pairs)]
    hit = {next(pair for pair in pairs if pair in found) for pairs in right}
    rest = sorted(found - hit - wanted.free, key=_shown)
    unsaid = [pair for pair in rest if wanted.is_unsaid(pair)]
    wrong = [pair for pair in rest if not wanted.is_unsaid(pair)]
    remarks = [f"wrong  {_shown(pair)}" for pair in wrong] + [f"unsaid {_shown(pair)}" for pair in unsaid]
    remarks += [f"missed {_shown(pairs[0])}" for pairs in missed]
    return Count(len(right), len(wrong), len(missed), len(unsaid)), remarks


def _shown(pair: Pair) -> str:
    return f"{' + '.join(sorted(pair[0]))} → {pair[1]}"


def score(answer: Answer) -> Score:
    detected = detect_mapping(answer.objects) or Proposal({}, {})
    mapped = {target_pair(field): field.content_type for field in detected.fields.values() if field.target}
    targets, remarks = count(mapped, answer.targets)
    standard, _ = count(filter(_is_standard, mapped), _standard(answer.targets))
    keys, key_remarks = count(key_pairs(detected.fields, detected.keys), answer.keys)
    known = [pair for pair in mapped if pair in answer.content_types]
    same = sum(mapped[pair] == answer.content_types[pair] for pair in known)
    named = tuple(f"{answer.name}: {remark}" for remark in (*remarks, *key_remarks))
    return Score(targets, standard, keys, Count(same, len(known) - same), named)


def _is_standard(pair: Pair) -> bool:
    return not pair[1].endswith(".Attributes")


def _standard(wanted: Wanted) -> Wanted:
    return msgspec.structs.replace(wanted, pairs=tuple(pairs for pairs in wanted.pairs if _is_standard(pairs[0])))


def totals(answers: Iterable[Answer]) -> dict[str, Score]:
    """The scores of each group, and how many answers it has, in its name."""
    scores = [(answer.group, score(answer)) for answer in answers]
    return {
        group: sum((one for name, one in scores if name == group), Score())
        for group in sorted({group for group, _ in scores})
    }


def cells(name: str, one: Score) -> list[str]:
    targets, standard, keys = one.targets, one.standard, one.keys
    figures = (
        *(targets.precision, targets.recall, targets.strict, standard.precision, standard.recall),
        *(keys.precision, keys.recall, keys.strict),
    )
    return [name, *(f"{figure:.2f}" for figure in figures)]


def report(answers: list[Answer], verbose: bool) -> str:
    groups = totals(answers)
    single = aligned(HEADS, [cells(answer.name, score(answer)) for answer in answers])
    grouped = aligned(HEADS, [cells(group, one) for group, one in groups.items()])
    types = f"Content types as in the templates: {groups['templates'].types.precision:.2f}"
    remarks = "\n".join(remark for one in groups.values() for remark in one.remarks) if verbose else ""
    return "\n\n".join(part for part in (single, grouped, types, remarks) if part)


def main() -> None:
    print(report([*of_templates(), *labelled()], verbose="-v" in sys.argv[1:]))


if __name__ == "__main__":
    main()
