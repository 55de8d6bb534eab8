"""What hypothesis draws: documents, edits, keys and picks that refer to whatever exists at that moment."""

import hypothesis.strategies as st

from .catalogue import FIELD_VALUES, HAND_KEYS, MANUAL_VALUES, OPTIONAL_FIELD_VALUES, PROBES, VARIANTS

type_names = st.sampled_from(sorted(VARIANTS))
priorities = st.sampled_from([None, None, 1, 2])
# Which of the profiles, objects or types that exist: the number is taken modulo how many there are.
picks = st.integers(min_value=0, max_value=11)
documents = st.fixed_dictionaries(
    {name: st.sampled_from(values) for name, values in FIELD_VALUES.items()},
    optional={name: st.sampled_from(values) for name, values in OPTIONAL_FIELD_VALUES.items()},
)
manual_fields = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in MANUAL_VALUES.items()}
)
hand_keys = st.sampled_from(sorted(HAND_KEYS)).flatmap(
    lambda name: st.tuples(st.just(name), st.lists(st.sampled_from(HAND_KEYS[name]), min_size=1, unique=True))
)
probe_keys = st.sampled_from(sorted(PROBES)).flatmap(
    lambda name: st.tuples(st.just(name), st.lists(st.sampled_from(PROBES[name]), min_size=1, unique=True))
)
MERGE_ENTRIES = ["FirstName", "LastName", "EmailAddress", "PhoneNumber", "AccountNumber", "Address", "Attributes.tier"]
merge_sources = st.dictionaries(st.sampled_from(MERGE_ENTRIES), st.integers(0, 2), max_size=3)
# The profiles of a merge, the main one first. Neighbours, so that they are different ones where there are enough.
groups = st.tuples(picks, st.permutations(range(3)), st.integers(2, 3)).map(
    lambda drawn: [drawn[0] + number for number in drawn[1] if number < drawn[2]]
)
