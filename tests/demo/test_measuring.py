"""Profiles against people, on a case small enough to count by hand."""

import msgspec

from openprofiles.demo.measuring import measure
from openprofiles.demo.people import Person, make_people
from openprofiles.demo.sample import TODAY

A, B, C, D, E = (("order", name) for name in "abcde")


def people_of_households(*households: int) -> list[Person]:
    made = make_people(len(households), seed=1, today=TODAY)
    return [msgspec.structs.replace(one, household=home) for one, home in zip(made, households, strict=True)]


def test_one_profile_for_each_person_is_perfect() -> None:
    fit = measure({A: "p", B: "p", C: "q"}, {A: 0, B: 0, C: 1}, people_of_households(0, 1))

    assert (fit.people, fit.profiles, fit.one_profile, fit.mixed) == (2, 2, 2, 0)
    assert (fit.precision, fit.recall) == (1, 1)


def test_a_person_in_two_profiles_costs_recall() -> None:
    fit = measure({A: "p", B: "p", C: "q"}, {A: 0, B: 0, C: 0}, people_of_households(0))

    assert (fit.profiles, fit.one_profile, fit.mixed) == (2, 0, 0)
    assert (fit.precision, fit.recall) == (1, 1 / 3)


def test_two_people_in_a_profile_cost_precision() -> None:
    fit = measure({A: "p", B: "p", C: "p"}, {A: 0, B: 0, C: 1}, people_of_households(0, 1))

    assert (fit.one_profile, fit.mixed, fit.mixed_households) == (2, 1, 0)
    assert (fit.precision, fit.recall) == (1 / 3, 1)


def test_a_profile_that_mixes_one_household_is_told_apart() -> None:
    fit = measure({A: "p", B: "p", C: "q", D: "q"}, {A: 0, B: 1, C: 2, D: 3}, people_of_households(5, 5, 6, 7))

    assert (fit.mixed, fit.mixed_households) == (2, 1)


def test_an_object_in_no_profile_costs_recall() -> None:
    fit = measure({A: "p", B: "p"}, {A: 0, B: 0, E: 0}, people_of_households(0))

    assert (fit.precision, fit.recall) == (1, 1 / 3)
    assert fit.one_profile == 0
