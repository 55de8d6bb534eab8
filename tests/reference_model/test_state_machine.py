"""Random histories of calls: after each, the server's answers are those of the reference model."""

import json
import os
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from .catalogue import ANCHOR, VARIANTS
from .model import ObjectId
from .server_and_model import KEYS_IN_A_SEARCH, Document, Pairs, ServerAndModel, fails_with
from .strategies import (
    documents,
    groups,
    hand_keys,
    manual_fields,
    merge_sources,
    picks,
    priorities,
    probe_keys,
    type_names,
)

EXAMPLES = int(os.environ.get("OPENPROFILES_TEST_EXAMPLES", "60"))
STEPS = 25

some_profile = precondition(lambda self: self.model.profiles)
some_profiles = precondition(lambda self: len(self.model.profiles) > 1)
some_object = precondition(lambda self: self.stored())
some_type = precondition(lambda self: len(self.model.types) > 1)


class ServerAgainstModel(RuleBasedStateMachine):
    """Profiles, objects and types are picked from those that exist at that moment."""

    def __init__(self, client: Any) -> None:
        super().__init__()
        self.both = ServerAndModel(client)
        self.model = self.both.model

    def teardown(self) -> None:
        self.both.close()

    def live(self, pick: int) -> int:
        numbers = sorted(self.model.profiles)
        return numbers[pick % len(numbers)]

    def stored(self) -> list[tuple[int, ObjectId]]:
        return [(number, of) for number, profile in self.model.profiles.items() for of in sorted(profile.objects)]

    def stored_object(self, pick: int) -> tuple[int, ObjectId]:
        stored = self.stored()
        return stored[pick % len(stored)]

    # Object types

    @initialize(chosen=st.fixed_dictionaries(dict.fromkeys(VARIANTS, priorities)))
    def types_exist(self, chosen: dict[str, int | None]) -> None:
        self.both.put_type("Anchor", ANCHOR)
        for name, priority in chosen.items():
            self.put_type(name, 0, priority)

    @rule(name=type_names, variant=st.integers(0, 1), priority=priorities)
    def put_type(self, name: str, variant: int, priority: int | None) -> None:
        definition = VARIANTS[name][variant % len(VARIANTS[name])]
        self.both.put_type(name, definition if priority is None else definition | {"SourcePriority": priority})

    @rule(name=type_names, comes_back=st.sampled_from([True, True, False]))
    def delete_type(self, name: str, comes_back: bool) -> None:
        existed = name in self.model.types
        self.both.delete_type(name)
        if existed and comes_back:
            self.put_type(name, 0, None)

    # Objects

    @rule(name=type_names, document=documents)
    def put_object(self, name: str, document: Document) -> None:
        self.both.put_object(name, document)

    @some_type
    @rule(pick=picks, batch=st.lists(documents, min_size=2, max_size=4, unique_by=lambda document: document["id"]))
    def put_batch(self, pick: int, batch: list[Document]) -> None:
        names = sorted(self.model.types.keys() & VARIANTS.keys())
        self.both.put_batch(names[pick % len(names)], batch)

    @some_object
    @rule(pick=picks, document=documents)
    def put_object_again(self, pick: int, document: Document) -> None:
        """Another version of a stored object, which may belong to another customer now."""
        self.put_again(*self.stored_object(pick), document)

    def put_again(self, profile: int, of: ObjectId, document: Document) -> None:
        former = json.loads(self.model.profiles[profile].objects[of])
        kept = {member: former[member] for member in ("id", "branch") if member in former}
        self.both.put_object(of[0], document | kept)

    @some_object
    @rule(pick=picks, variant=st.integers(0, 1), priority=priorities, document=documents)
    def put_object_again_with_another_priority(
        self, pick: int, variant: int, priority: int | None, document: Document
    ) -> None:
        profile, of = self.stored_object(pick)
        self.put_type(of[0], variant, priority)
        self.put_again(profile, of, document)

    @some_object
    @rule(pick=picks)
    def delete_object(self, pick: int) -> None:
        self.both.delete_object(*self.stored_object(pick))

    # Profiles

    @rule(fields=manual_fields)
    def create_profile(self, fields: dict[str, str]) -> None:
        self.both.create_profile({name: value for name, value in fields.items() if value})

    @some_profile
    @rule(pick=picks, fields=manual_fields)
    def update_profile(self, pick: int, fields: dict[str, str]) -> None:
        self.both.update_profile(self.live(pick), fields)

    @some_profile
    @rule(pick=picks)
    def delete_profile(self, pick: int) -> None:
        self.both.delete_profile(self.live(pick))

    @some_profile
    @rule(pick=picks, key=hand_keys)
    def add_key(self, pick: int, key: tuple[str, list[str]]) -> None:
        self.both.add_key(self.live(pick), *key)

    @some_profile
    @rule(pick=picks, key=hand_keys)
    def delete_key(self, pick: int, key: tuple[str, list[str]]) -> None:
        self.both.delete_key(self.live(pick), *key)

    @precondition(lambda self: self.both.removed)
    @rule(pick=picks)
    def update_a_profile_that_is_gone(self, pick: int) -> None:
        gone = self.both.removed[pick % len(self.both.removed)]
        with fails_with("ResourceNotFoundException"):
            self.both.client.update_profile(DomainName=self.both.domain, ProfileId=gone, FirstName="Ann")

    # Merging

    @some_profiles
    @rule(group=groups, chosen=merge_sources)
    def merge(self, group: list[int], chosen: dict[str, int]) -> None:
        profiles = self.group(group)
        self.both.merge(profiles, {entry: profiles[n % len(profiles)] for entry, n in chosen.items()})

    def group(self, group: list[int]) -> list[int]:
        """Two or three different profiles, the main one first."""
        return list(dict.fromkeys(self.live(number) for number in group))

    @some_profiles
    @rule(group=groups, chosen=merge_sources, pick=picks, document=documents)
    def merge_and_put_an_object_again(
        self, group: list[int], chosen: dict[str, int], pick: int, document: Document
    ) -> None:
        """A merge decision is up against a new version of what it decided on."""
        self.merge(group, chosen)
        if self.stored():
            self.put_again(*self.stored_object(pick), document)

    @some_object
    @some_profiles
    @rule(pick=picks, other=picks, type_goes=st.booleans())
    def delete_an_object_and_merge_its_profile(self, pick: int, other: int, type_goes: bool) -> None:
        """What an object left behind moves with its profile, and goes with its type."""
        profile, of = self.stored_object(pick)
        self.both.delete_object(profile, of)
        main = self.live(other)
        if main != profile:
            self.both.merge([main, profile], {})
        if type_goes:
            self.delete_type(of[0], comes_back=True)

    # Reading

    @rule(
        pairs=st.lists(probe_keys, min_size=1, max_size=KEYS_IN_A_SEARCH, unique_by=lambda pair: pair[0]),
        operator=st.sampled_from(["AND", "OR"]),
    )
    def search(self, pairs: Pairs, operator: str) -> None:
        self.both.compare_search(pairs, operator)

    @some_profile
    @rule(pick=picks, pair=probe_keys)
    def search_by_profile_id(self, pick: int, pair: tuple[str, list[str]]) -> None:
        by_id = ("_profileId", [self.model.ids[self.live(pick)]])
        self.both.compare_search([by_id, pair], "AND")
        self.both.compare_search([pair, by_id], "OR")

    @some_object
    @rule(pick=picks)
    def find_an_object_by_its_unique_key(self, pick: int) -> None:
        self.both.compare_filter(*self.stored_object(pick))

    @invariant()
    def all_answers_are_those_of_the_model(self) -> None:
        self.both.compare_records()
        self.both.compare_search_by_every_key()
        self.both.compare_stats()


def test_the_server_answers_as_the_reference_model_after_any_history_of_calls(client: Any) -> None:
    class Machine(ServerAgainstModel):
        def __init__(self) -> None:
            super().__init__(client)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=False,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
