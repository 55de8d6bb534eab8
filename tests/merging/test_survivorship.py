"""Which claim wins (behaviour: "Profile matching and inferred profiles in Customer Profiles", SourcePriority)."""

import pytest

from openprofiles.merging.survivorship import MANUAL, MANUAL_RANK, MERGE, UNRANKED, Claim, Stamp, beats, fold, rank_of


def claim(value: str = "value", source: str = "1:a", rank: int = UNRANKED, time: int = 0, sequence: int = 1) -> Claim:
    return Claim(value, Stamp(source, rank, time, sequence))


MANUAL_EDIT = claim(source=MANUAL, rank=MANUAL_RANK)

CASES = [
    ("the same rank, a later time", claim(time=2), claim(time=1), True),
    ("the same rank, the same time: the new one", claim(time=1), claim(time=1), True),
    ("the same rank, an earlier time", claim(time=1), claim(time=2), False),
    ("a stronger priority, although its time is earlier", claim(rank=1, time=1), claim(rank=2, time=9), True),
    ("a weaker priority, although its time is later", claim(rank=2, time=9), claim(rank=1, time=1), False),
    ("a priority against none", claim(rank=1000), claim(), True),
    ("none against a priority", claim(time=9), claim(rank=1000), False),
    ("no priority against a manual edit", claim(time=9), MANUAL_EDIT, False),
    ("a priority against a manual edit", claim(rank=1000), MANUAL_EDIT, True),
    ("a manual edit against the strongest priority", MANUAL_EDIT, claim(rank=1, time=9), True),
    ("a merge decision against the strongest priority", claim(source=f"{MERGE}x"), claim(rank=1, time=9), True),
    ("no priority against a merge decision of its rank and time", claim(time=5), claim(source=MERGE, time=5), True),
]


@pytest.mark.parametrize(("new", "current", "wins"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_new_claim_wins_where_it_should(new: Claim, current: Claim, wins: bool) -> None:
    assert beats(new, current) is wins


def test_a_source_priority_is_stronger_than_a_manual_edit_and_none_is_weaker() -> None:
    assert rank_of(1) < rank_of(1_000_000) < MANUAL_RANK < rank_of(None)


def test_claims_are_folded_in_the_order_in_which_they_were_made() -> None:
    first, edit, last = (
        claim("first", rank=1, sequence=1),
        claim("edit", MANUAL, MANUAL_RANK, 0, 2),
        claim("last", sequence=3),
    )
    assert fold([last, edit, first]) == edit


def test_no_claims_have_no_winner() -> None:
    assert fold([]) is None
