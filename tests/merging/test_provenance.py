"""What happens to a record's claims, and that comparing with winners only gives what folding all claims gives."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from openprofiles.merging.provenance import (
    ObjectClaims,
    RecordClaims,
    absorb,
    decide,
    drop_object_type,
    merge_decisions,
    put_object,
    refold,
    remove_object,
)
from openprofiles.merging.stored_claims import StoredClaims, from_stored, to_stored
from openprofiles.merging.survivorship import MANUAL, MANUAL_RANK, MERGE, UNRANKED, Claim, Stamp, fold


def object_claim(value: str, rank: int = UNRANKED, time: int = 0, sequence: int = 1, source: str = "1:a") -> Claim:
    return Claim(value, Stamp(source, rank, time, sequence))


def test_an_object_claims_a_field_that_nobody_has() -> None:
    record = RecordClaims()

    put_object(record, {}, {"FirstName": object_claim("Ann")})

    assert record.values() == {"FirstName": "Ann"}


def test_a_put_again_keeps_the_claims_on_fields_that_it_no_longer_carries() -> None:
    record = RecordClaims()
    former, _ = put_object(record, {}, {"FirstName": object_claim("Ann"), "LastName": object_claim("Lee")})

    claims, _ = put_object(record, former, {"FirstName": object_claim("Anna", sequence=2)})

    assert {field: claim.value for field, claim in claims.items()} == {"FirstName": "Anna", "LastName": "Lee"}


def test_a_put_again_with_an_earlier_source_time_leaves_the_former_claim() -> None:
    record = RecordClaims()
    former, _ = put_object(record, {}, {"FirstName": object_claim("Ann", time=5)})

    claims, _ = put_object(record, former, {"FirstName": object_claim("Old", time=4, sequence=2)})

    assert (claims["FirstName"].value, record.values()) == ("Ann", {"FirstName": "Ann"})


def test_a_winner_that_is_put_again_with_a_weaker_priority_must_be_refolded() -> None:
    record = RecordClaims()
    former, _ = put_object(record, {}, {"FirstName": object_claim("Ann", rank=1)})
    other, _ = put_object(record, {}, {"FirstName": object_claim("Bea", rank=2, sequence=2, source="2:b")})

    claims, weaker = put_object(record, former, {"FirstName": object_claim("Ann", rank=3, sequence=3)})
    refold(record, weaker, [claims, other])

    assert record.values() == {"FirstName": "Bea"}


def test_an_empty_decision_hides_the_field() -> None:
    record = RecordClaims()
    put_object(record, {}, {"FirstName": object_claim("Ann")})

    decide(record, "FirstName", Claim("", Stamp(MANUAL, MANUAL_RANK, 0, 2)))

    assert record.values() == {}


def test_the_winning_value_of_an_object_that_goes_stays_and_is_marked() -> None:
    record = RecordClaims()
    claims, _ = put_object(record, {}, {"FirstName": object_claim("Ann")})

    remove_object(record, claims)

    assert (record.values(), record.winners["FirstName"].gone) == ({"FirstName": "Ann"}, True)


def test_a_deleted_type_takes_what_its_gone_objects_left() -> None:
    record = RecordClaims()
    claims, _ = put_object(record, {}, {"FirstName": object_claim("Ann")})
    remove_object(record, claims)

    refold(record, drop_object_type(record, 1), [])

    assert record.values() == {}


def test_a_deleted_type_leaves_types_whose_number_begins_alike() -> None:
    record = RecordClaims()
    claims, _ = put_object(record, {}, {"FirstName": object_claim("Ann", source="12:a")})

    refold(record, drop_object_type(record, 1), [claims])

    assert record.values() == {"FirstName": "Ann"}


def test_claims_are_stored_and_come_back_as_they_were() -> None:
    record = RecordClaims()
    claims, _ = put_object(record, {}, {"FirstName": object_claim("Ann"), "Attributes.tier": object_claim("gold")})
    remove_object(record, claims)
    decide(record, "Gender", Claim(["MALE", "m"], Stamp(MANUAL, MANUAL_RANK, 3, 4)))

    stored = msgspec.json.decode(msgspec.json.encode(to_stored(record)), type=StoredClaims)

    assert from_stored(stored) == record


def test_claims_of_one_merge_keep_their_own_ranks_and_times() -> None:
    record = RecordClaims()
    for field, rank, time in (("FirstName", 1, 5), ("LastName", 2, 6), ("BirthDate", 1, 5)):
        decide(record, field, Claim("x", Stamp(f"{MERGE}m", rank, time, 9)))

    assert from_stored(to_stored(record)) == record


EMPTY = Claim("", Stamp(f"{MERGE}m", MANUAL_RANK, 9, 9))


def record_of(**values: str) -> RecordClaims:
    """A record whose fields come from an object of type 1."""
    record = RecordClaims()
    put_object(record, {}, {field: object_claim(value) for field, value in values.items()})
    return record


def merged(main: RecordClaims, other: RecordClaims, **chosen: RecordClaims) -> RecordClaims:
    decisions = merge_decisions(main, [other], chosen, EMPTY)
    absorb(main, other)
    for field, decision in decisions.items():
        decide(main, field, decision)
    return main


def test_the_main_record_wins_a_merge() -> None:
    record = merged(record_of(FirstName="Ann"), record_of(FirstName="Bea", LastName="Lee"))

    assert record.values() == {"FirstName": "Ann", "LastName": "Lee"}


def test_a_field_that_only_one_record_has_keeps_its_source() -> None:
    record = merged(record_of(FirstName="Ann"), record_of(LastName="Lee"))

    assert {winner.source for winner in record.winners.values()} == {"1:a"}


def test_a_merge_takes_the_named_records_value_even_where_it_has_none() -> None:
    main, other = record_of(FirstName="Ann"), record_of(FirstName="Bea")
    put_object(main, {}, {"Address.City": object_claim("Rome")})

    record = merged(main, other, Address=other, FirstName=other)

    assert record.values() == {"FirstName": "Bea"}


def test_a_merge_decision_ranks_like_the_claim_that_won() -> None:
    main = RecordClaims()
    put_object(main, {}, {"FirstName": object_claim("Ann", rank=3, time=7)})

    winner = merged(main, record_of(FirstName="Bea")).winners["FirstName"]

    assert (winner.rank, winner.time, winner.sequence) == (3, 7, EMPTY.sequence)


def test_a_merge_decision_goes_with_the_type_that_its_value_came_from() -> None:
    main, other = record_of(FirstName="Ann"), RecordClaims()
    decide(other, "FirstName", Claim("Bea", Stamp(MANUAL, MANUAL_RANK, 0, 2)))
    record = merged(main, other)

    refold(record, drop_object_type(record, 1), [])

    assert record.values() == {"FirstName": "Bea"}


def test_a_merge_decision_on_a_manual_value_outlives_every_type() -> None:
    main = RecordClaims()
    decide(main, "FirstName", Claim("Bea", Stamp(MANUAL, MANUAL_RANK, 0, 2)))
    record = merged(main, record_of(FirstName="Ann"))

    refold(record, drop_object_type(record, 1), [])

    assert record.values() == {"FirstName": "Bea"}


FIELDS = st.sampled_from(["FirstName", "LastName"])
OBJECTS = st.sampled_from(["1:a", "1:b", "2:a"])
RANKS = st.sampled_from([1, 2, UNRANKED])
TIMES = st.integers(0, 3)


class IncrementalAndFullFold(RuleBasedStateMachine):
    """Every claim that still counts is kept in a list; the record must show what folding the list shows."""

    @initialize()
    def begin(self) -> None:
        self.record = RecordClaims()
        self.objects: dict[str, ObjectClaims] = {}
        self.all: list[tuple[str, Claim]] = []
        self.sequence = 0

    def next_sequence(self) -> int:
        self.sequence += 1
        return self.sequence

    @rule(source=OBJECTS, fields=st.sets(FIELDS, min_size=1), rank=RANKS, time=TIMES)
    def put(self, source: str, fields: set[str], rank: int, time: int) -> None:
        sequence = self.next_sequence()
        new = {field: Claim(f"v{sequence}", Stamp(source, rank, time, sequence)) for field in fields}
        claims, weaker = put_object(self.record, self.objects.get(source, {}), new)
        self.objects[source] = claims
        refold(self.record, weaker, self.objects.values())
        for field, claim in new.items():
            former = [c for f, c in self.all if f == field and c.source == source and not c.gone]
            if not former or claim.time >= former[0].time:
                self.all = [(f, c) for f, c in self.all if f != field or c not in former]
                self.all.append((field, claim))

    @rule(field=FIELDS, empty=st.booleans())
    def edit(self, field: str, empty: bool) -> None:
        sequence = self.next_sequence()
        decision = Claim("" if empty else f"v{sequence}", Stamp(MANUAL, MANUAL_RANK, 0, sequence))
        decide(self.record, field, decision)
        self.all.append((field, decision))

    @rule(source=OBJECTS)
    def remove(self, source: str) -> None:
        winners = {field: fold(c for f, c in self.all if f == field) for field in ("FirstName", "LastName")}
        remove_object(self.record, self.objects.pop(source, {}))
        kept = []
        for field, claim in self.all:
            if claim.source != source or claim.gone:
                kept.append((field, claim))
            elif winners[field] == claim:
                kept.append((field, Claim(claim.value, msgspec.structs.replace(claim.stamp, gone=True))))
        self.all = kept

    @rule(number=st.sampled_from([1, 2]))
    def drop_type(self, number: int) -> None:
        self.objects = {s: c for s, c in self.objects.items() if not s.startswith(f"{number}:")}
        refold(self.record, drop_object_type(self.record, number), self.objects.values())
        self.all = [(f, c) for f, c in self.all if not c.source.startswith(f"{number}:")]

    @rule()
    def store_and_load(self) -> None:
        self.record = from_stored(to_stored(self.record))

    @invariant()
    def shows_what_folding_everything_shows(self) -> None:
        for field in ("FirstName", "LastName"):
            winner = fold(claim for f, claim in self.all if f == field)
            assert self.record.values().get(field, "") == (winner.value if winner else "")

    @invariant()
    def refolding_changes_nothing(self) -> None:
        before = self.record.values()
        refold(self.record, ["FirstName", "LastName"], self.objects.values())
        assert self.record.values() == before


TestIncrementalAndFullFold = IncrementalAndFullFold.TestCase
TestIncrementalAndFullFold.settings = settings(max_examples=500, stateful_step_count=30, deadline=None)


@given(st.lists(st.tuples(RANKS, TIMES), max_size=8))
def test_without_decisions_the_winner_does_not_depend_on_when_a_stronger_claim_came(
    claims: list[tuple[int, int]],
) -> None:
    made = [Claim(f"v{n}", Stamp(f"1:{n}", rank, time, n)) for n, (rank, time) in enumerate(claims)]
    winner = fold(made)
    assert winner is None or (winner.rank, -winner.time) == min((rank, -time) for rank, time in claims)
