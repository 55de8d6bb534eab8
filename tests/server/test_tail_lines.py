"""Records as lines for a person: what stands there, and what has changed."""

import json
from typing import Any

from openprofiles.tailing.lines import LONGEST_LINE, MOST_REMEMBERED, Lines

PROFILE, OTHER = "0" * 31 + "1", "0" * 31 + "2"


def of_profile(event_type: str = "CREATED", profile_id: str = PROFILE, **members: Any) -> dict[str, Any]:
    return {
        "EventTimestamp": "2026-01-02T03:04:05.678Z",
        "EventType": event_type,
        "ObjectTypeName": "_profile",
        "Object": {"ProfileId": profile_id, **members},
    }


def of_object(event_type: str = "CREATED", **members: Any) -> dict[str, Any]:
    whose = {"ObjectTypeName": "crm", "AssociatedProfileId": PROFILE, "ProfileObjectUniqueKey": "a2V5"}
    return of_profile(event_type) | whose | {"Object": members}


def lines(*records: dict[str, Any]) -> list[str]:
    shown = Lines()
    return [shown.line_of(json.dumps(record, ensure_ascii=False).encode()) for record in records]


def changes(*records: dict[str, Any]) -> list[str]:
    """What each line tells behind whose it is."""
    return [line.partition(PROFILE)[2].strip() for line in lines(*records)]


def test_a_line_tells_when_what_happened_to_what_in_which_profile() -> None:
    [line] = lines(of_profile(FirstName="Ann"))
    assert line == f'03:04:05.678Z CREATED _profile {PROFILE} FirstName="Ann"'


def test_an_object_is_in_its_profile() -> None:
    [line] = lines(of_object(id=7, tags=["a", "b"], ok=True))
    assert line == f'03:04:05.678Z CREATED crm {PROFILE} id=7 tags=["a","b"] ok=true'


def test_a_member_of_an_object_may_have_the_name_of_the_profiles_id() -> None:
    assert changes(of_object(ProfileId=7)) == ["ProfileId=7"]


def test_only_what_has_changed_is_shown() -> None:
    before, after = of_profile(FirstName="Ann", LastName="Lee"), of_profile("UPDATED", FirstName="Anna", LastName="Lee")
    assert changes(before, after)[1] == 'FirstName="Anna"'


def test_what_is_gone_has_a_minus_sign() -> None:
    assert changes(of_object(id=1, note="x"), of_object("UPDATED", id=1))[1] == "-note"


def test_members_of_structures_are_shown_one_by_one() -> None:
    before = of_profile(Address={"City": "Rome"}, Attributes={"tier": "gold"}, MailingAddress={})
    after = of_profile("UPDATED", Address={"City": "Oslo"}, Attributes={"tier": "gold"}, MailingAddress={})
    assert changes(before, after) == ['Address.City="Rome" Attributes.tier="gold"', 'Address.City="Oslo"']


def test_the_profile_and_its_objects_are_kept_apart() -> None:
    assert changes(of_profile(id=1), of_object(id=1)) == ["id=1", "id=1"]


def test_a_merge_tells_who_was_absorbed() -> None:
    merged = of_profile("MERGED", FirstName="Ann") | {"DuplicateProfiles": [{"ProfileId": OTHER, "FirstName": "Bob"}]}
    assert changes(of_profile(FirstName="Ann"), merged)[1] == f"absorbed {OTHER}"


def test_a_deleted_profile_is_its_id() -> None:
    assert changes(of_profile(FirstName="Ann"), of_profile("DELETED"))[1] == ""


def test_a_deleted_object_is_its_unique_key() -> None:
    deleted = of_object("DELETED")
    del deleted["Object"]
    assert changes(of_object(id=1), deleted)[1] == "a2V5"


def test_nothing_that_steers_a_terminal_is_shown() -> None:
    [line] = lines(of_profile(FirstName="\x1b[2Jred\x9b31m\u202e"))
    assert line.isprintable()


def test_long_values_and_lines_are_cut() -> None:
    [line] = lines(of_object(**{f"member{number}": "x" * 1000 for number in range(100)}))
    assert (len(line), line[-1]) == (LONGEST_LINE, "…")
    assert f'member0="{"x" * 38}… ' in line


def test_what_was_shown_long_ago_is_forgotten() -> None:
    others = [of_profile(profile_id=f"{number:032}", FirstName="Bob") for number in range(2, MOST_REMEMBERED + 2)]
    told = changes(of_profile(FirstName="Ann"), *others, of_profile(FirstName="Ann"))
    assert told[-1] == 'FirstName="Ann"'
