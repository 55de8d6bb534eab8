import csv
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import compute, parquet

from benchmarks.customers import dirt, formats, other_errors
from benchmarks.customers.__main__ import main
from benchmarks.customers.drawing import generator
from benchmarks.customers.generate import LABEL, make_customers, without_label
from benchmarks.customers.other import make_other
from benchmarks.customers.pools import COUNTRIES
from benchmarks.customers.population import NEVER, make_people, second_children
from benchmarks.customers.rates import RATES, SHIFTED
from benchmarks.customers.systems import FIELDS, SYSTEMS

US, GB, DE = (COUNTRIES.index(code) for code in ("US", "GB", "DE"))


@pytest.fixture(scope="module")
def customers() -> pa.Table:
    return make_customers(20_000, seed=3)


@pytest.fixture(scope="module")
def other() -> pa.Table:
    return make_other(20_000, seed=3)


def text(table: pa.Table, field: str) -> pa.ChunkedArray:
    return compute.utf8_lower(table[field])


def share_of(table: pa.Table, field: str, values: set[str]) -> float:
    """Of the values of the field."""
    known = text(table, field).drop_null()
    return float(compute.mean(compute.is_in(known, pa.array(sorted(values))).cast(pa.float64())).as_py())


def most_persons_of_a_value(table: pa.Table, field: str) -> int:
    holders = table.filter(compute.is_valid(table[field])).group_by([field, LABEL]).aggregate([])
    return int(compute.max(holders[field].value_counts().field("counts")).as_py())


# The table


def test_columns_are_the_fields_of_a_standard_profile_and_the_label(customers: pa.Table) -> None:
    assert customers.column_names == [*FIELDS, LABEL]
    assert {customers.schema.field(field).type for field in FIELDS} == {pa.string()}
    assert without_label(customers).column_names == list(FIELDS)


def test_the_same_seed_and_size_give_the_same_table() -> None:
    assert make_customers(2_000, seed=5).equals(make_customers(2_000, seed=5))


def test_another_seed_gives_other_people() -> None:
    one, two = (set(make_customers(2_000, seed)["EmailAddress"].to_pylist()) for seed in (5, 6))

    assert len(one & two) < 60


def test_another_size_of_the_same_seed_shares_no_people() -> None:
    small, large = (set(make_customers(size, seed=5)["EmailAddress"].to_pylist()) for size in (2_000, 4_000))

    assert len(small & large) < 100


def test_there_are_as_many_records_as_asked_for() -> None:
    assert make_customers(1_234, seed=1).num_rows == 1_234


def test_too_few_records_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 10 records, not 9"):
        make_customers(9, seed=1)


def test_empty_values_are_null_and_never_an_empty_text(customers: pa.Table) -> None:
    assert all("" not in customers[field].to_pylist() for field in FIELDS)


def test_persons_have_few_records_mostly_and_some_have_many(customers: pa.Table) -> None:
    counts = customers[LABEL].value_counts().field("counts").to_numpy()

    assert 0.7 < np.mean(counts == 1) < 0.85
    assert counts.max() >= 10
    assert 0.2 < 1 - len(counts) / customers.num_rows < 0.35  # records that are somebody's second or later


# What is in it


def test_placeholders_stand_for_missing_values(customers: pa.Table) -> None:
    assert 0.005 < share_of(customers, "EmailAddress", {each.lower() for each in dirt.NO_EMAILS}) < 0.03
    assert 0.005 < share_of(customers, "PhoneNumber", {each.lower() for each in dirt.NO_PHONES}) < 0.03
    assert 0.005 < share_of(customers, "BirthDate", {"1900-01-01", "19000101", "01/01/1900"}) < 0.04


def test_many_people_have_the_switchboard_of_their_company(customers: pa.Table) -> None:
    assert most_persons_of_a_value(customers, "BusinessPhoneNumber") > 20


def test_many_people_have_the_shared_mailbox_of_their_company(customers: pa.Table) -> None:
    assert most_persons_of_a_value(customers, "BusinessEmailAddress") > 8


def test_some_records_are_of_companies_and_name_no_person(customers: pa.Table) -> None:
    nobody = compute.and_(compute.is_null(customers["FirstName"]), compute.is_null(customers["LastName"]))
    companies = customers.filter(compute.and_(nobody, compute.is_valid(customers["BusinessName"])))

    assert 0.01 < companies.num_rows / customers.num_rows < 0.04


def test_first_name_and_surname_stand_in_each_others_column_in_some_records(customers: pa.Table) -> None:
    by_person: dict[int, set[tuple[str, str]]] = {}
    for line in customers.to_pylist():
        by_person.setdefault(line[LABEL], set()).add((line["FirstName"] or "", line["LastName"] or ""))
    swapped = [names for names in by_person.values() if any((b, a) in names for a, b in names if a != b)]

    assert len(swapped) > 10


def test_phones_and_dates_have_several_forms(customers: pa.Table) -> None:
    def forms(field: str) -> set[str]:
        return set(compute.replace_substring_regex(customers[field].drop_null(), r"\d", "9").to_pylist())

    assert {"(999) 999-9999", "999-999-9999", "9999999999", "+19999999999", "999.999.9999"} <= {
        form.replace("+9", "+1") for form in forms("PhoneNumber")
    }
    assert {"9999-99-99", "99999999", "99/99/9999", "99.99.9999"} <= forms("BirthDate")


def test_accents_are_lost_in_some_systems_alone(customers: pa.Table) -> None:
    surnames = set(customers["LastName"].to_pylist())

    assert "García" in surnames
    assert "GARCIA" in surnames


def test_common_surnames_are_common_and_most_are_rare(customers: pa.Table) -> None:
    counts = text(customers, "LastName").drop_null().value_counts().field("counts").to_numpy()

    assert 0.003 < counts.max() / counts.sum() < 0.02
    assert np.mean(counts == 1) > 0.4


def test_each_system_lacks_values_of_its_own() -> None:
    held = [system.held for system in SYSTEMS]

    assert all(held.count(shares) == 1 for shares in held)
    assert set().union(*held) <= set(FIELDS)


def test_a_shifted_world_is_dirtier_and_has_more_duplicates(customers: pa.Table) -> None:
    shifted = make_customers(20_000, seed=3, rates=SHIFTED)

    assert len(shifted[LABEL].unique()) < len(customers[LABEL].unique())
    assert shifted["BirthDate"].null_count > customers["BirthDate"].null_count
    placeholders = {each.lower() for each in dirt.NO_EMAILS}
    assert share_of(shifted, "EmailAddress", placeholders) > share_of(customers, "EmailAddress", placeholders)


# The people behind it


def test_families_share_a_surname_and_an_address_and_flat_shares_the_address_alone() -> None:
    people = make_people(generator(1, 5_000), 5_000, RATES)
    heads = people.households.start[people.household]
    others = people.position > 0
    family = others & ~people.households.shared[people.household]

    assert np.mean((people.last == people.last[heads])[family]) > 0.85
    assert np.mean((people.last == people.last[heads])[others & ~family]) < 0.2
    assert np.array_equal(people.home[others], people.home[heads][others])


def test_twins_have_one_birthday_and_two_first_names() -> None:
    all_twins = msgspec.structs.replace(RATES, twins=1.0, same_name_in_family=0.0)
    people = make_people(generator(1, 20_000), 20_000, all_twins)
    twin = second_children(people)

    assert len(twin) > 50
    assert np.array_equal(people.born[twin], people.born[twin - 1])
    assert not any(people.first[twin] == people.first[twin - 1])


def test_a_son_named_after_his_father_is_decades_younger() -> None:
    people = make_people(generator(1, 20_000), 20_000, RATES)
    junior = np.flatnonzero(people.junior)
    parent = people.households.start[people.household[junior]]

    assert len(junior) > 10
    assert np.array_equal(people.first[junior], people.first[parent])
    assert np.min(people.born[junior] - people.born[parent]) > 15 * 365


def test_some_moved_and_some_women_changed_their_surname() -> None:
    people = make_people(generator(1, 20_000), 20_000, RATES)

    assert 0.1 < np.mean(people.moved_at < NEVER) < 0.22
    assert set(people.female[people.married_at < NEVER].tolist()) == {True}
    assert 0.02 < np.mean((people.last_before != "")[people.female & people.adult]) < 0.05


# Dirt and formats


@pytest.mark.parametrize("function", [dirt.typo, dirt.scanned, dirt.misheard, dirt.digit_typo])
def test_a_slip_changes_little_and_never_fails(function) -> None:  # type: ignore[no-untyped-def]
    drawn = [int(each) for each in generator(1, 1).integers(0, 1 << 62, 500)]
    made = [function(value, number) for value in ("Katherine", "Li", "X", "2065550123") for number in drawn]

    assert all(0 < len(text) <= 12 for text in made)
    assert len(set(made)) > 4


def test_a_phone_is_written_as_its_country_and_its_system_do() -> None:
    assert formats.phone("2065550123", US, "mixed", 0) == "(206) 555-0123"
    assert formats.phone("2065550123", US, "international", 1) == "+12065550123"
    assert formats.phone("7700900123", GB, "digits", 0) == "07700900123"


def test_a_birth_date_is_written_as_its_country_and_its_system_do() -> None:
    assert formats.birth_date(1984, 3, 9, "iso", US, 1) == "1984-03-09"
    assert formats.birth_date(1984, 3, 9, "local", US, 1) == "03/09/1984"
    assert formats.birth_date(1984, 3, 9, "local", GB, 1) == "09/03/1984"
    assert formats.birth_date(1984, 3, 9, "local", DE, 1) == "09.03.1984"


# The other world


def test_the_other_world_has_standard_fields_and_the_label(other: pa.Table) -> None:
    assert set(other.column_names) <= {*FIELDS, LABEL}
    assert other.num_rows == 20_000


def test_the_other_world_is_the_same_for_the_same_seed(other: pa.Table) -> None:
    assert make_other(20_000, seed=3).equals(other)


def test_the_other_world_has_other_names_and_no_companies(customers: pa.Table, other: pa.Table) -> None:
    ours, theirs = (set(text(table, "LastName").to_pylist()) for table in (customers, other))

    assert "BusinessName" not in other.column_names
    assert len(ours & theirs) < 0.5 * len(theirs)


def test_brokers_give_their_own_mailbox_for_their_clients(other: pa.Table) -> None:
    assert most_persons_of_a_value(other, "EmailAddress") > 30


def test_records_of_one_person_differ_in_some_values_in_the_other_world(other: pa.Table) -> None:
    known = other.filter(compute.is_valid(other["BirthDate"])).group_by(LABEL)
    counts = known.aggregate([("BirthDate", "count"), ("BirthDate", "count_distinct")])
    several = counts.filter(compute.greater(counts["BirthDate_count"], 1))

    assert 0.05 < compute.mean(compute.greater(several["BirthDate_count_distinct"], 1).cast(pa.float64())).as_py() < 0.3


def test_other_errors_keep_dates_in_their_form() -> None:
    made = {other_errors.other_day("05/11/1970", number) for number in range(200)}

    assert "11/05/1970" in made
    assert all(len(each) == 10 and each.count("/") == 2 for each in made)


# The command


def test_the_command_writes_parquet_and_the_truth_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, labels = tmp_path / "customers.parquet", tmp_path / "truth.csv"

    main(["--records", "300", "--seed", "4", "--out", str(out), "--labels", str(labels)])

    assert parquet.read_table(out).column_names == list(FIELDS)
    assert len(labels.read_text().splitlines()) == 301
    assert capsys.readouterr().out.startswith("300 records of ")


def test_the_command_writes_csv_with_the_truth_in_it(tmp_path: Path) -> None:
    out = tmp_path / "customers.csv"

    main(["--records", "300", "--seed", "4", "--out", str(out), "--world", "other"])

    with out.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [int(line[LABEL]) for line in lines] == make_other(300, seed=4)[LABEL].to_pylist()


def test_the_command_refuses_another_kind_of_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--out", "customers.xlsx"])

    assert "ends neither in .parquet nor in .csv" in capsys.readouterr().err
