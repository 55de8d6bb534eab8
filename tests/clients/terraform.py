"""What Terraform's aws_customerprofiles_domain and aws_customerprofiles_profile ask of the service.

Source: hashicorp/terraform-provider-aws, internal/service/customerprofiles. A configuration has the members of the
API's requests here. The state is what a read answers; None where the resource is gone and leaves the state.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mypy_boto3_customer_profiles import CustomerProfilesClient

Configuration = dict[str, Any]
Tags = Mapping[str, str]

ARN = "arn:aws:profile:us-east-1:000000000000:domains/"
ADDRESS = (
    *("Address1", "Address2", "Address3", "Address4"),
    *("City", "Country", "County", "PostalCode", "Province", "State"),
)
ADDRESSES = ("Address", "BillingAddress", "MailingAddress", "ShippingAddress")
OF_DOMAIN = (
    *("DeadLetterQueueUrl", "DefaultEncryptionKey", "DefaultExpirationDays", "Matching", "RuleBasedMatching"),
    "Tags",
)
OF_PROFILE = (
    *("AccountNumber", "AdditionalInformation", "Attributes", *ADDRESSES, "BirthDate", "BusinessEmailAddress"),
    *(
        "BusinessName",
        "BusinessPhoneNumber",
        "EmailAddress",
        "FirstName",
        "GenderString",
        "HomePhoneNumber",
        "LastName",
    ),
    *("MiddleName", "MobilePhoneNumber", "PartyTypeString", "PersonalEmailAddress", "PhoneNumber"),
)


def create_domain(client: CustomerProfilesClient, name: str, wanted: Configuration) -> Configuration:
    client.create_domain(DomainName=name, **wanted)
    return _state(read_domain(client, name))


def read_domain(client: CustomerProfilesClient, name: str) -> Configuration | None:
    """A refresh, and an import: the name is all that is known."""
    try:
        answer: Any = client.get_domain(DomainName=name)
    except client.exceptions.ResourceNotFoundException:
        return None
    return {member: answer[member] for member in OF_DOMAIN if member in answer}


def update_domain(
    client: CustomerProfilesClient, name: str, former: Configuration, wanted: Configuration
) -> Configuration:
    """Tags by calls of their own; then what differs, an empty text where a text is no longer wanted."""
    _change_tags(client, f"{ARN}{name}", former.get("Tags", {}), wanted.get("Tags", {}))
    members = [member for member in OF_DOMAIN if member != "Tags"]
    changed = {member: wanted.get(member, "") for member in members if wanted.get(member) != former.get(member)}
    if changed:
        client.update_domain(DomainName=name, **changed)
    return _state(read_domain(client, name))


def delete_domain(client: CustomerProfilesClient, name: str) -> None:
    """Somebody else may have deleted it."""
    with suppress(client.exceptions.ResourceNotFoundException):
        client.delete_domain(DomainName=name)


def names_of_domains(client: CustomerProfilesClient) -> list[str]:
    """What the sweeper of the acceptance tests goes through: all pages."""
    answer: Any = client.list_domains()
    items = answer["Items"]
    while "NextToken" in answer:
        answer = client.list_domains(NextToken=answer["NextToken"])
        items += answer["Items"]
    return [item["DomainName"] for item in items]


def create_profile(client: CustomerProfilesClient, domain: str, wanted: Configuration) -> tuple[str, Configuration]:
    """The id and the state. The provider would look again for minutes; the first look must do."""
    profile_id = client.create_profile(DomainName=domain, **wanted)["ProfileId"]
    return profile_id, _state(read_profile(client, domain, profile_id))


def read_profile(client: CustomerProfilesClient, domain: str, profile_id: str) -> Configuration | None:
    """There is no GetProfile: a search by the id, which must not find two."""
    try:
        answer = client.search_profiles(DomainName=domain, KeyName="_profileId", Values=[profile_id])
    except client.exceptions.ResourceNotFoundException:
        return None
    assert len(answer["Items"]) <= 1
    found: list[Any] = list(answer["Items"])
    return next(({name: one[name] for name in OF_PROFILE if name in one} for one in found), None)


def update_profile(
    client: CustomerProfilesClient, domain: str, profile_id: str, former: Configuration, wanted: Configuration
) -> Configuration:
    """What differs: an empty text for a field that is no longer wanted, all ten members of an address."""
    names = [name for name in {**former, **wanted} if former.get(name) != wanted.get(name)]
    changed: dict[str, Any] = {
        name: _update_address(wanted[name]) if name in ADDRESSES else wanted.get(name, "") for name in names
    }
    client.update_profile(DomainName=domain, ProfileId=profile_id, **changed)
    return _state(read_profile(client, domain, profile_id))


def delete_profile(client: CustomerProfilesClient, domain: str, profile_id: str) -> None:
    """Somebody else may have deleted it."""
    with suppress(client.exceptions.ResourceNotFoundException):
        client.delete_profile(DomainName=domain, ProfileId=profile_id)


def _update_address(address: Mapping[str, str]) -> dict[str, str]:
    return {member: address.get(member, "") for member in ADDRESS}


def _change_tags(client: CustomerProfilesClient, arn: str, former: Tags, wanted: Tags) -> None:
    removed = [key for key in former if key not in wanted]
    changed = {key: value for key, value in wanted.items() if former.get(key) != value}
    if removed:
        client.untag_resource(resourceArn=arn, tagKeys=removed)
    if changed:
        client.tag_resource(resourceArn=arn, tags=changed)


def _state(read: Configuration | None) -> Configuration:
    """An apply fails where the resource is not there right after it."""
    assert read is not None
    return read
