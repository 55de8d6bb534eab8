"""Sources in which lint finds something, and sources that come near."""

from tests.api.mappings import computed, definition, key, text
from tests.mapping.linted import OWN, Fires, Misses, in_key, with_fields

ATTRIBUTE = "_profile.Attributes.x"

FIRES: Fires = {
    "a key without source": (
        "NoSource",
        "value",
        "Field value has no Source",
        in_key("nick", {"ContentType": "STRING"}),
    ),
    "a field without source": (
        "NoSource",
        "a",
        "always empty; give it one, as in _source.a",
        with_fields(a={"Target": ATTRIBUTE}),
    ),
    "a path without its underscore": (
        "PathAsConstant",
        "a",
        "has the Source source.name.first, which is a constant",
        with_fields(a=computed("source.name.first", ATTRIBUTE)),
    ),
    "a JSONPath": ("PathAsConstant", "a", "the Source $.name", with_fields(a=computed("$.name", ATTRIBUTE))),
    "a list in a key": (
        "ListAsText",
        "value",
        "gives a list, and key tag takes text",
        in_key("tag", computed("_source.tags[].name", ATTRIBUTE)),
    ),
    "a list for a field": (
        "ListAsText",
        "a",
        "gives a list, and _profile.BusinessName takes text",
        with_fields(a=computed("_source.firms[]", "_profile.BusinessName")),
    ),
    "a list in a template": (
        "ListAsText",
        "a",
        "gives a list, and a template takes text",
        with_fields(a=computed("Tags: {{_source.tags[]}}", ATTRIBUTE)),
    ),
    "a template for a structure": (
        "TextForStructure",
        "a",
        "gives a text, and its target _profile.Address takes no text",
        with_fields(a=computed("{{_source.address}}", "_profile.Address")),
    ),
    "a constant for a list": (
        "TextForStructure",
        "a",
        "target _order.OrderItems[].Title takes no text",
        definition(
            {"id": text("id"), "a": computed("pen", "_order.OrderItems[].Title")}, {**OWN, "order": key("id", "ORDER")}
        ),
    ),
    "a template of one path": (
        "NeedlessTemplate",
        "a",
        "has the template {{_source.a.b}}, where an accessor, without braces, is faster",
        with_fields(a=computed("{{_source.a.b}}", ATTRIBUTE)),
    ),
    "a list that is glued together": (
        "EachWithoutSeparator",
        "a",
        "({{#each _source.tags}}{{this}}{{/each}})",
        with_fields(a=computed("{{#each _source.tags}}{{this}}{{/each}}", ATTRIBUTE)),
    ),
    "a list inside of a block": (
        "EachWithoutSeparator",
        "a",
        "with nothing between them",
        with_fields(a=computed("{{#if _source.b}}{{#each _source.c}}{{#if d}}{{d}}{{/if}}{{/each}}{{/if}}", ATTRIBUTE)),
    ),
}

MISSES: Misses = {
    "a field for nothing without source": ("NoSource", with_fields(a={"ContentType": "STRING"})),
    "a constant that begins with a dot": ("PathAsConstant", with_fields(a=computed(".net", ATTRIBUTE))),
    "a constant that begins like the root": ("PathAsConstant", with_fields(a=computed("_sourced", ATTRIBUTE))),
    "a structure without source": ("TextForStructure", with_fields(a={"Target": "_profile.Address"})),
    "a template of a list": ("NeedlessTemplate", with_fields(a=computed("{{_source.tags[]}}", ATTRIBUTE))),
    "a template for a structure, which gets nothing": (
        "NeedlessTemplate",
        with_fields(a=computed("{{_source.address}}", "_profile.Address")),
    ),
    "a list of which nothing is written": (
        "EachWithoutSeparator",
        with_fields(a=computed("web{{#each _source.tags}}{{/each}}", ATTRIBUTE)),
    ),
    "a field with a source": ("NoSource", with_fields(a=text("a", ATTRIBUTE))),
    "a constant": ("PathAsConstant", with_fields(a=computed("Source: web", ATTRIBUTE))),
    "a constant with dots": ("PathAsConstant", with_fields(a=computed("shop.example.com", ATTRIBUTE))),
    "a list for an attribute": ("ListAsText", with_fields(a=computed("_source.tags[]", ATTRIBUTE))),
    "an element of a list": ("ListAsText", in_key("tag", computed("_source.tags[0].name", ATTRIBUTE))),
    "a list that a block goes through": (
        "ListAsText",
        with_fields(a=computed("{{#each _source.tags[]}}{{this}} {{/each}}", ATTRIBUTE)),
    ),
    "an accessor for a structure": ("TextForStructure", with_fields(a=text("address", "_profile.Address"))),
    "a template for a member": (
        "TextForStructure",
        with_fields(a=computed("{{_source.zip}}-{{_source.more}}", "_profile.Address.PostalCode")),
    ),
    "a template of a path and a text": ("NeedlessTemplate", with_fields(a=computed("No {{_source.a}}", ATTRIBUTE))),
    "a template that takes away spaces": (
        "NeedlessTemplate",
        with_fields(a=computed("{{#removeExtraSpace}}{{_source.a}}{{/removeExtraSpace}}", ATTRIBUTE)),
    ),
    "a list with something between its elements": (
        "EachWithoutSeparator",
        with_fields(a=computed("{{#each _source.tags}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}", ATTRIBUTE)),
    ),
    "the first of a list": (
        "EachWithoutSeparator",
        with_fields(a=computed("{{#each _source.tags}}{{#if @first}}{{this}}{{/if}}{{/each}}", ATTRIBUTE)),
    ),
}
