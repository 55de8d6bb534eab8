"""The worked examples of the documentation.

Source: Examples of object type mappings; Profile matching and inferred profiles in Customer Profiles.
"""

from typing import Any

from .calls import DomainApi, refused
from .mappings import definition, email, key, products, text, tickets, typed

ANN = "ann@example.com"


def accounts() -> dict[str, Any]:
    fields = {
        "account": typed("NUMBER", "account", "_profile.AccountNumber"),
        "email": email("email", "_profile.EmailAddress"),
        "name": typed("NAME", "name", "_profile.Attributes.name"),
    }
    keys = {"_account": key("account", "PROFILE", "UNIQUE"), "_email": key("email"), "_fullName": key("name")}
    return definition(fields, keys)


def test_a_an_account_is_found_by_number_email_and_name(api: DomainApi) -> None:
    api.define("accounts", accounts())
    api.put("accounts", {"account": 1234, "email": "JohnDoe@Example.com", "name": "John Doe"})
    found = api.ids("_account", "1234")
    assert len(found) == 1
    assert found == api.ids("_email", "johndoe@example.com") == api.ids("_fullName", "JOHN  doe")


def test_a_a_second_object_of_the_account_replaces_the_first(api: DomainApi) -> None:
    api.define("accounts", accounts())
    api.put("accounts", {"account": 1234, "email": "john@example.com", "name": "John Doe"})
    api.put("accounts", {"account": 1234, "email": "john@example.org", "name": "John Doe"})
    profile = api.one("_account", "1234")
    assert profile["EmailAddress"] == "john@example.org"
    assert [value["email"] for value in api.objects(profile["ProfileId"], "accounts")] == ["john@example.org"]


def tickets_by_email() -> dict[str, Any]:
    """The documented ticket mapping, made legal.

    The documented one has no PROFILE key without LOOKUP_ONLY and NEW_ONLY, which a later rule asks for. So
    `uniqueTicket` is PROFILE here too: it can match the same ticket only.
    """
    fields = {"email": email("email"), "timestamp": text("timestamp")}
    keys = {
        "_email": key("email", "PROFILE", "LOOKUP_ONLY"),
        "ticketEmail": key("email", "PROFILE", "SECONDARY", "NEW_ONLY"),
        "uniqueTicket": key(("email", "timestamp"), "PROFILE", "UNIQUE"),
    }
    return definition(fields, keys)


def put_ticket(api: DomainApi, time: str) -> str:
    """The id of the profile that the ticket went to."""
    api.put("tickets", {"email": ANN, "timestamp": time})
    return str(api.one("uniqueTicket", f"{ANN} {time}")["ProfileId"])


def test_b_a_ticket_goes_to_the_one_profile_with_its_email(api: DomainApi) -> None:
    api.define("tickets", tickets_by_email())
    profile_id = api.create(EmailAddress=ANN)
    assert put_ticket(api, "t1") == profile_id


def test_b_a_ticket_from_a_stranger_makes_a_profile_with_the_email_only(api: DomainApi) -> None:
    api.define("tickets", tickets_by_email())
    profile_id = put_ticket(api, "t1")
    assert api.profile(profile_id) == {"ProfileId": profile_id, "EmailAddress": ANN}


def test_b_a_ticket_whose_email_several_have_makes_a_profile(api: DomainApi) -> None:
    api.define("tickets", tickets_by_email())
    several = [api.create(EmailAddress=ANN) for _ in range(2)]
    assert put_ticket(api, "t1") not in several


def test_b_later_tickets_reach_the_inferred_profile(api: DomainApi) -> None:
    api.define("tickets", tickets_by_email())
    for _ in range(2):
        api.create(EmailAddress=ANN)
    first = put_ticket(api, "t1")
    assert put_ticket(api, "t2") == put_ticket(api, "t3") == first


def test_c_the_smallest_mapping_leaves_the_profile_empty(api: DomainApi) -> None:
    api.define("people", definition({"id": text("id")}, {"personId": key("id", "PROFILE", "UNIQUE")}))
    value = {"id": "1", "name": "Ann", "address": {"city": "Rome"}}
    api.put("people", value)
    profile = api.one("personId", "1")
    assert profile == {"ProfileId": profile["ProfileId"]}
    assert api.objects(profile["ProfileId"], "people") == [value]


def test_d_a_registered_product_is_an_asset(api: DomainApi) -> None:
    api.define("products", products())
    api.put("products", {"email": ANN, "serial": "S1", "name": "Kettle", "price": 30})
    [asset] = api.objects(api.one("_email", ANN)["ProfileId"], "_asset")
    del asset["AssetId"]
    assert asset == {"SerialNumber": "S1", "AssetName": "Kettle", "Price": "30"}


def test_d_the_same_serial_number_updates_the_asset(api: DomainApi) -> None:
    api.define("products", products())
    api.put("products", {"email": ANN, "serial": "S1", "name": "Kettle", "price": 30})
    profile_id = api.one("_email", ANN)["ProfileId"]
    [before] = api.objects(profile_id, "_asset")
    api.put("products", {"email": ANN, "serial": "S1", "price": 25})
    assert api.objects(profile_id, "_asset") == [{**before, "Price": "25"}]
    assert len(api.objects(profile_id, "products")) == 1


def test_e_a_service_ticket_is_a_case_of_the_customer(api: DomainApi) -> None:
    api.define("products", products())
    api.define("tickets", tickets())
    api.put("products", {"email": ANN, "serial": "S1", "name": "Kettle"})
    api.put("tickets", {"email": ANN, "serial": "S1", "ticket": "T1", "title": "Leaks", "status": "open"})
    profile_id = api.one("_email", ANN)["ProfileId"]
    [case] = api.objects(profile_id, "_case")
    assert (case["Title"], case["Status"]) == ("Leaks", "open")
    assert len(api.objects(profile_id, "tickets")) == len(api.objects(profile_id, "_asset")) == 1


def test_f_a_name_entered_by_hand_stays(api: DomainApi) -> None:
    fields = {"email": email("email"), "first": text("first", "_profile.FirstName")}
    api.define("crm", definition(fields, {"_email": key("email", "PROFILE", "UNIQUE")}))
    profile_id = api.create(EmailAddress=ANN, FirstName="John")
    api.put("crm", {"email": ANN, "first": "Jonathan"})
    assert api.profile(profile_id)["FirstName"] == "John"
    assert api.objects(profile_id, "crm") == [{"email": ANN, "first": "Jonathan"}]


def test_g_a_key_name_with_another_content_type_is_refused(api: DomainApi) -> None:
    api.define("crm", definition({"id": typed("STRING", "id")}, {"loyaltyCard": key("id", "PROFILE", "UNIQUE")}))
    with refused("loyaltyCard"):
        api.define("shop", definition({"n": typed("NUMBER", "n")}, {"loyaltyCard": key("n", "PROFILE", "UNIQUE")}))
