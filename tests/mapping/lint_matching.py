"""Ways to find a profile in which lint finds something, and ways that come near."""

from tests.api.mappings import key, orders
from tests.mapping.linted import OFF, UNIQUE, Fires, Misses, also, profile, with_keys

FIRES: Fires = {
    "people named by a phone number": (
        "WeakProfileKey",
        "person",
        "PROFILE key person is made of phone (a phone number), and there is no better one",
        profile("phone"),
    ),
    "people named by a postal code": ("WeakProfileKey", "person", "zip (a part of an address)", profile("zip")),
    "people named by their full name": (
        "WeakProfileKey",
        "_fullName",
        "a name",
        with_keys({"entry": UNIQUE, "_fullName": key(("first", "last"), "PROFILE")}),
    ),
    "people named by family and house": (
        "WeakProfileKey",
        "person",
        "last (a last name) and zip (a part of an address)",
        profile("last", "zip"),
    ),
    "a phone number asked beside an e-mail address": (
        "WeakKeyNotSecondary",
        "_phone",
        "add SECONDARY, so that it is asked last",
        with_keys({"entry": UNIQUE, "_email": key("mail", "PROFILE"), "_phone": key("phone", "PROFILE")}),
    ),
    "no word on the creation of profiles": (
        "NoProfileCreation",
        None,
        "AllowProfileCreation is not given and so false",
        also() | {"AllowProfileCreation": None},
    ),
    "a profile for each order": (
        "ProfilePerObject",
        "orderNumber",
        "Key orderNumber is UNIQUE, ORDER and the only PROFILE key",
        orders() | {"Keys": {"orderNumber": [key("order", "ORDER", "PROFILE", "UNIQUE")]}},
    ),
    "a profile that only its id would find": (
        "UnfindableProfile",
        "_profileId",
        "later objects of the type do not find",
        with_keys({"entry": UNIQUE, "_profileId": key("customer", "PROFILE", "LOOKUP_ONLY")}),
    ),
    "an asset whose serial number is not stored": (
        "UnfindableStandardObject",
        "serial",
        "Key serial is the only ASSET key and LOOKUP_ONLY",
        also(serial=key("serial", "ASSET", "LOOKUP_ONLY")),
    ),
    "a key for new profiles where there are none": (
        "NeverStoredKey",
        "ticketMail",
        "Key ticketMail is NEW_ONLY",
        also(ticketMail=key("mail", "PROFILE", "SECONDARY", "NEW_ONLY")) | OFF,
    ),
    "a key that does nothing": (
        "UselessKey",
        "nick",
        "it finds nothing and is never stored",
        also(nick=key("zip", "LOOKUP_ONLY")),
    ),
}

MISSES: Misses = {
    "a phone number beside an id": (
        "WeakProfileKey",
        also(_phone=key("phone", "PROFILE", "SECONDARY")),
    ),
    "a name and a birth date": ("WeakProfileKey", profile("last", "born")),
    "a first name and a phone number": ("WeakProfileKey", profile("first", "phone")),
    "a phone number and a customer's number": ("WeakProfileKey", profile("phone", "customer")),
    "a phone number asked last": ("WeakKeyNotSecondary", also(_phone=key("phone", "PROFILE", "SECONDARY"))),
    "a phone number to search by": ("WeakKeyNotSecondary", also(_phone=key("phone"))),
    "a phone number as the only PROFILE key": ("WeakKeyNotSecondary", profile("phone")),
    "creation of profiles that is off on purpose": ("NoProfileCreation", also() | OFF),
    "an order with its customer": (
        "ProfilePerObject",
        with_keys({"entry": key("id", "UNIQUE", "PROFILE", "ORDER"), "_email": key("mail", "PROFILE")}),
    ),
    "an order without a customer, where no profile is created": (
        "ProfilePerObject",
        with_keys({"entry": key("id", "UNIQUE", "PROFILE", "ORDER")}) | OFF,
    ),
    "a customer with its profile": ("ProfilePerObject", with_keys({"entry": key("id", "UNIQUE", "PROFILE")})),
    "an id of the profile where none is created": (
        "UnfindableProfile",
        with_keys({"entry": UNIQUE, "_profileId": key("customer", "PROFILE", "LOOKUP_ONLY")}) | OFF,
    ),
    "an id of the profile beside another key": (
        "UnfindableProfile",
        also(_profileId=key("zip", "PROFILE", "LOOKUP_ONLY")),
    ),
    "an asset that is found by its own id": (
        "UnfindableStandardObject",
        also(_assetId=key("serial", "ASSET", "LOOKUP_ONLY")),
    ),
    "an asset whose serial number is stored": ("UnfindableStandardObject", also(serial=key("serial", "ASSET"))),
    "an asset with one key that is stored": (
        "UnfindableStandardObject",
        also(serial=key("serial", "ASSET", "LOOKUP_ONLY"), asset=key("serial", "ASSET")),
    ),
    "a key for new profiles": ("NeverStoredKey", also(ticketMail=key("mail", "PROFILE", "SECONDARY", "NEW_ONLY"))),
    "a key that is only looked up": ("UselessKey", also(nick=key("zip", "PROFILE", "LOOKUP_ONLY"))),
    "a key that finds an asset": ("UselessKey", also(asset=key("zip", "ASSET", "LOOKUP_ONLY"))),
    "a key to search by": ("UselessKey", also(nick=key("zip"))),
}
