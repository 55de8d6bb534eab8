"""The calculated attributes that come with contact records ("Default calculated attributes in Amazon Connect Customer
Profiles"). Where the page gives no expression, it is what the name says of a contact record.
"""

from openprofiles.calculation.definitions import CalculatedAttributeDocument
from openprofiles.shapes import AttributeDetails, AttributeItem, Conditions, Range, Statistic, Threshold

OBJECT_TYPE = "CTR"

FREQUENT_CALLS = "5"

LAST_MONTH = Range(value=30, unit="DAYS")


def _attribute(
    display_name: str, statistic: Statistic, *names: str, expression: str = "", conditions: Conditions | None = None
) -> CalculatedAttributeDocument:
    return CalculatedAttributeDocument(
        display_name=display_name,
        statistic=statistic,
        attribute_details=AttributeDetails(
            attributes=[AttributeItem(name=name) for name in names],
            expression=expression or f"{{{OBJECT_TYPE}.{names[0]}}}",
        ),
        conditions=conditions,
    )


DEFAULTS = {
    "_most_frequent_channel": _attribute(
        "Most frequent channel", "MAX_OCCURRENCE", "channel", conditions=Conditions(range=LAST_MONTH)
    ),
    "_last_channel": _attribute("Last channel", "LAST_OCCURRENCE", "channel"),
    "_last_agent_id": _attribute("Last agent identifier", "LAST_OCCURRENCE", "agent.id"),
    "_frequent_caller": _attribute(
        "Frequent caller",
        "COUNT",
        "contactId",
        conditions=Conditions(range=LAST_MONTH, threshold=Threshold(value=FREQUENT_CALLS, operator="GREATER_THAN")),
    ),
    "_average_hold_time": _attribute(
        "Average hold time", "AVERAGE", "agent.customerHoldDuration", conditions=Conditions(range=LAST_MONTH)
    ),
    "_average_call_duration": _attribute(
        "Average call duration",
        "AVERAGE",
        "disconnectTimestamp",
        "connectedToSystemTimestamp",
        expression=f"{{{OBJECT_TYPE}.disconnectTimestamp}} - {{{OBJECT_TYPE}.connectedToSystemTimestamp}}",
        conditions=Conditions(range=LAST_MONTH),
    ),
}
"""Name → definition."""
