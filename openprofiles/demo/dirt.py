"""The dirt that real data has: how people and forms write the same thing differently, and lines that are broken.

A writer takes a clean value and gives it as a form might hold it; which value is drawn depends on the generator alone.
"""

import json
import random
from collections.abc import Callable
from typing import Any

NOT_JSON = "not JSON"
NOT_AN_OBJECT = "not a JSON object"
NO_ID = "no id of its own"
NO_CUSTOMER_KEY = "nothing that names a customer"
TOO_DEEP = "nested too deeply"

PLACEHOLDER_PHONES = ("000", "n/a", "unknown", "000-000-0000")
WITHHELD = "anonymous"
"""What a contact centre sees as the number of a caller who hides it."""

DEPTH = 600
"""Levels of the too deep object; the service takes 512."""

Body = dict[str, Any]


def chance(rng: random.Random, share: float) -> bool:
    return rng.random() < share


def email(rng: random.Random, address: str) -> str:
    """Mostly as it is; in capitals, with a capital first letter, or with a space around it."""
    return rng.choices((address, address.upper(), address.capitalize(), f" {address} "), (84, 5, 8, 3))[0]


def name(rng: random.Random, text: str) -> str:
    """Mostly as it is; in capitals, in small letters, or with a space around it."""
    return rng.choices((text, text.upper(), text.lower(), f"{text}  "), (88, 5, 3, 4))[0]


def phone(rng: random.Random, number: str) -> str:
    """An E.164 number as one of the ways in which its country writes it, now and then without the country's code."""
    if not number:
        return ""
    if not number.startswith("+1") and chance(rng, 0.06):
        return f"0{number[3:]}"
    return rng.choice(phone_forms(number))


def phone_forms(number: str) -> tuple[str, ...]:
    """Ways to write an E.164 number that all mean the same; the number itself is the first."""
    if not number.startswith("+1"):
        country, rest = number[1:3], number[3:]
        return number, f"+{country} {rest[:4]} {rest[4:7]} {rest[7:]}".rstrip(), f"00{country} {rest}"
    area, exchange, line = number[2:5], number[5:8], number[8:]
    return (
        number,
        f"({area}) {exchange}-{line}",
        f"{area}-{exchange}-{line}",
        f"{area}.{exchange}.{line}",
        f"+1 {area} {exchange} {line}",
        f"1{area}{exchange}{line}",
        f"{area}{exchange}{line}",
    )


def mistyped(rng: random.Random, address: str) -> str:
    """An e-mail address with two neighbouring letters swapped: a different mailbox, as far as anyone can tell."""
    at = rng.randrange(1, address.index("@") - 1)
    return address[:at] + address[at + 1] + address[at] + address[at + 2 :]


def without_empty(body: Body) -> Body:
    """The object without its empty members, at every level: most forms leave out what was not filled in."""
    kept = {key: without_empty(value) if isinstance(value, dict) else value for key, value in body.items()}
    return {key: value for key, value in kept.items() if value not in ("", {}, None)}


def _cut_off(_: random.Random, body: Body) -> str:
    return json.dumps(body, ensure_ascii=False)[:-9]


def _in_a_list(_: random.Random, body: Body) -> str:
    return json.dumps([body], ensure_ascii=False)


def _without_id(rng: random.Random, body: Body) -> str:
    """Without its first member, which is its id in every system, or with an empty one."""
    first = next(iter(body))
    rest = {key: value for key, value in body.items() if key != first}
    return json.dumps({first: ""} | rest if chance(rng, 0.5) else rest, ensure_ascii=False)


def _of_nobody(_: random.Random, body: Body) -> str:
    return json.dumps({key: value for key, value in body.items() if key not in CUSTOMER_MEMBERS}, ensure_ascii=False)


def _by_an_unknown_caller(_: random.Random, body: Body) -> str:
    hidden = body | {"customerEndpoint": {"type": "TELEPHONE_NUMBER", "address": WITHHELD}}
    return json.dumps({key: value for key, value in hidden.items() if key != "attributes"}, ensure_ascii=False)


def _nested(_: random.Random, body: Body) -> str:
    nest = '{"reply":' * DEPTH + '"end"' + "}" * DEPTH
    return json.dumps(body, ensure_ascii=False)[:-1] + f',"thread":{nest}}}'


CUSTOMER_MEMBERS = frozenset({"account", "emails", "customer", "requester"})
"""The members of the systems' objects that hold a key of their customer."""

FAULTS: tuple[tuple[str, str, int, Callable[[random.Random, Body], str]], ...] = (
    (NOT_JSON, "crm-contact", 2, _cut_off),
    (NOT_JSON, "shop-order", 3, _cut_off),
    (NOT_AN_OBJECT, "support-ticket", 3, _in_a_list),
    (NO_ID, "crm-contact", 2, _without_id),
    (NO_ID, "shop-order", 3, _without_id),
    (NO_CUSTOMER_KEY, "support-ticket", 2, _of_nobody),
    (NO_CUSTOMER_KEY, "contact-record", 5, _by_an_unknown_caller),
    (TOO_DEEP, "support-ticket", 2, _nested),
)
"""What is wrong, the object type, how many lines of every sample have it, and what makes it of a good object."""
