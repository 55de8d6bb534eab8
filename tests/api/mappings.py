"""Builders of object type definitions, so that a test shows only what it is about."""

from collections.abc import Mapping
from typing import Any

Field = dict[str, str]
Key = dict[str, list[str]]
Definition = dict[str, Any]
"""The members of a PutProfileObjectType request besides DomainName and ObjectTypeName."""


def computed(source: str, target: str = "", content_type: str = "") -> Field:
    """A field whose source is written out: an accessor or a handlebars text."""
    members = {"Source": source, "Target": target, "ContentType": content_type}
    return {member: value for member, value in members.items() if value}


def text(member: str, target: str = "") -> Field:
    """A field without a content type, read from a member of the object."""
    return computed(f"_source.{member}", target)


def typed(content_type: str, member: str, target: str = "") -> Field:
    return computed(f"_source.{member}", target, content_type)


def email(member: str, target: str = "") -> Field:
    return typed("EMAIL_ADDRESS", member, target)


def phone(member: str, target: str = "") -> Field:
    return typed("PHONE_NUMBER", member, target)


def key(fields: str | tuple[str, ...], *identifiers: str) -> Key:
    """One definition of a key, over one field or several."""
    names = [fields] if isinstance(fields, str) else list(fields)
    return {"FieldNames": names, "StandardIdentifiers": list(identifiers)}


def definition(fields: Mapping[str, Field], keys: Mapping[str, Key | list[Key]], **options: Any) -> Definition:
    """A definition that may create profiles unless `options` say otherwise."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in keys.items()}
    return {"Description": "test", "AllowProfileCreation": True, "Fields": dict(fields), "Keys": lists, **options}


def system(name: str, **options: Any) -> Definition:
    """The records of one system: key `<name>Id` names the record, key `customer` the person whom it is about.

    With a SourceLastUpdatedTimestampFormat among the options, the member `time` is the record's own time.
    """
    fields = {
        "id": text("id"),
        "customer": text("customer"),
        "first": text("first", "_profile.FirstName"),
        "last": text("last", "_profile.LastName"),
        "city": text("city", "_profile.Address.City"),
        "tier": text("tier", "_profile.Attributes.tier"),
        "email": text("email", "_profile.EmailAddress"),
    }
    if "SourceLastUpdatedTimestampFormat" in options:
        fields["time"] = text("time", "_profile.SourceLastUpdatedTimestamp")
    return definition(fields, {f"{name}Id": key("id", "UNIQUE"), "customer": key("customer", "PROFILE")}, **options)


def keyed(keys: Mapping[str, Key | list[Key]], **options: Any) -> Definition:
    """Objects with the text members id, a, b, c and d, and keys on them; nothing goes to the profile."""
    fields = {member: text(member) for member in ("id", "a", "b", "c", "d")}
    return definition(fields, keys, **options)


def products() -> Definition:
    """Registrations of products: each is an asset, named by its serial number."""
    fields = {
        "email": email("email", "_profile.EmailAddress"),
        "serial": text("serial", "_asset.SerialNumber"),
        "name": text("name", "_asset.AssetName"),
        "price": typed("NUMBER", "price", "_asset.Price"),
    }
    keys = {"_email": key("email", "PROFILE"), "productSerialNumber": key("serial", "ASSET", "UNIQUE")}
    return definition(fields, keys)


def tickets() -> Definition:
    """Service tickets: each is a case, linked to an asset by its serial number."""
    fields = {
        "email": email("email", "_profile.EmailAddress"),
        "serial": text("serial"),
        "ticket": text("ticket"),
        "title": text("title", "_case.Title"),
        "status": text("status", "_case.Status"),
    }
    keys = {
        "_email": key("email", "PROFILE"),
        "productSerialNumber": key("serial", "ASSET"),
        "serviceTicketId": key("ticket", "CASE", "UNIQUE"),
    }
    return definition(fields, keys)


def orders() -> Definition:
    """Orders of a shop."""
    fields = {
        "email": email("email", "_profile.EmailAddress"),
        "order": text("order", "_order.Name"),
        "total": text("total", "_order.TotalPrice"),
        "city": text("city", "_order.ShippingAddress.City"),
        "coupon": text("coupon", "_order.Attributes.coupon"),
    }
    keys = {"_email": key("email", "PROFILE"), "orderNumber": key("order", "ORDER", "UNIQUE")}
    return definition(fields, keys)
