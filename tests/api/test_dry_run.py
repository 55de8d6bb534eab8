"""`POST /-/domains/…/dry-run`: what an object would do. Nothing is stored."""

from typing import Any

import pytest

from tests.server.process import RunningServer

from .calls import DomainApi, compact
from .extensions import Extensions
from .mappings import Definition, orders, system


class DryRun:
    """The dry runs of one domain."""

    def __init__(self, server: RunningServer, api: DomainApi) -> None:
        self.api = api
        self.extensions = Extensions(server, api)

    def of(self, object_type: str, value: object, mapping: Definition | None = None) -> dict[str, Any]:
        members: dict[str, Any] = {"ObjectTypeName": object_type}
        members["Object"] = value if isinstance(value, str) else compact(value)
        if mapping is not None:
            members["Mapping"] = {name: value for name, value in mapping.items() if name != "Description"}
        return self.extensions.post("/dry-run", **members)

    def state(self) -> Any:
        """What the domain shows of itself."""
        types = self.api.client.list_profile_object_types(DomainName=self.api.domain)["Items"]
        letters = self.extensions.get("/dead-letters")["Items"]
        return self.api.stats(), types, letters, self.api.search("customer", "ann")


@pytest.fixture
def dry(server: RunningServer, api: DomainApi) -> DryRun:
    """The dry runs of a fresh domain with two systems, `crm` and `web`."""
    api.define("crm", system("crm"))
    api.define("web", system("web", SourcePriority=3))
    return DryRun(server, api)


ANN = {"id": "1", "customer": "ann", "first": "Ann"}


def test_an_object_that_nobody_knows_would_make_a_profile(dry: DryRun) -> None:
    told = dry.of("crm", ANN)
    assert told["Outcome"] == "CREATES_PROFILE"
    assert "ProfileId" not in told
    assert told["Changes"] == {"FirstName": {"After": "Ann"}}
    assert {(key["KeyName"], key["Value"]) for key in told["AddedKeys"]} == {
        ("crmId", "1"),
        ("customer", "ann"),
        ("_fullName", "ann"),
    }


def test_the_outcome_is_what_then_comes_of_the_put(dry: DryRun) -> None:
    told = dry.of("crm", ANN)
    assert told["ProfileObjectUniqueKey"] == dry.api.put("crm", ANN)
    assert told["Outcome"] == "CREATES_PROFILE"
    ann = dry.api.one("customer", "ann")
    assert dry.of("crm", {**ANN, "last": "Lee"})["ProfileId"] == ann["ProfileId"]


def test_nothing_is_stored(dry: DryRun) -> None:
    before = dry.state()
    dry.of("crm", ANN)
    dry.of("lead", ANN, system("lead"))
    dry.of("crm", ANN, system("crm", AllowProfileCreation=False))
    assert dry.state() == before


def test_nothing_of_a_profile_changes(dry: DryRun) -> None:
    dry.api.put("crm", ANN)
    before = dry.api.one("customer", "ann"), dry.state()
    dry.of("web", {"id": "1", "customer": "ann", "first": "Anna"})
    assert (dry.api.one("customer", "ann"), dry.state()) == before


def test_puts_beside_a_dry_run_are_stored(dry: DryRun) -> None:
    for number in range(5):
        dry.of("crm", {"id": f"x{number}", "customer": "nobody"})
        dry.api.put("crm", {"id": str(number), "customer": "ann"})
    assert dry.api.stats()["ObjectCount"] == 5


def test_each_field_shows_what_its_source_gives(dry: DryRun) -> None:
    told = dry.of("crm", {**ANN, "city": "", "tier": 3})
    assert told["Values"] == {"id": "1", "customer": "ann", "first": "Ann", "tier": 3}


def test_the_reason_names_the_key_that_decides(dry: DryRun) -> None:
    dry.api.put("crm", ANN)
    told = dry.of("web", {"id": "7", "customer": "ann"})
    assert told["Outcome"] == "UPDATES_PROFILE"
    assert "customer" in told["Reason"]
    [key] = [key for key in told["Keys"] if key["KeyName"] == "customer"]
    assert (key["Verdict"], key["ProfileIds"]) == ("DECIDES", [dry.api.one("customer", "ann")["ProfileId"]])
    assert key["StandardIdentifiers"] == ["PROFILE"]


def test_a_key_of_several_profiles_is_ambiguous(dry: DryRun) -> None:
    for _ in range(2):
        dry.api.add_key(dry.api.create(FirstName="Ann"), "customer", "ann")
    told = dry.of("crm", ANN)
    [key] = [key for key in told["Keys"] if key["KeyName"] == "customer"]
    assert (told["Outcome"], key["Verdict"], len(key["ProfileIds"])) == ("CREATES_PROFILE", "AMBIGUOUS", 2)


def test_a_key_that_finds_no_profiles_says_so(dry: DryRun) -> None:
    verdicts = {key["KeyName"]: key["Verdict"] for key in dry.of("crm", ANN)["Keys"]}
    assert verdicts == {"customer": "NO_PROFILE", "crmId": "NO_PROFILE_KEY"}


def test_a_value_that_would_not_win_is_overruled_by_what_wins(dry: DryRun) -> None:
    dry.api.put("web", {"id": "1", "customer": "ann", "first": "Anna"})
    told = dry.of("crm", ANN)
    assert told["Changes"] == {}
    winner = told["Overruled"]["FirstName"]
    assert (winner["Value"], winner["Source"], winner["SourcePriority"]) == ("Anna", "web", 3)


def test_a_change_shows_both_sides(dry: DryRun) -> None:
    dry.api.put("crm", ANN)
    assert dry.of("crm", {**ANN, "first": "Anna"})["Changes"] == {"FirstName": {"Before": "Ann", "After": "Anna"}}


def test_an_object_that_is_put_again_replaces_itself(dry: DryRun) -> None:
    dry.api.put("crm", {**ANN, "customer": "ann"})
    told = dry.of("crm", {**ANN, "customer": "anna"})
    assert told["ReplacesObject"]
    assert [(key["KeyName"], key["Value"]) for key in told["RemovedKeys"]] == [("customer", "ann")]
    assert [(key["KeyName"], key["Value"]) for key in told["AddedKeys"]] == [("customer", "anna")]


def test_an_object_that_moves_names_the_profile_that_it_leaves(dry: DryRun) -> None:
    dry.api.put("crm", ANN)
    dry.api.put("web", {"id": "1", "customer": "bob"})
    ann, bob = (dry.api.one("customer", name)["ProfileId"] for name in ("ann", "bob"))
    told = dry.of("crm", {**ANN, "customer": "bob"})
    assert (told["ProfileId"], told["LeavesProfileId"]) == (bob, ann)


def test_standard_objects_show_as_they_would_be(dry: DryRun) -> None:
    dry.api.define("order", orders())
    told = dry.of("order", {"email": "ann@example.com", "order": "7", "total": "12"})
    order = told["StandardObjects"]["_order"]
    assert (order["Name"], order["TotalPrice"]) == ("7", "12")


def test_objects_that_would_go_for_it_are_counted(dry: DryRun) -> None:
    dry.api.define("visit", system("visit", MaxProfileObjectCount=1))
    dry.api.put("visit", ANN)
    assert dry.of("visit", {**ANN, "id": "2"})["Evicted"] == 1
    assert dry.of("visit", ANN)["Evicted"] == 0


# --- drafts


def test_a_draft_of_a_mapping_is_tried_before_it_is_put(dry: DryRun) -> None:
    told = dry.of("lead", ANN, system("lead"))
    assert (told["Outcome"], told["Changes"]) == ("CREATES_PROFILE", {"FirstName": {"After": "Ann"}})


def test_a_draft_stands_for_the_type_that_the_domain_has(dry: DryRun) -> None:
    draft = system("crm")
    draft["Fields"]["first"]["Target"] = "_profile.BusinessName"
    dry.api.put("crm", ANN)
    told = dry.of("crm", ANN, draft)
    assert told["ReplacesObject"]
    assert told["Changes"]["BusinessName"] == {"After": "Ann"}


def test_a_draft_that_could_not_be_put_is_refused_as_the_put_would_be(dry: DryRun) -> None:
    members = {"ObjectTypeName": "lead", "Object": compact(ANN), "Mapping": {"Fields": {}, "Keys": {}}}
    status, told = dry.extensions.ask("POST", "/dry-run", members)
    assert (status, told["Message"]) == (400, "Object type lead needs Fields and Keys, or a TemplateId.")


# --- lint


def test_a_dry_run_tells_what_hurts_in_the_mapping_and_in_the_object(dry: DryRun) -> None:
    draft = system("lead")
    draft["Fields"]["phone"] = {"Source": "_source.phone", "Target": "_profile.PhoneNumber"}
    codes = {(one["Code"], one.get("Where")) for one in dry.of("lead", {**ANN, "customer": "n/a"}, draft)["Findings"]}
    assert {("WrongContentType", "phone"), ("PlaceholderValue", "customer")} <= codes


def test_a_type_of_the_domain_is_linted(dry: DryRun) -> None:
    [finding] = [
        one
        for one in dry.extensions.post("/lint", ObjectTypeName="crm")["Findings"]
        if one["Code"] == "WrongContentType"
    ]
    assert (finding["Severity"], finding["Where"]) == ("warning", "email")
    assert "EMAIL_ADDRESS" in finding["Message"]


def test_a_draft_is_linted_and_not_stored(dry: DryRun) -> None:
    before = dry.state()
    draft = {name: value for name, value in system("lead").items() if name != "Description"}
    del draft["AllowProfileCreation"]
    codes = [one["Code"] for one in dry.extensions.post("/lint", ObjectTypeName="lead", Mapping=draft)["Findings"]]
    assert "NoProfileCreation" in codes
    assert dry.state() == before


def test_an_object_that_can_not_be_read_is_a_finding(dry: DryRun) -> None:
    findings = dry.extensions.post("/lint", ObjectTypeName="crm", Object="[1]")["Findings"]
    assert "ObjectRefused" in [one["Code"] for one in findings]


def test_a_long_value_is_shown_shortened(dry: DryRun) -> None:
    shown = dry.of("crm", {**ANN, "note": "x", "first": "y" * 2000})["Values"]["first"]
    assert (len(shown), shown[-1]) == (1001, "…")


# --- what comes to nothing


def test_an_object_without_a_profile_would_be_a_dead_letter(dry: DryRun) -> None:
    told = dry.of("crm", ANN, system("crm", AllowProfileCreation=False))
    assert (told["Outcome"], told["Code"]) == ("DEAD_LETTER", "NoMatchingProfile")
    assert "does not allow profile creation" in told["Reason"]
    assert "Changes" not in told


def test_an_object_without_a_unique_key_would_be_refused(dry: DryRun) -> None:
    told = dry.of("crm", {"customer": "ann", "first": "Ann"})
    assert (told["Outcome"], told["Code"]) == ("REFUSED", "BadRequestException")
    assert told["Reason"] == "Every field of the UNIQUE key crmId is empty."
    assert told["Values"] == {"customer": "ann", "first": "Ann"}


def test_what_is_no_object_would_be_refused(dry: DryRun) -> None:
    assert dry.of("crm", "[1]")["Outcome"] == "REFUSED"


def test_an_unknown_type_is_not_found(dry: DryRun) -> None:
    status, _ = dry.extensions.ask("POST", "/dry-run", {"ObjectTypeName": "none", "Object": "{}"})
    assert status == 404


def test_a_standard_object_type_is_refused(dry: DryRun) -> None:
    status, _ = dry.extensions.ask("POST", "/dry-run", {"ObjectTypeName": "_order", "Object": "{}"})
    assert status == 400
