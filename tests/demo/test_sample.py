"""The sample: the same from the same seed, of the told size, broken exactly where it says so."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from openprofiles.demo import dirt
from openprofiles.demo.dirt import FAULTS
from openprofiles.demo.object_types import OBJECT_TYPES, UNIQUE_KEYS
from openprofiles.demo.sample import Line, Sample, make_sample, write_files

DIGEST = """
import hashlib
from openprofiles.demo.sample import make_sample
print(hashlib.sha256("\\n".join(line.text for line in make_sample(300, seed=5).lines).encode()).hexdigest())
"""


def at_path(document: Any, source: str) -> str:
    """The value of a plain accessor, as text; empty where there is none."""
    for name in source.removeprefix("_source.").split("."):
        document = document.get(name, "") if isinstance(document, dict) else ""
    return str(document)


def key_values(line: Line, identifier: str) -> list[str]:
    """The values of the object's keys that carry the identifier; a phone without digits is an empty value."""
    definition = OBJECT_TYPES[line.object_type]
    document = json.loads(line.text)
    fields = [
        definition["Fields"][name]
        for entries in definition["Keys"].values()
        for entry in entries
        if identifier in entry["StandardIdentifiers"]
        for name in entry["FieldNames"]
    ]
    values = [(field["ContentType"], at_path(document, field["Source"]).strip()) for field in fields]
    return [value for content, value in values if content != "PHONE_NUMBER" or any(map(str.isdigit, value))]


def broken(sample: Sample, fault: str) -> list[Line]:
    return [line for line in sample.lines if line.fault == fault]


def depth(text: str) -> int:
    levels = deepest = 0
    for letter in text:
        levels += (letter in "{[") - (letter in "}]")
        deepest = max(deepest, levels)
    return deepest


def test_about_a_thousand_people_and_six_thousand_objects(sample: Sample) -> None:
    assert len(sample.people) == 1000
    assert 5_700 <= len(sample.lines) <= 6_500


@pytest.mark.parametrize("objects", [300, 1_200])
def test_the_size_follows_the_number_of_objects_asked_for(objects: int) -> None:
    assert 0.75 * objects <= len(make_sample(objects).lines) <= 1.35 * objects


def test_the_same_seed_gives_the_same_bytes_in_every_process() -> None:
    here = hashlib.sha256("\n".join(line.text for line in make_sample(300, seed=5).lines).encode()).hexdigest()
    environment = os.environ | {"PYTHONHASHSEED": "1234"}

    there = subprocess.run([sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True)

    assert there.stdout.strip() == here


def test_another_seed_gives_other_lines() -> None:
    assert make_sample(300, seed=1).lines != make_sample(300, seed=2).lines


def test_every_system_sends_its_share(sample: Sample) -> None:
    shares = Counter(line.object_type for line in sample.lines)

    assert list(dict.fromkeys(line.object_type for line in sample.lines)) == list(OBJECT_TYPES)
    assert min(shares.values()) > 600


def test_each_fault_occurs_as_often_as_its_table_says(sample: Sample) -> None:
    told = Counter((line.fault, line.object_type) for line in sample.lines if line.fault)

    assert told == {(fault, object_type): count for fault, object_type, count, _ in FAULTS}


def test_good_lines_are_objects_with_an_id_and_a_key_of_a_customer(sample: Sample) -> None:
    for line in broken(sample, ""):
        assert key_values(line, "UNIQUE") == [line.key]
        assert any(key_values(line, "PROFILE")), line.text


def test_lines_that_are_not_json_are_not(sample: Sample) -> None:
    for line in broken(sample, dirt.NOT_JSON):
        with pytest.raises(ValueError, match=r"delimiter|Expecting|Unterminated"):
            json.loads(line.text)


def test_lines_that_are_no_object_are_lists(sample: Sample) -> None:
    assert all(isinstance(json.loads(line.text), list) for line in broken(sample, dirt.NOT_AN_OBJECT))


def test_lines_without_an_id_have_a_customer_all_the_same(sample: Sample) -> None:
    for line in broken(sample, dirt.NO_ID):
        assert not any(key_values(line, "UNIQUE"))
        assert any(key_values(line, "PROFILE"))


def test_lines_that_name_no_customer_have_an_id_all_the_same(sample: Sample) -> None:
    for line in broken(sample, dirt.NO_CUSTOMER_KEY):
        assert any(key_values(line, "UNIQUE"))
        assert not any(key_values(line, "PROFILE"))


def test_too_deep_lines_are_deeper_than_the_service_takes_and_all_others_are_not(sample: Sample) -> None:
    assert all(depth(line.text) > 512 for line in broken(sample, dirt.TOO_DEEP))
    assert max(depth(line.text) for line in sample.lines if line.fault != dirt.TOO_DEEP) < 10


def test_an_object_belongs_to_one_person_though_it_may_be_sent_twice(sample: Sample) -> None:
    owners = {(line.object_type, line.key, line.person) for line in sample.lines if not line.fault}

    assert len(owners) == len(sample.people_by_key())
    assert sum(not line.fault for line in sample.lines) - len(owners) > 100


def test_the_truth_names_everybody_and_nobody_else(sample: Sample) -> None:
    assert set(sample.people_by_key().values()) == {person.number for person in sample.people}
    assert {line.person for line in sample.lines if line.fault} == {-1}


def test_objects_come_only_from_systems_that_know_the_person(sample: Sample) -> None:
    systems = dict(zip(OBJECT_TYPES, ("crm", "shop", "support", "contact-centre"), strict=True))

    for line in broken(sample, ""):
        assert systems[line.object_type] in sample.people[line.person].systems


def test_files_hold_the_lines_the_definitions_and_the_truth(tmp_path: Path) -> None:
    sample = write_files(tmp_path / "new", objects=300)

    truth = [json.loads(text) for text in (tmp_path / "new/truth.ndjson").read_text().splitlines()]
    for object_type in UNIQUE_KEYS:
        texts = (tmp_path / f"new/{object_type}.ndjson").read_text().split("\n")[:-1]
        assert texts == [line.text for line in sample.of_type(object_type)]
        assert json.loads((tmp_path / f"new/{object_type}.json").read_text()) == OBJECT_TYPES[object_type]
        mine = [entry for entry in truth if entry["type"] == object_type]
        assert [entry["line"] for entry in mine] == list(range(1, len(texts) + 1))
        assert [entry["person"] for entry in mine] == [line.person for line in sample.of_type(object_type)]
