"""Keys in which lint finds something, and keys that come near."""

from tests.api.mappings import Definition, computed, definition, key, text, typed
from tests.mapping.linted import CUSTOMER, UNIQUE, Fires, Misses, also, profile, with_keys

BASE = {"entry": UNIQUE, "customer": CUSTOMER}
NAMES = {
    "first": typed("NAME", "a", "_profile.FirstName"),
    "middle": typed("NAME", "b", "_profile.MiddleName"),
}


def unique(*fields: str) -> Definition:
    """Objects that are named by these fields."""
    return with_keys({"customer": CUSTOMER, "entry": key(fields, "UNIQUE")})


FIRES: Fires = {
    "objects named by a time": (
        "UnstableUniqueKey",
        "entry",
        "UNIQUE key entry is made of time (a time): of two objects of the same moment the second replaces the first",
        unique("time"),
    ),
    "objects named by an e-mail address": (
        "UnstableUniqueKey",
        "entry",
        "mail (an e-mail address): when it changes, the same object is stored once more, and another that shares it",
        unique("mail"),
    ),
    "objects and profiles named by an e-mail address": (
        "UnstableUniqueKey",
        "_email",
        "the same object is stored once more (and a profile too, where nothing else matches)",
        with_keys({"_email": key("mail", "UNIQUE", "PROFILE")}),
    ),
    "objects named by a name and a phone number": (
        "UnstableUniqueKey",
        "entry",
        "last (a last name) and phone (a phone number)",
        unique("last", "phone"),
    ),
    "objects named by the time of the last change": (
        "UnstableUniqueKey",
        "entry",
        "id and changed (the time of the last change): each change of an object is stored as one more object",
        unique("id", "changed"),
    ),
    "a constant that names all objects": (
        "ConstantKey",
        "entry",
        "Key entry has the value web shop for each object, as it is a constant: each object replaces the one before",
        unique("shop"),
    ),
    "a constant that names all people": (
        "ConstantKey",
        "person",
        "all objects end in one profile",
        profile("shop"),
    ),
    "a constant that begins with a dot": (
        "ConstantKey",
        "label",
        "has the value .net",
        with_keys({**BASE, "label": key("shop")}, shop=computed(".net")),
    ),
    "a template without a path in a key": (
        "ConstantKey",
        "label",
        "it finds everything or nothing",
        with_keys({**BASE, "label": key("shop")}, shop=computed("{{! none }}web")),
    ),
    "a key on free text": (
        "FreeTextKey",
        "remark",
        "made of field note, which is free text",
        also(remark=key("note")),
    ),
    "an e-mail address as the account": (
        "KeyComparesAsText",
        "_account",
        "Key _account compares values exactly as they are written, and its field mail is EMAIL_ADDRESS",
        also(_account=key("mail", "PROFILE")),
    ),
    "a key named like _email": (
        "LookalikeKey",
        "e-mail",
        "Key e-mail is not _email",
        also(**{"e-mail": key("mail", "PROFILE")}),
    ),
    "a key named like _phone": ("LookalikeKey", "PhoneNumber", "name it _phone", also(PhoneNumber=key("phone"))),
    "a key with a middle name": (
        "OftenEmptyPart",
        "whole",
        "has the part middle (a middle name)",
        also(whole=key(("first", "middle", "last"), "PROFILE", "SECONDARY")),
    ),
    "a full name that no profile feeds": (
        "OftenEmptyPart",
        "_fullName",
        "has the part middle",
        also(_fullName=key(("first", "middle"))),
    ),
    "a key of one's own on the names of the profile": (
        "OftenEmptyPart",
        "whole",
        "has the part middle",
        with_keys({**BASE, "whole": key(("first", "middle"))}, **NAMES),
    ),
}

MISSES: Misses = {
    "objects named by an id": ("UnstableUniqueKey", unique("id")),
    "events named by e-mail address and time": ("UnstableUniqueKey", unique("mail", "time")),
    "objects named by an id and a name": ("UnstableUniqueKey", unique("id", "last")),
    "an e-mail address that does not name objects": ("UnstableUniqueKey", profile("mail")),
    "a constant as a part of a key": ("ConstantKey", unique("shop", "id")),
    "a template with a path": ("ConstantKey", with_keys(BASE, id=computed("No {{_source.id}}"))),
    "a key without any source": (
        "ConstantKey",
        with_keys({**BASE, "label": key("shop")}, shop={"ContentType": "NAME"}),
    ),
    "a template with a path only in its condition": (
        "ConstantKey",
        with_keys({**BASE, "label": key("shop")}, shop=computed("{{#if _source.a}}web{{/if}}")),
    ),
    "free text in no key": (
        "FreeTextKey",
        definition(
            {"id": text("id"), "note": text("comment", "_profile.Attributes.note")},
            {"entry": key("id", "UNIQUE", "PROFILE")},
        ),
    ),
    "a number as the account": (
        "KeyComparesAsText",
        with_keys({"entry": UNIQUE, "_account": CUSTOMER}, customer=typed("NUMBER", "customer")),
    ),
    "a key beside the one that it is named like": (
        "LookalikeKey",
        also(email=key("mail"), _email=key("mail", "PROFILE")),
    ),
    "a key for what is no account": ("LookalikeKey", also(accountManager=key("mail"))),
    "a full name that profiles feed themselves": (
        "OftenEmptyPart",
        with_keys({**BASE, "_fullName": key(("first", "middle"))}, **NAMES),
    ),
    "a middle name in a UNIQUE key": ("OftenEmptyPart", unique("id", "middle")),
    "a middle name alone": ("OftenEmptyPart", also(middle=key("middle"))),
}
