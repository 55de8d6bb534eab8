"""The standard objects: their fields, their system ids, and the way from flat claims to the nested document and back.

Sources: "Standard profile definition in Customer Profiles" and those of asset, case and order; "Reference for standard
objects in Customer Profiles".
"""

import re
from typing import Any

ClaimValue = Any

ADDRESS_MEMBERS = (
    "Address1",
    "Address2",
    "Address3",
    "Address4",
    "City",
    "County",
    "State",
    "Province",
    "Country",
    "PostalCode",
)

PROFILE_FIELDS = (
    "AccountNumber",
    "AdditionalInformation",
    "PartyType",
    "BusinessName",
    "FirstName",
    "MiddleName",
    "LastName",
    "BirthDate",
    "Gender",
    "PhoneNumber",
    "MobilePhoneNumber",
    "HomePhoneNumber",
    "BusinessPhoneNumber",
    "EmailAddress",
    "PersonalEmailAddress",
    "BusinessEmailAddress",
)

FIELDS: dict[str, tuple[str, ...]] = {
    "_profile": (*PROFILE_FIELDS, "PartyTypeString", "GenderString", "ProfileType", "SourceLastUpdatedTimestamp"),
    "_asset": (
        "AssetName",
        "SerialNumber",
        "ModelNumber",
        "ModelName",
        "ProductSKU",
        "PurchaseDate",
        "UsageEndDate",
        "Status",
        "Price",
        "Quantity",
        "Description",
        "AdditionalInformation",
        "DataSource",
        "SourceLastUpdatedTimestamp",
    ),
    "_case": (
        "Title",
        "Summary",
        "Status",
        "Reason",
        "CreatedBy",
        "CreatedDate",
        "UpdatedDate",
        "ClosedDate",
        "AdditionalInformation",
        "DataSource",
        "SourceLastUpdatedTimestamp",
    ),
    "_order": (
        "CustomerEmail",
        "CustomerPhone",
        "CreatedDate",
        "UpdatedDate",
        "ProcessedDate",
        "ClosedDate",
        "CancelledDate",
        "CancelReason",
        "Name",
        "AdditionalInformation",
        "Gateway",
        "Status",
        "StatusCode",
        "StatusUrl",
        "CreditCardNumber",
        "CreditCardCompany",
        "FulfillmentStatus",
        "TotalPrice",
        "TotalTax",
        "TotalDiscounts",
        "TotalItemsPrice",
        "TotalShippingPrice",
        "TotalTipReceived",
        "Currency",
        "TotalWeight",
        "DataSource",
        "SourceLastUpdatedTimestamp",
    ),
}
"""Plain fields of the standard objects whose definition is closed; the others take any name of letters and digits."""

STRUCTURES: dict[str, dict[str, tuple[str, ...]]] = {
    "_profile": dict.fromkeys(("Address", "ShippingAddress", "MailingAddress", "BillingAddress"), ADDRESS_MEMBERS),
    "_order": dict.fromkeys(("BillingAddress", "ShippingAddress"), ("Name", *ADDRESS_MEMBERS)),
}
LISTS: dict[str, dict[str, tuple[str, ...]]] = {"_order": {"OrderItems": ("Title", "Price", "Quantity")}}

SYSTEM_IDS = {
    "_asset": "AssetId",
    "_case": "CaseId",
    "_order": "OrderId",
    "_communicationRecord": "CommunicationRecordId",
    "_airPreference": "PreferenceId",
    "_hotelPreference": "PreferenceId",
    "_airBooking": "BookingId",
    "_airSegment": "SegmentId",
    "_hotelReservation": "ReservationId",
    "_hotelStayRevenue": "StayRevenueId",
    "_loyalty": "LoyaltyId",
    "_loyaltyTransaction": "TransactionId",
    "_loyaltyPromotion": "PromotionId",
    "_device": "DeviceId",
    "_webAnalytics": "EventId",
}
"""The id of each standard object besides the profile: given by the service, never a target."""

FORBIDDEN = {"_profile": {"ProfileId", "ImportIds", "FoundByItems", "FoundByItems[]"}}

ENUMS = {
    "Gender": ("MALE", "FEMALE", "UNSPECIFIED"),
    "PartyType": ("INDIVIDUAL", "BUSINESS", "OTHER"),
}
"""Members that have a free text beside their enum: `Gender` and `GenderString`. Both are one field with one claim."""

WORDS = {
    ("_profile", "ProfileType"): ("ACCOUNT_PROFILE", "PROFILE"),
    ("_order", "StatusCode"): ("ACTIVATED", "DRAFT"),
}
"""Fields that take one of some words and nothing else."""

MAX_LENGTH = {("_profile", "AdditionalInformation"): 1000}
DEFAULT_MAX_LENGTH = 255

PROFILE_MEMBERS = (*PROFILE_FIELDS, *STRUCTURES["_profile"], "ProfileType", "EngagementPreferences")


def max_length(prefix: str, path: str) -> int:
    """How many characters a value may have."""
    return MAX_LENGTH.get((prefix, path), DEFAULT_MAX_LENGTH)


EVENT_ATTRIBUTE = re.compile(r"Events\.[^.]+\.Attributes\..+")
"""What a communication record tells of an event of its, by the event's type."""


def render(fields: dict[str, ClaimValue], prefix: str) -> dict[str, Any]:
    """Flat fields (`Address.City`, `Attributes.tier`) → the nested document of the API; empty values are left out."""
    document: dict[str, Any] = {}
    for field, value in fields.items():
        if value == "":
            continue
        if prefix == "_profile" and field in ENUMS:
            document |= _shown_enum(field, value)
            continue
        entry, dot, member = field.partition(".")
        if prefix == "_communicationRecord" and EVENT_ATTRIBUTE.fullmatch(field):
            _, event, attributes, name = field.split(".", 3)
            document.setdefault(entry, {}).setdefault(event, {}).setdefault(attributes, {})[name] = value
        elif dot and _is_structure(prefix, entry) and not fields.get(entry):
            document.setdefault(entry, {})[member] = value
        else:
            document[field] = value
    return document


def _is_structure(prefix: str, entry: str) -> bool:
    """A dotted name of a standard object whose definition is open (`_airSegment.Departure.Date`) is a structure too,
    unless the name before the dot has a value of its own.
    """
    return entry == "Attributes" or prefix not in FIELDS or entry in STRUCTURES.get(prefix, ())


def _shown_enum(field: str, value: ClaimValue) -> dict[str, str]:
    """An enum's word shows as both members, any other text as the free text only; both given show as given."""
    if not isinstance(value, str):
        word, text = value
        return {field: word, f"{field}String": text} if text else {field: word}
    if value in ENUMS[field]:
        return {field: value, f"{field}String": value}
    return {f"{field}String": value}


def flatten(members: dict[str, Any]) -> dict[str, ClaimValue]:
    """The members of CreateProfile or UpdateProfile → flat fields. An empty text stays: it clears the field."""
    fields: dict[str, ClaimValue] = {}
    for name, value in members.items():
        if name in STRUCTURES["_profile"] or name == "Attributes":
            fields |= {f"{name}.{member}": text for member, text in value.items()}
        elif name in PROFILE_MEMBERS and name not in ENUMS:
            fields[name] = value
    for name in ENUMS:
        word, text = members.get(name), members.get(f"{name}String")
        if word and text is not None:
            fields[name] = [word, text]
        elif word is not None or text is not None:
            fields[name] = word or text or ""
    return fields
