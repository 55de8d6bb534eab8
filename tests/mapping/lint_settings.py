"""Settings of an object type in which lint finds something, and settings that come near."""

from tests.api.mappings import Definition, definition, key, text
from tests.mapping.linted import OWN, Fires, Misses, with_fields

TIME = text("updated", "_profile.SourceLastUpdatedTimestamp")
CITY = text("city", "_profile.Address.City")
ORDERS = {"entry": key("id", "UNIQUE"), "customer": key("customer", "PROFILE")}


def timed(pattern: str) -> Definition:
    return with_fields(city=CITY, time=TIME) | {"SourceLastUpdatedTimestampFormat": pattern}


def capped(count: int, keys: dict[str, dict[str, list[str]]]) -> Definition:
    return definition({"id": text("id"), "customer": text("customer")}, keys, MaxProfileObjectCount=count)


FIRES: Fires = {
    "a time of the last change that nobody asks": (
        "NoSourceTime",
        "when",
        "Field when (_source.sys_updated_on) is the time of the last change",
        with_fields(city=CITY, when=text("sys_updated_on", "_profile.Attributes.when")),
    ),
    "a time of the last change that goes nowhere": (
        "NoSourceTime",
        "when",
        "map it there",
        with_fields(city=CITY, when=text("updatedAt")),
    ),
    "a format without a time": (
        "UnusedTimestampFormat",
        None,
        "SourceLastUpdatedTimestampFormat EpochMilli is given, and no field has the target",
        with_fields(city=CITY) | {"SourceLastUpdatedTimestampFormat": "EpochMilli"},
    ),
    "minutes for months": (
        "DoubtfulTimestampFormat",
        None,
        "SourceLastUpdatedTimestampFormat yyyy-mm-dd has minutes (m) without hours; months are M.",
        timed("yyyy-mm-dd"),
    ),
    "hours of half a day": (
        "DoubtfulTimestampFormat",
        None,
        "has hours up to 12 (h) without a",
        timed("yyyy-MM-dd hh:mm:ss"),
    ),
    "objects for some days": (
        "ShortExpiration",
        None,
        "ExpirationDays is 6",
        with_fields() | {"ExpirationDays": 6},
    ),
    "few of a system that holds customers more than once": (
        "FewObjects",
        None,
        "raise it, unless only the newest count",
        capped(3, {**OWN, "customer": key("customer", "PROFILE")}),
    ),
    "few of many orders": ("FewObjects", None, "MaxProfileObjectCount is 9", capped(9, ORDERS)),
}

MISSES: Misses = {
    "a time of the last change that decides": ("NoSourceTime", timed("EpochMilli")),
    "a time of the last change of which only the format is known": (
        "NoSourceTime",
        with_fields(city=CITY, when=text("updatedAt")) | {"SourceLastUpdatedTimestampFormat": "EpochMilli"},
    ),
    "a time of creation": ("NoSourceTime", with_fields(city=CITY, when=text("createdAt", "_profile.Attributes.when"))),
    "who made the last change": (
        "NoSourceTime",
        with_fields(city=CITY, who=text("updatedBy", "_profile.Attributes.who")),
    ),
    "a time of the last change of an object that writes nothing": (
        "NoSourceTime",
        definition({"id": text("id"), "when": text("updatedAt")}, {**OWN, "when": key("when")}),
    ),
    "a time of the last change that is all that an object writes": (
        "NoSourceTime",
        with_fields(when=text("updatedAt", "_profile.Attributes.when")),
    ),
    "a format with a time": ("UnusedTimestampFormat", timed("EpochMilli")),
    "months and minutes": ("DoubtfulTimestampFormat", timed("yyyy-MM-dd'T'HH:mm:ss")),
    "hours of half a day, and which half": ("DoubtfulTimestampFormat", timed("MM/dd/yyyy h:mm a")),
    "a quoted m": ("DoubtfulTimestampFormat", timed("yyyy-MM-dd'm'")),
    "milliseconds": ("DoubtfulTimestampFormat", timed("EPOCHMILLI")),
    "objects for a week": ("ShortExpiration", with_fields() | {"ExpirationDays": 7}),
    "objects for as long as the domain says": ("ShortExpiration", with_fields()),
    "ten orders": ("FewObjects", capped(10, ORDERS)),
    "one object for each profile": ("FewObjects", capped(1, OWN)),
}
