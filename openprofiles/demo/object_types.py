"""How the objects of each system map: what PutProfileObjectType takes, as plain data.

The choices, and why:
- An account number or a shop's customer id is checked by the system that gives it out, so it is its type's first key.
- An e-mail address finds the customer in every system but the contact centre, which does not know it.
- A phone is weaker: a household shares one. It is SECONDARY, asked only when nothing better matched, and where several
  customers have it, it attaches to none of them. In the CRM it is no key for matching at all (placeholders, lines at
  home), but it is indexed as a field of the profile, so that orders, tickets and calls find it.
- What is only looked up (the ids that each system gives its objects) is UNIQUE and never decides on the profile.
"""

from typing import Any

CRM, SHOP, SUPPORT, CALLS = "crm-contact", "shop-order", "support-ticket", "contact-record"

ObjectType = dict[str, Any]


def _field(source: str, target: str = "", content: str = "STRING") -> dict[str, str]:
    path = source if "{{" in source else f"_source.{source}"
    return {"Source": path, "ContentType": content} | ({"Target": target} if target else {})


def _key(field: str, *identifiers: str) -> dict[str, list[str]]:
    return {"FieldNames": [field], "StandardIdentifiers": list(identifiers)}


def _tidy(path: str) -> str:
    return f"{{{{#removeExtraSpace}}}}{{{{_source.{path}}}}}{{{{/removeExtraSpace}}}}"


def _address(source: str, target: str) -> dict[str, dict[str, str]]:
    """Five fields, named after the target: `Address.City` and so on."""
    members = {"street": "Address1", "city": "City", "state": "State", "postalCode": "PostalCode", "country": "Country"}
    prefix = target.partition(".")[2]
    return {f"{prefix}.{to}": _field(f"{source}.{member}", f"{target}.{to}") for member, to in members.items()}


CRM_CONTACT: ObjectType = {
    "ObjectTypeName": CRM,
    "Description": "Contacts of the CRM, which staff keep in order: its values win over those of the other systems",
    "AllowProfileCreation": True,
    "SourcePriority": 1,
    "SourceLastUpdatedTimestampFormat": "EpochMilli",
    "Fields": {
        "id": _field("id"),
        "account": _field("account", "_profile.AccountNumber", "NUMBER"),
        "firstName": _field(_tidy("name.first"), "_profile.FirstName", "NAME"),
        "middleName": _field(_tidy("name.middle"), "_profile.MiddleName", "NAME"),
        "lastName": _field(_tidy("name.last"), "_profile.LastName", "NAME"),
        "birthDate": _field("birthDate", "_profile.BirthDate"),
        "email": _field("emails.private", "_profile.EmailAddress", "EMAIL_ADDRESS"),
        "businessEmail": _field("emails.business", "_profile.BusinessEmailAddress", "EMAIL_ADDRESS"),
        "mobile": _field("phones.mobile", "_profile.MobilePhoneNumber", "PHONE_NUMBER"),
        "home": _field("phones.home", "_profile.HomePhoneNumber", "PHONE_NUMBER"),
        "segment": _field("segment", "_profile.Attributes.Segment"),
        "owner": _field("{{#removeExtraSpace}}CRM {{_source.owner}}{{/removeExtraSpace}}", "_profile.Attributes.Owner"),
        "updated": _field("updated", "_profile.SourceLastUpdatedTimestamp"),
        **_address("address", "_profile.Address"),
    },
    "Keys": {
        "crmContactId": [_key("id", "UNIQUE")],
        "_account": [_key("account", "PROFILE")],
        "_email": [_key("email", "PROFILE"), _key("businessEmail", "PROFILE")],
    },
}

SHOP_ORDER: ObjectType = {
    "ObjectTypeName": SHOP,
    "Description": "Orders of the web shop, of signed-in customers and of guests",
    "AllowProfileCreation": True,
    "SourceLastUpdatedTimestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
    "Fields": {
        "id": _field("id"),
        "customerId": _field("customer.id", "_profile.Attributes.ShopCustomerId"),
        "email": _field("customer.email", "_profile.PersonalEmailAddress", "EMAIL_ADDRESS"),
        "phone": _field("customer.phone", "_profile.PhoneNumber", "PHONE_NUMBER"),
        "firstName": _field(_tidy("customer.firstName"), "_profile.FirstName", "NAME"),
        "lastName": _field(_tidy("customer.lastName"), "_profile.LastName", "NAME"),
        "updated": _field("updatedAt", "_profile.SourceLastUpdatedTimestamp"),
        **_address("shipTo", "_profile.ShippingAddress"),
        "orderName": _field("Order {{_source.id}}", "_order.Name"),
        "orderStatus": _field("status", "_order.Status"),
        "orderCreated": _field("createdAt", "_order.CreatedDate"),
        "orderUpdated": _field("updatedAt", "_order.UpdatedDate"),
        "orderTotal": _field("total", "_order.TotalPrice", "NUMBER"),
        "orderCurrency": _field("currency", "_order.Currency"),
        "shipToName": _field("shipTo.name", "_order.ShippingAddress.Name"),
        "itemTitles": _field("items[].title", "_order.OrderItems[].Title"),
        "itemPrices": _field("items[].price", "_order.OrderItems[].Price"),
        "itemQuantities": _field("items[].quantity", "_order.OrderItems[].Quantity"),
    },
    "Keys": {
        "shopOrderId": [_key("id", "ORDER", "UNIQUE")],
        "shopCustomerId": [_key("customerId", "PROFILE")],
        "_email": [_key("email", "PROFILE")],
        "_phone": [_key("phone", "PROFILE", "SECONDARY")],
    },
}

SUPPORT_TICKET: ObjectType = {
    "ObjectTypeName": SUPPORT,
    "Description": "Tickets of the support desk, with what the requester typed into its form",
    "AllowProfileCreation": True,
    "SourceLastUpdatedTimestampFormat": "yyyy-MM-dd HH:mm:ss Z",
    "Fields": {
        "id": _field("id"),
        "email": _field("requester.email", "_profile.EmailAddress", "EMAIL_ADDRESS"),
        "phone": _field("requester.phone", "_profile.PhoneNumber", "PHONE_NUMBER"),
        "name": _field(_tidy("requester.name"), "_profile.Attributes.NameInSupport", "NAME"),
        "updated": _field("updated", "_profile.SourceLastUpdatedTimestamp"),
        "title": _field("subject", "_case.Title"),
        "summary": _field("text", "_case.Summary"),
        "status": _field("status", "_case.Status"),
        "reason": _field("category", "_case.Reason"),
        "created": _field("created", "_case.CreatedDate"),
        "caseUpdated": _field("updated", "_case.UpdatedDate"),
    },
    "Keys": {
        "supportTicketId": [_key("id", "CASE", "UNIQUE")],
        "_email": [_key("email", "PROFILE")],
        "_phone": [_key("phone", "PROFILE", "SECONDARY")],
        "_fullName": [_key("name")],
    },
}

CONTACT_RECORD: ObjectType = {
    "ObjectTypeName": CALLS,
    "Description": "Calls to the contact centre, some with the account number that the caller typed",
    "AllowProfileCreation": True,
    "Fields": {
        "contactId": _field("contactId"),
        "phone": _field("customerEndpoint.address", "", "PHONE_NUMBER"),
        "account": _field("attributes.accountNumber", "", "NUMBER"),
        "lastQueue": _field("queue.name", "_profile.Attributes.LastQueue"),
    },
    "Keys": {
        "contactId": [_key("contactId", "UNIQUE")],
        "_account": [_key("account", "PROFILE")],
        "_phone": [_key("phone", "PROFILE", "SECONDARY")],
    },
}

OBJECT_TYPES: dict[str, ObjectType] = {
    definition["ObjectTypeName"]: definition for definition in (CRM_CONTACT, SHOP_ORDER, SUPPORT_TICKET, CONTACT_RECORD)
}
"""In the order in which their objects are sent: the CRM first, because it knows most about a customer."""

UNIQUE_KEYS = {CRM: "crmContactId", SHOP: "shopOrderId", SUPPORT: "supportTicketId", CALLS: "contactId"}
"""The key that finds one object of the type."""
