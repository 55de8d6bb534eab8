"""Fields in which lint finds something, and fields that come near."""

from tests.api.mappings import computed, definition, email, key, phone, text, typed
from tests.mapping.linted import OWN, Fires, Misses, in_key, with_fields

FIRST, MAIL, PHONE = "_profile.FirstName", "_profile.EmailAddress", "_profile.PhoneNumber"

FIRES: Fires = {
    "an e-mail address in a key, as text": (
        "WrongContentType",
        "value",
        "an e-mail address, and values that differ in upper and lower case do not match in key buyer; make it EMAIL",
        in_key("buyer", text("customer.eMail"), "PROFILE"),
    ),
    "a phone number in a key, as a number": (
        "WrongContentType",
        "value",
        "the same number written in another way does not match in key buyer; make it PHONE_NUMBER",
        in_key("buyer", typed("NUMBER", "mobile_phone"), "PROFILE"),
    ),
    "a name in a key, as text": (
        "WrongContentType",
        "value",
        "values that differ in case or spaces do not match in key buyer; make it NAME",
        in_key("buyer", text("LAST-NAME")),
    ),
    "a name in a key, as an e-mail address": (
        "WrongContentType",
        "value",
        "it is a name, and fills EmailAddress where its object creates a profile; make it NAME",
        in_key("buyer", email("lastName")),
    ),
    "an e-mail address in a key, as a name": (
        "WrongContentType",
        "value",
        "values are compared as NAME in key buyer",
        in_key("buyer", typed("NAME", "email")),
    ),
    "a key that tells what its field is": (
        "WrongContentType",
        "value",
        "it does not fill EmailAddress where its object creates a profile, and AWS compares key _email as STRING",
        in_key("_email", text("contact")),
    ),
    "a field of _email that has the target": (
        "WrongContentType",
        "value",
        "ContentType STRING: AWS compares key _email as STRING, though it holds an e-mail address; make it EMAIL",
        in_key("_email", text("contact", MAIL)),
    ),
    "a field of _fullName as text": (
        "WrongContentType",
        "value",
        "ContentType STRING: AWS compares key _fullName as STRING, though it holds a name; make it NAME",
        in_key("_fullName", text("who")),
    ),
    "a target for phone numbers, given text": (
        "WrongContentType",
        "value",
        "a text without digits such as n/a goes to _profile.PhoneNumber and replaces a phone number; make it PHONE",
        with_fields(value=text("call", PHONE)),
    ),
    "a target for phone numbers, given numbers": (
        "WrongContentType",
        "value",
        "ContentType NUMBER: a text without digits",
        with_fields(value=typed("NUMBER", "call", PHONE)),
    ),
    "a target for e-mail addresses, given text": (
        "WrongContentType",
        "value",
        "a text of spaces goes to _profile.EmailAddress and replaces an e-mail address; make it EMAIL_ADDRESS",
        with_fields(value=text("contact", MAIL)),
    ),
    "a target for e-mail addresses, given phone numbers": (
        "WrongContentType",
        "value",
        "it is an e-mail address, and fills PhoneNumber",
        with_fields(value=phone("contact", MAIL)),
    ),
    "a name of the profile as text": (
        "NameAsText",
        "value",
        "target _profile.FirstName and ContentType STRING",
        with_fields(value=text("given", FIRST)),
    ),
    "two fields with one target": (
        "SharedTarget",
        "b",
        "Fields a, b all write _profile.EmailAddress: where several have a value, that of b stays",
        with_fields(a=email("private", MAIL), b=email("work", MAIL)),
    ),
    "a whole structure and a member of it": (
        "SharedTarget",
        "city",
        "Fields all, city all write _profile.Address.City",
        with_fields(all=text("address", "_profile.Address"), city=text("city", "_profile.Address.City")),
    ),
    "an attribute that is a field": (
        "AttributeInsteadOfField",
        "mail",
        "writes to _profile.Attributes.email_address, and nothing to _profile.EmailAddress",
        with_fields(mail=email("mail", "_profile.Attributes.email_address")),
    ),
    "an attribute with another name of a field": (
        "AttributeInsteadOfField",
        "born",
        "make the target _profile.BirthDate",
        with_fields(born=text("born", "_profile.Attributes.DateOfBirth")),
    ),
    "an attribute that is a member of a structure": (
        "AttributeInsteadOfField",
        "city",
        "make the target _profile.Address.City",
        with_fields(city=text("city", "_profile.Attributes.Address.City")),
    ),
    "an attribute of an order": (
        "AttributeInsteadOfField",
        "total",
        "make the target _order.TotalPrice",
        definition(
            {"id": text("id"), "total": text("total", "_order.Attributes.total_price")},
            {**OWN, "order": key("id", "ORDER")},
        ),
    ),
    "a field for nothing": ("UnusedField", "a", "so _source.a is read for nothing", with_fields(a=text("a"))),
    "a field of which nothing is known": (
        "UnusedField",
        "a",
        "so its value is read for nothing",
        with_fields(a={"ContentType": "STRING"}),
    ),
    "a phone number for nothing, where no profile is created": (
        "UnusedField",
        "a",
        "give it a target",
        with_fields(a=phone("a")) | {"AllowProfileCreation": False},
    ),
}

MISSES: Misses = {
    "an e-mail address in a key of that type": (
        "WrongContentType",
        in_key("buyer", email("email"), "PROFILE"),
    ),
    "a flag about an e-mail address in a key": ("WrongContentType", in_key("flag", text("emailVerified"))),
    "an id put together of an e-mail address and a number": (
        "WrongContentType",
        in_key("entry", computed("{{_source.email}}/{{_source.number}}")),
    ),
    "an e-mail address in no key, for an attribute": (
        "WrongContentType",
        with_fields(value=text("agentEmail", "_profile.Attributes.agentMail")),
    ),
    "an account number as a number": ("WrongContentType", in_key("_account", typed("NUMBER", "account"), "PROFILE")),
    "a target for e-mail addresses, given names": ("WrongContentType", with_fields(value=typed("NAME", "mail", MAIL))),
    "a name of the profile as a name": ("NameAsText", with_fields(value=typed("NAME", "given", FIRST))),
    "a name as text, in a key, which says more": (
        "NameAsText",
        in_key("nick", text("nick", FIRST)),
    ),
    "a name of a firm as text": ("NameAsText", with_fields(value=text("firm", "_profile.BusinessName"))),
    "two targets of one source": (
        "SharedTarget",
        with_fields(a=email("mail", MAIL), b=email("mail", "_profile.BusinessEmailAddress")),
    ),
    "two members of one list": (
        "SharedTarget",
        definition(
            {
                "id": text("id"),
                "a": text("items[].title", "_order.OrderItems[].Title"),
                "b": text("items[].price", "_order.OrderItems[].Price"),
            },
            {**OWN, "order": key("id", "ORDER")},
        ),
    ),
    "an attribute beside the field itself": (
        "AttributeInsteadOfField",
        with_fields(a=email("mail", MAIL), b=text("mail", "_profile.Attributes.EmailAddress")),
    ),
    "an attribute of another name": (
        "AttributeInsteadOfField",
        with_fields(a=text("agentEmail", "_profile.Attributes.AgentEmail")),
    ),
    "an attribute of an object that takes any name": (
        "AttributeInsteadOfField",
        definition(
            {"id": text("id"), "a": text("a", "_device.Attributes.Status")}, {**OWN, "device": key("id", "DEVICE")}
        ),
    ),
    "a phone number that fills new profiles": ("UnusedField", with_fields(a=phone("a"))),
    "a field of a key": ("UnusedField", in_key("nick", text("nick"))),
}
