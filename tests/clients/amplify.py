"""What the back end that Amplify deploys for push notifications (`defineNotifications`) asks of the service.

Source: aws-amplify/amplify-backend, packages/backend-notifications: the construct, lambda/api, lambda/shared,
lambda/campaign-association, lambda/identity-resolution. It tries a call again after a "concurrent update in-progress",
and a search up to eight times until the profile shows; here every call is made once.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from botocore.exceptions import ClientError
from mypy_boto3_customer_profiles import CustomerProfilesClient

OBJECT_TYPE = "AmplifyProfile"
PRINCIPAL = "principalId"
PRINCIPAL_KEY = "principalIdKey"
EXPIRATION_DAYS = 366
CHANNELS = ("Campaign-Email", "Campaign-SMS", "Campaign-Telephony", "Campaign-Orchestration")
INTEGRATIONS: tuple[dict[str, Any], ...] = (
    {"Uri": "arn:aws:connect:us-east-1:000000000000:instance/i", "ObjectTypeName": "CTR"},
    {
        "Uri": "arn:aws:connect-campaigns:us-east-1:000000000000:instance/i",
        "ObjectTypeNames": {channel: channel for channel in CHANNELS},
        "RoleArn": "arn:aws:iam::000000000000:role/AWSServiceRoleForConnectCampaigns_x",
    },
)


def deploy(client: CustomerProfilesClient, domain: str) -> None:
    """Register the object type: its one key names the user, makes the profile, and is searched by."""
    client.put_profile_object_type(
        DomainName=domain,
        ObjectTypeName=OBJECT_TYPE,
        Description="A person, found or created by a verified principal",
        AllowProfileCreation=True,
        ExpirationDays=EXPIRATION_DAYS,
        Fields={
            PRINCIPAL: {
                "Source": f"_source.{PRINCIPAL}",
                "Target": f"_profile.Attributes.{PRINCIPAL}",
                "ContentType": "STRING",
            }
        },
        Keys={PRINCIPAL_KEY: [{"StandardIdentifiers": ["PROFILE", "UNIQUE"], "FieldNames": [PRINCIPAL]}]},
    )


def integrate(client: CustomerProfilesClient, domain: str) -> list[HTTPStatus]:
    """Bind the domain to contacts and campaigns. What a server can not do yet (501) is left out; the statuses."""
    return [_put_integration(client, domain, integration) for integration in INTEGRATIONS]


def _put_integration(client: CustomerProfilesClient, domain: str, integration: Mapping[str, Any]) -> HTTPStatus:
    try:
        answer = client.put_integration(DomainName=domain, **integration)
    except ClientError as error:
        status = HTTPStatus(error.response["ResponseMetadata"]["HTTPStatusCode"])
        if status != HTTPStatus.NOT_IMPLEMENTED:
            raise
        return status
    return HTTPStatus(answer["ResponseMetadata"]["HTTPStatusCode"])


def find_or_create(client: CustomerProfilesClient, domain: str, principal: str) -> str | None:
    """The id of the user's profile: one put that finds or creates it, then a look-up by the key."""
    client.put_profile_object(DomainName=domain, ObjectTypeName=OBJECT_TYPE, Object=json.dumps({PRINCIPAL: principal}))
    answer = client.search_profiles(DomainName=domain, KeyName=PRINCIPAL_KEY, Values=[principal])
    return next((item["ProfileId"] for item in answer["Items"]), None)


def identify_user(client: CustomerProfilesClient, domain: str, principal: str, user: Mapping[str, Any]) -> str:
    """`identifyUser` of an app: set what it says about the user. Attributes are sent even where there are none."""
    profile_id = find_or_create(client, domain, principal)
    assert profile_id is not None
    client.update_profile(DomainName=domain, ProfileId=profile_id, **profile_update(user))
    return profile_id


def profile_update(user: Mapping[str, Any]) -> dict[str, Any]:
    """The members of UpdateProfile that an app's words become."""
    first, _, last = user.get("name", "").partition(" ")
    location = user.get("location", {})
    address = {"City": "city", "Country": "country", "PostalCode": "postalCode", "Province": "region"}
    members = {
        "EmailAddress": user.get("email"),
        "PhoneNumber": user.get("phone"),
        "FirstName": first,
        "LastName": last,
        "Address": {member: location[name] for member, name in address.items() if name in location},
    }
    return {name: value for name, value in members.items() if value} | {"Attributes": user.get("customAttributes", {})}


def merging_mechanism(client: CustomerProfilesClient, domain: str) -> str | None:
    """What merges profiles in the domain, if anything does: Amplify refuses such a domain, whatever its Status."""
    answer: Any = client.get_domain(DomainName=domain)
    matching = answer.get("Matching", {})
    if matching.get("Enabled"):
        return "Matching"
    if matching.get("AutoMerging", {}).get("Enabled"):
        return "AutoMerging"
    return "RuleBasedMatching" if answer.get("RuleBasedMatching", {}).get("Enabled") else None
