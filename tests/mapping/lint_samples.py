"""Objects in which lint finds something when a mapping reads them, and objects that come near."""

from typing import Any

from tests.api.mappings import Definition, computed, definition, email, key, phone, text, typed
from tests.mapping.linted import OWN, in_key, with_fields, with_keys

Sample = dict[str, Any]

CITY, X = "_profile.Address.City", "_profile.Attributes.x"
TIMED = with_fields(time=text("at", "_profile.SourceLastUpdatedTimestamp"), city=text("city", CITY))
EPOCH = TIMED | {"SourceLastUpdatedTimestampFormat": "EpochMilli"}
DAYS = TIMED | {"SourceLastUpdatedTimestampFormat": "yyyy-MM-dd"}
NAMED = with_keys({"crmId": key("id", "UNIQUE", "PROFILE"), "person": key(("last", "born"), "PROFILE")})
TITLES = computed("_source.items", "_order.OrderItems[].Title")
ORDER = definition({"id": text("id"), "a": TITLES}, {**OWN, "order": key("id", "ORDER")})
ROOMS = computed("{{#with _source.detail}}{{room}}{{else}}{{_source.room}}{{/with}}", X)
EITHER = computed("{{#if _source.a}}{{_source.a}}{{else}}{{_source.b}}{{/if}}", X)

FIRES: dict[str, tuple[str, str | None, str, Definition, Sample]] = {
    "no id": (
        "ObjectRefused",
        None,
        "The object is refused: Every field of the UNIQUE key crmId is empty; change the mapping",
        with_fields(),
        {},
    ),
    "a time of another form": ("ObjectRefused", None, "can not be read as yyyy-MM-dd", DAYS, {"id": 1, "at": "1 May"}),
    "a source that takes too long": (
        "ObjectRefused",
        None,
        "characters",
        with_fields(a=computed("{{#each _source.a}}{{_source.b}} {{/each}}", X)),
        {"id": 1, "a": [1] * 600, "b": "x" * 500},
    ),
    "seconds for milliseconds": (
        "DoubtfulTime",
        "time",
        "Field time reads 1700000000 as a change outside of the years 1990 to 2099",
        EPOCH,
        {"id": 1, "at": 1_700_000_000},
    ),
    "microseconds for milliseconds": ("DoubtfulTime", "time", "EpochMilli", EPOCH, {"id": 1, "at": "17000000000000"}),
    "a phone number that is none": (
        "UnreadableValue",
        "value",
        "is PHONE_NUMBER, and its value n/a is no number, so it counts as empty",
        with_fields(value=phone("phone", "_profile.PhoneNumber")),
        {"id": 1, "phone": "n/a"},
    ),
    "an e-mail address that is none": (
        "UnreadableValue",
        "value",
        "its value Ann holds no @",
        with_fields(value=email("mail", "_profile.EmailAddress")),
        {"id": 1, "mail": "Ann"},
    ),
    "a number that is none": (
        "UnreadableValue",
        "value",
        "its value A-7 is no number",
        in_key("_account", typed("NUMBER", "account")),
        {"id": 1, "account": "A-7"},
    ),
    "an e-mail address in a key of text": (
        "ValueOfOtherType",
        "value",
        "Field value of key login is STRING, and its value ann@x.com looks like EMAIL_ADDRESS",
        in_key("login", text("login"), "PROFILE"),
        {"id": 1, "login": "ann@x.com"},
    ),
    "a phone number in a key of text": (
        "ValueOfOtherType",
        "value",
        "make it PHONE_NUMBER",
        in_key("login", text("login"), "PROFILE"),
        {"id": 1, "login": "+1 206 345 7890"},
    ),
    "a word for no value": (
        "PlaceholderValue",
        "value",
        "Field value of PROFILE key login has the value Unknown, which stands for none",
        in_key("login", text("login"), "PROFILE"),
        {"id": 1, "login": "Unknown"},
    ),
    "a mailbox that is nobody's": (
        "PlaceholderValue",
        "value",
        "has the value noreply@x.com",
        in_key("_email", email("mail"), "PROFILE"),
        {"id": 1, "mail": "noreply@x.com"},
    ),
    "zeros for an account": (
        "PlaceholderValue",
        "value",
        "has the value 000",
        in_key("_account", text("account"), "PROFILE"),
        {"id": 1, "account": "000"},
    ),
    "a phone number of nines": (
        "PlaceholderValue",
        "value",
        "has the value 999-999-9999",
        in_key("_phone", phone("phone"), "PROFILE", "SECONDARY"),
        {"id": 1, "phone": "999-999-9999"},
    ),
    "an object for a text": (
        "DroppedValue",
        "a",
        "reads an object at _source.city, and target _profile.Address.City takes none",
        with_fields(a=text("city", CITY)),
        {"id": 1, "city": {"name": "Oslo"}},
    ),
    "a list for a key": (
        "DroppedValue",
        "value",
        "reads a list at _source.tag, and key tag takes none",
        in_key("tag", text("tag", X)),
        {"id": 1, "tag": ["a"]},
    ),
    "a text for a structure": (
        "DroppedValue",
        "a",
        "reads a text at _source.address, and target _profile.Address takes none",
        with_fields(a=text("address", "_profile.Address")),
        {"id": 1, "address": "Main Street 1"},
    ),
    "a text for a list": ("DroppedValue", "a", "reads a text at _source.items", ORDER, {"id": 1, "items": "pen"}),
    "a member of another name": (
        "MissingSource",
        "a",
        "the object has nothing at _source.address.City; perhaps city is meant.",
        with_fields(a=text("address.City", CITY)),
        {"id": 1, "address": {"city": "Oslo"}},
    ),
    "no member of the name, and none like it": (
        "MissingSource",
        "a",
        "correct the source, unless other objects have it",
        with_fields(a=text("city", CITY)),
        {"id": 1, "tags": []},
    ),
    "no member of elements": (
        "MissingSource",
        "a",
        "nothing at _source.tags[].name",
        with_fields(a=computed("_source.tags[].name", X)),
        {"id": 1, "tags": [{"label": "a"}]},
    ),
    "no list where elements are": (
        "MissingSource",
        "a",
        "nothing at _source.tags[].name",
        with_fields(a=computed("_source.tags[].name", X)),
        {"id": 1, "tags": 5},
    ),
    "a member of a list": ("MissingSource", "a", "is empty", with_fields(a=text("a.b", X)), {"id": 1, "a": [1]}),
    "an element of a text": ("MissingSource", "a", "is empty", with_fields(a=text("a.0", X)), {"id": 1, "a": "b"}),
    "no element in the place": (
        "MissingSource",
        "a",
        "nothing at _source.tags[1]",
        with_fields(a=computed("_source.tags[1]", X)),
        {"id": 1, "tags": ["a"]},
    ),
    "no list that a template goes through": (
        "MissingSource",
        "a",
        "is empty",
        with_fields(a=computed("{{#each _source.tags}}{{id}} {{/each}}", X)),
        {"id": 1},
    ),
    "none of what a template reads": ("MissingSource", "a", "is empty", with_fields(a=EITHER), {"id": 1}),
    "a part of a key that is empty": (
        "SkippedKey",
        "person",
        "Key person is left out, as its part born is empty",
        NAMED,
        {"id": 1, "lastName": "Lee"},
    ),
}

MISSES: dict[str, tuple[str, Definition, Sample]] = {
    "an id": ("ObjectRefused", with_fields(), {"id": 1}),
    "milliseconds": ("DoubtfulTime", EPOCH, {"id": 1, "at": 1_700_000_000_000}),
    "no time": ("DoubtfulTime", EPOCH, {"id": 1}),
    "a phone number": ("UnreadableValue", with_fields(a=phone("a")), {"id": 1, "a": "(206) 345-7890"}),
    "no e-mail address": ("UnreadableValue", with_fields(a=email("a")), {"id": 1, "a": " "}),
    "a number in an odd form": ("UnreadableValue", with_fields(a=typed("NUMBER", "a", X)), {"id": 1, "a": " 1e3 "}),
    "an e-mail address in a key of that type": (
        "ValueOfOtherType",
        in_key("login", email("login"), "PROFILE"),
        {"id": 1, "login": "ann@x.com"},
    ),
    "an e-mail address in a field of which the mapping tells": (
        "ValueOfOtherType",
        in_key("login", text("email"), "PROFILE"),
        {"id": 1, "email": "ann@x.com"},
    ),
    "an e-mail address for an attribute": (
        "ValueOfOtherType",
        with_fields(a=text("a", X)),
        {"id": 1, "a": "ann@x.com"},
    ),
    "an address of the web in a key": (
        "ValueOfOtherType",
        in_key("at", text("a")),
        {"id": 1, "a": "https://a@x.com/b"},
    ),
    "a number in a key": ("ValueOfOtherType", in_key("at", text("a")), {"id": 1, "a": "2063457890"}),
    "a word for no value, to search by": ("PlaceholderValue", in_key("at", text("a")), {"id": 1, "a": "unknown"}),
    "a name that begins like a word for none": (
        "PlaceholderValue",
        in_key("_email", email("a"), "PROFILE"),
        {"id": 1, "a": "norbert@x.com"},
    ),
    "a word that stands for none before an @": (
        "PlaceholderValue",
        in_key("at", text("a"), "PROFILE"),
        {"id": 1, "a": "no"},
    ),
    "a letter before the same digits": (
        "PlaceholderValue",
        in_key("at", text("a"), "PROFILE"),
        {"id": 1, "a": "A111"},
    ),
    "several digits": ("PlaceholderValue", in_key("at", text("a"), "PROFILE"), {"id": 1, "a": "206"}),
    "a phone number that counts as empty": (
        "PlaceholderValue",
        in_key("_phone", phone("a"), "PROFILE"),
        {"id": 1, "a": "n/a"},
    ),
    "a number of two digits": ("PlaceholderValue", in_key("at", text("a"), "PROFILE"), {"id": 1, "a": "77"}),
    "an object for an attribute": ("DroppedValue", with_fields(a=text("a", X)), {"id": 1, "a": {"b": 1}}),
    "an object for a structure": (
        "DroppedValue",
        with_fields(a=text("a", "_profile.Address")),
        {"id": 1, "a": {"City": "Oslo"}},
    ),
    "a list for a list": ("DroppedValue", ORDER, {"id": 1, "items": ["pen"]}),
    "a list for a key that always gets one": (
        "DroppedValue",
        in_key("tag", computed("_source.a[].b", X)),
        {"id": 1, "a": [{"b": 1}]},
    ),
    "a template for a structure": (
        "DroppedValue",
        with_fields(a=computed("{{_source.a}}", "_profile.Address")),
        {"id": 1, "a": "b"},
    ),
    "an empty text for a structure": ("DroppedValue", with_fields(a=text("a", "_profile.Address")), {"id": 1, "a": ""}),
    "an empty list for a text": ("DroppedValue", with_fields(a=text("a", CITY)), {"id": 1, "a": []}),
    "null": ("MissingSource", with_fields(a=text("a.b", CITY)), {"id": 1, "a": {"b": None}}),
    "an empty list": ("MissingSource", with_fields(a=computed("_source.a[].b", X)), {"id": 1, "a": []}),
    "elements of which one has the member": (
        "MissingSource",
        with_fields(a=computed("_source.a[].b", X)),
        {"id": 1, "a": [{"c": 1}, {"b": 1}]},
    ),
    "an element by a dot": ("MissingSource", with_fields(a=computed("_source.a.0", X)), {"id": 1, "a": ["b"]}),
    "one of what a template reads": ("MissingSource", with_fields(a=EITHER), {"id": 1, "b": "b"}),
    "an object that a template goes into": ("MissingSource", with_fields(a=ROOMS), {"id": 1, "detail": {"room": 7}}),
    "a constant": ("MissingSource", with_fields(a=computed("web", X)), {"id": 1}),
    "all parts of a key": ("SkippedKey", NAMED, {"id": 1, "lastName": "Lee", "birthDate": "1990-01-01"}),
    "a part of a key of spaces, which text may be": (
        "SkippedKey",
        NAMED,
        {"id": 1, "lastName": "Lee", "birthDate": " "},
    ),
    "no part of a key": ("SkippedKey", NAMED, {"id": 1}),
    "a part of the UNIQUE key": (
        "SkippedKey",
        with_keys({"crmId": key(("id", "time"), "UNIQUE", "PROFILE")}),
        {"id": 1},
    ),
}
