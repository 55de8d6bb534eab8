"""Which leaves go to which fields of orders, cases, assets and the other standard objects."""

from collections.abc import Iterator, Sequence

from openprofiles.mapping.content_types import EMAIL_ADDRESS, NUMBER, PHONE_NUMBER, STRING
from openprofiles.mapping.detection.choices import Choice, cost_of, fits
from openprofiles.mapping.detection.kinds import ORDER, PROFILE
from openprofiles.mapping.detection.marks import ID_OWNERS
from openprofiles.mapping.detection.meanings import ITEMS, Meaning, meanings, object_table
from openprofiles.mapping.detection.samples import EACH, Leaf, Scalar
from openprofiles.mapping.detection.values import (
    Looks,
    all_look,
    has_digit,
    is_bool,
    is_date,
    is_email,
    is_flag,
    is_masked,
    is_number,
    is_phone,
    is_text,
    is_url,
)
from openprofiles.mapping.detection.words import CUSTOMER, NEUTRAL, SLOT_WORDS, words
from openprofiles.mapping.standard_objects import WORDS

CONTACTS = {"CustomerEmail": EMAIL_ADDRESS, "CustomerPhone": PHONE_NUMBER}
"""Fields of an order that may stand in an address of it."""
SLOT_COST = 5.0
AROUND = (NEUTRAL - CUSTOMER) | SLOT_WORDS | words("payment totals amounts summary pricing shop sys cart address")
MONEY = words("total price amount grand grandtotal subtotal cost")
"""Words around a currency that say nothing of it."""
OF_ITEMS = words("base item product line unit")


def object_choices(leaves: Sequence[Leaf], kind: str) -> Iterator[Choice]:
    """Candidates for the fields of the standard object."""
    if kind == PROFILE:
        return
    for leaf in leaves:
        if leaf.is_element:
            yield from _item(leaf, kind)
        elif leaf.index is None:
            for meaning in meanings(leaf, object_table(kind)):
                yield from _choice(leaf, meaning, kind)


def _choice(leaf: Leaf, meaning: Meaning, kind: str) -> Iterator[Choice]:
    field, target = meaning.field, f"{kind}.{meaning.field}"
    in_slot = bool(SLOT_WORDS & meaning.around)
    allowed = AROUND | words(ID_OWNERS[kind]) | (MONEY if field.startswith("Currency") else frozenset())
    if (in_slot and field not in CONTACTS) or not meaning.around <= allowed:
        return
    if _may_be(kind, field, leaf) and fits(leaf, target):
        cost = cost_of(leaf, meaning) + (SLOT_COST if in_slot else 0.0)
        yield Choice(target, (leaf,), _content_type(field, leaf), cost=cost)


def _may_be(kind: str, field: str, leaf: Leaf) -> bool:
    if (kind, field) in WORDS:
        return bool(leaf.filled) and all(value in WORDS[kind, field] for value in leaf.filled)
    if (kind, field) == (ORDER, "Name"):
        return all_look(_is_number_of_order, leaf.filled)
    return all_look(_looks(field), leaf.filled)


def _looks(field: str) -> Looks:
    """By the field's own name, since the standard objects name theirs alike."""
    if field in CONTACTS:
        return is_email if field == "CustomerEmail" else is_phone
    if field.endswith(("Date", "Timestamp")):
        return is_date
    if field.startswith("Total") or field.endswith(("Price", "Quantity", "Amount", "Count")):
        return is_number
    if field.endswith("Url"):
        return is_url
    if field == "Referrer":
        return is_text
    return is_masked if field == "CreditCardNumber" else _is_plain


def _is_number_of_order(value: Scalar) -> bool:
    """`#1001`, `SO-22`: the name of an order has a digit, that of the one who ordered has none."""
    return _is_plain(value) and has_digit(value)


def _is_plain(value: Scalar) -> bool:
    return not is_bool(value) and not is_flag(value) and not is_url(value)


def _content_type(field: str, leaf: Leaf) -> str:
    if field in CONTACTS:
        return CONTACTS[field]
    return NUMBER if leaf.filled and _looks(field) is is_number else STRING


def _item(leaf: Leaf, kind: str) -> Iterator[Choice]:
    """The items of an order: each one's value goes to the element of the same place."""
    if kind != ORDER or leaf.path.count(EACH) > 1 or leaf.index is not None:
        return
    for meaning in meanings(leaf, ITEMS):
        looks = is_text if meaning.field == "Title" else is_number
        if OF_ITEMS.issuperset(meaning.qualifiers) and all_look(looks, leaf.filled):
            yield Choice(f"{ORDER}.OrderItems[].{meaning.field}", (leaf,), cost=cost_of(leaf, meaning))
