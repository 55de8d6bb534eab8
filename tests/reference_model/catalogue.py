"""Object types and small alphabets of values, so that customers of several systems collide all the time."""

from typing import Any

from .keys import Definition

IDS = ["1", "2", "3"]

# Members of every object, and those that an object may lack. None is sent as a JSON null.
FIELD_VALUES: dict[str, list[Any]] = {
    "id": IDS,
    "branch": ["N", "S"],
    "email": ["ann@x.org", "ANN@x.org", "bob@x.org", "Bob@x.org", "", None],
    "phone": ["+12065550100", "(206) 555-0100 x5", "+442071838750", "0044 20 7183 8750", "n/a", None],
    "number": [7, "7", "7.0", 8, "8.00", None],
    "account": ["A-1", "A-2", "a-1", None],
    "time": [1_000_000_000_001, "1000000000002", 1_000_000_000_003, 4_000_000_000_000, None],
}
OPTIONAL_FIELD_VALUES: dict[str, list[Any]] = {
    "first": ["Ann", "ann", "Bob", "", None],
    "last": ["Lee", "van  Dyk", None],
    "word": ["red", "blue", None],
}


def mapped(source: str, target: str = "", content: str = "") -> dict[str, str]:
    field = {"Source": f"_source.{source}", "Target": target, "ContentType": content}
    return {name: value for name, value in field.items() if value}


def key(fields: str, identifiers: str = "") -> list[dict[str, list[str]]]:
    """One key definition from words: its fields and its identifiers."""
    return [{"FieldNames": fields.split(), "StandardIdentifiers": identifiers.split()}]


ID = {"id": mapped("id")}
EMAIL = {"email": mapped("email", content="EMAIL_ADDRESS")}
EMAIL_TO_PROFILE = {"email": mapped("email", "_profile.EmailAddress", "EMAIL_ADDRESS")}
PHONE = {"phone": mapped("phone", content="PHONE_NUMBER")}
PHONE_TO_PROFILE = {"phone": mapped("phone", "_profile.PhoneNumber", "PHONE_NUMBER")}
NAMES = {"first": mapped("first", "_profile.FirstName", "NAME"), "last": mapped("last", "_profile.LastName", "NAME")}
TIME = {"time": mapped("time", "_profile.SourceLastUpdatedTimestamp")}

CRM: Definition = {
    "Fields": ID
    | EMAIL_TO_PROFILE
    | PHONE_TO_PROFILE
    | NAMES
    | {"account": mapped("account", "_profile.AccountNumber"), "word": mapped("word", "_profile.Attributes.tier")}
    | TIME,
    "Keys": {
        "_phone": key("phone", "PROFILE SECONDARY"),
        "crmId": key("id", "UNIQUE"),
        "_email": key("email", "PROFILE"),
        "_account": key("account"),
    },
    "AllowProfileCreation": True,
    "SourceLastUpdatedTimestampFormat": "EpochMilli",
}

# The same system after its owners thought again: its own id decides, the account is a profile key, names go elsewhere.
CRM_BY_ID: Definition = {
    "Fields": ID
    | EMAIL_TO_PROFILE
    | PHONE
    | {"account": mapped("account", "_profile.AccountNumber"), "first": mapped("first", "_profile.BusinessName")}
    | TIME,
    "Keys": {
        "_account": key("account", "PROFILE"),
        "crmId": key("id", "PROFILE UNIQUE"),
        "_email": key("email"),
        "_phone": key("phone", "PROFILE NEW_ONLY"),
    },
    "AllowProfileCreation": True,
    "SourceLastUpdatedTimestampFormat": "EpochMilli",
}

# An e-mail address and a phone number without targets, so that only an inferred profile gets them.
SHOP: Definition = {
    "Fields": ID
    | EMAIL
    | PHONE
    | {
        "number": mapped("number", content="NUMBER"),
        "branch": mapped("branch"),
        "first": mapped("first", "_profile.FirstName"),
        "word": mapped("word", "_profile.Address.City"),
    },
    "Keys": {
        "orderNo": key("id", "UNIQUE"),
        "_email": key("email", "PROFILE LOOKUP_ONLY"),
        "custNo": key("number", "PROFILE"),
        "branchCust": key("branch id", "PROFILE"),
        "_phone": key("phone"),
    },
    "AllowProfileCreation": True,
}

SHOP_BY_PHONE: Definition = SHOP | {
    "Keys": {
        "_phone": key("phone", "PROFILE SECONDARY"),
        "custNo": key("number", "PROFILE NEW_ONLY"),
        "orderNo": key("id", "UNIQUE PROFILE"),
        "_email": key("email", "PROFILE SECONDARY LOOKUP_ONLY"),
        "branchCust": key("branch id"),
    }
}

# AWS's ticket example, with the plain PROFILE key that newer rules ask for.
TICKET: Definition = {
    "Fields": ID | EMAIL | {"branch": mapped("branch"), "number": mapped("number", content="NUMBER")},
    "Keys": {
        "_email": key("email", "PROFILE LOOKUP_ONLY"),
        "ticketEmail": key("email", "PROFILE SECONDARY NEW_ONLY"),
        "ticket": key("id branch", "UNIQUE"),
        "custNo": key("number", "PROFILE"),
    },
    "AllowProfileCreation": True,
}

# Only adds to customers who are known already.
FEED: Definition = {
    "Fields": ID
    | EMAIL
    | {
        "phone": mapped("phone", "_profile.MobilePhoneNumber", "PHONE_NUMBER"),
        "word": mapped("word", "_profile.Attributes.note"),
    }
    | TIME,
    "Keys": {
        "feedId": key("id", "UNIQUE"),
        "_phone": key("phone", "PROFILE"),
        "_email": key("email", "PROFILE SECONDARY"),
        "memo": key("word"),
    },
    "AllowProfileCreation": False,
    "SourceLastUpdatedTimestampFormat": "EpochMilli",
}

DEVICE: Definition = {
    "Fields": EMAIL | {"id": mapped("id", "_asset.SerialNumber"), "word": mapped("word", "_asset.AssetName")},
    "Keys": {"_email": key("email", "PROFILE"), "serial": key("id", "ASSET UNIQUE")},
    "AllowProfileCreation": True,
}

# Every custom key name stays in use as long as this type exists. Nothing is ever put as one.
ANCHOR: Definition = {
    "Fields": ID | EMAIL | {"number": mapped("number", content="NUMBER"), "branch": mapped("branch")},
    "Keys": {
        "anchorId": key("id", "PROFILE UNIQUE"),
        "crmId": key("id"),
        "orderNo": key("id"),
        "custNo": key("number"),
        "branchCust": key("branch id"),
        "ticketEmail": key("email"),
        "ticket": key("id branch"),
        "feedId": key("id"),
        "memo": key("branch"),
        "serial": key("id"),
    },
    "AllowProfileCreation": True,
}

VARIANTS: dict[str, list[Definition]] = {
    "Crm": [CRM, CRM_BY_ID],
    "Shop": [SHOP, SHOP_BY_PHONE],
    "Ticket": [TICKET],
    "Feed": [FEED],
    "Device": [DEVICE],
}

UNIQUE_KEYS = {"Crm": "crmId", "Shop": "orderNo", "Ticket": "ticket", "Feed": "feedId", "Device": "serial"}

# Values to search by: each written otherwise than it is stored, where its content type allows that.
PROBES: dict[str, list[str]] = {
    "_email": ["Ann@X.org", "bob@x.org"],
    "_phone": ["206-555-0100", "+44 20 7183 8750"],
    "_account": ["A-1", "A-2", "a-1"],
    "_fullName": ["ANN", "Bob", "ann lee", "Bob LEE", "lee", "van dyk", "ann van Dyk", "bob van dyk"],
    "crmId": IDS,
    "orderNo": IDS,
    "custNo": ["7.00", "8"],
    "branchCust": [f"{branch} {number}" for branch in "NS" for number in IDS],
    "ticketEmail": ["ANN@X.ORG", "bob@x.org"],
    "ticket": [f"{number} {branch}" for branch in "NS" for number in IDS],
    "feedId": IDS,
    "memo": ["red", "blue"],
    "serial": IDS,
}

# Keys that a person adds and removes by hand.
HAND_KEYS: dict[str, list[str]] = {
    "_email": ["ann@x.org", "BOB@x.org"],
    "_phone": ["+12065550100", "00442071838750"],
    "_account": ["A-1", "A-2"],
    "custNo": ["7", "8"],
    "crmId": IDS,
    "ticketEmail": ["ann@x.org"],
    "memo": ["red"],
}

# What a person types into a profile; an empty value clears the field.
MANUAL_VALUES: dict[str, list[str]] = {
    "FirstName": ["Ann", "Bob", ""],
    "MiddleName": ["Q", ""],
    "LastName": ["Lee", ""],
    "EmailAddress": ["ann@x.org", "Bob@x.org", ""],
    "PersonalEmailAddress": ["bob@x.org", ""],
    "PhoneNumber": ["206-555-0100", "n/a", ""],
    "MobilePhoneNumber": ["+44 20 7183 8750", ""],
    "AccountNumber": ["A-1", "A-2", ""],
    "Address.City": ["green", ""],
    "Attributes.tier": ["gold", ""],
    "Attributes.note": ["kept", ""],
}
