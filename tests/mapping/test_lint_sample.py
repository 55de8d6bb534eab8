"""What lint finds where a mapping meets an object."""

import pytest
from hypothesis import given

from openprofiles.demo.object_types import OBJECT_TYPES
from openprofiles.demo.sample import make_sample
from openprofiles.errors import BadRequestException
from openprofiles.mapping.lint import lint_sample
from openprofiles.mapping.lint.findings import OF_A_SAMPLE, SEVERITIES, WARNING
from openprofiles.mapping.parsing import parse_object
from tests.api.mappings import Definition
from tests.mapping.lint_samples import FIRES, MISSES, Sample
from tests.mapping.linted import allowed, found_in
from tests.mapping.test_any_definition import OBJECTS, accepted, definitions


@pytest.mark.parametrize(("code", "where", "words", "wire", "sample"), FIRES.values(), ids=FIRES)
def test_lint_finds(code: str, where: str | None, words: str, wire: Definition, sample: Sample) -> None:
    [one] = found_in(code, wire, sample)

    assert one.where == where
    assert words in one.message
    assert one.severity == SEVERITIES[code]


@pytest.mark.parametrize(("code", "wire", "sample"), MISSES.values(), ids=MISSES)
def test_lint_does_not_find(code: str, wire: Definition, sample: Sample) -> None:
    assert found_in(code, wire, sample) == []


def test_every_rule_has_a_case_that_fires_and_one_that_comes_near() -> None:
    assert {code for code, *_ in FIRES.values()} == set(OF_A_SAMPLE)
    assert {code for code, *_ in MISSES.values()} == set(OF_A_SAMPLE)


@given(definitions(), OBJECTS)
def test_lint_says_the_same_of_any_object(wire: Definition, value: Sample) -> None:
    document = accepted(wire)
    findings = lint_sample(document, value)

    assert lint_sample(document, value) == findings
    assert {one.where for one in findings} <= {None, *wire["Fields"], *wire["Keys"]}


def test_in_the_demo_only_the_dirt_is_a_warning() -> None:
    """Broken lines are refused; people write `n/a` and 000 for a phone number that they do not give."""
    warned: set[tuple[str, str | None]] = set()
    for line in make_sample(600).lines:
        try:
            parsed = parse_object(line.text)
        except BadRequestException:
            continue
        found = lint_sample(allowed(OBJECT_TYPES[line.object_type]), parsed)
        warned |= {(one.code, one.where) for one in found if one.severity == WARNING and not line.fault}

    assert warned == {("UnreadableValue", "mobile"), ("UnreadableValue", "phone"), ("PlaceholderValue", "phone")}
