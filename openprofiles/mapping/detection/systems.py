"""Well-known systems: the predefined keys of their ids, and what gives their objects away."""

import re
from collections.abc import Mapping, Set

import msgspec

from openprofiles.mapping.detection.kinds import CASE, CONTACT_RECORD, ORDER, PROFILE
from openprofiles.mapping.detection.samples import Leaf
from openprofiles.mapping.detection.words import words
from openprofiles.mapping.json_values import text_of


class System(msgspec.Struct, frozen=True):
    """`marks`: names of which its objects have one, beside all of `needs`; `own`: kind → key of their ids; `customer`:
    key of the ids by which they name a customer; `external`: key of the ids that its customers have elsewhere.
    """

    marks: frozenset[str]
    own: Mapping[str, str]
    customer: str = ""
    external: str = ""
    needs: frozenset[str] = frozenset()


SYSTEMS = (
    System(
        words("callerid incidentstate incidentstatus incidentnumber"),
        {CASE: "_serviceNowIncidentId"},
        "_serviceNowSystemId",
        needs=words("sysid"),
    ),
    System(words("sysid"), {PROFILE: "_serviceNowSystemId", CASE: "_serviceNowTaskId"}, "_serviceNowSystemId"),
    System(
        words("admingraphqlapiid xshopifytopic"),
        {PROFILE: "_shopifyCustomerId", ORDER: "_shopifyOrderId"},
        "_shopifyCustomerId",
    ),
    System(words("traits"), {PROFILE: "_segmentUserId"}),
    System(words("leadpartitionid marketoguid sfdccontactid sfdcaccountid"), {PROFILE: "_marketoLeadId"}),
    System(
        words("ticketrestriction allowchannelback ticketformid"),
        {PROFILE: "_zendeskUserId", CASE: "_zendeskTicketId"},
        "_zendeskUserId",
        "_zendeskExternalId",
    ),
    System(words("initiationmethod"), {CONTACT_RECORD: "_ctrContactId"}),
)
UNKNOWN = System(frozenset(), {})

SALESFORCE_KEYS = {"003": "_salesforceContactId", "001": "_salesforceAccountId", "02i": "_salesforceAssetId"}
_SALESFORCE_ID = re.compile(r"[0-9a-zA-Z]{12,18}")
_SALESFORCE_NAMES = {("id",), ("contact", "id"), ("account", "id"), ("asset", "id")}


def system_of(names: Set[str]) -> System:
    """The system that objects with these (compact) names are from."""
    return next((system for system in SYSTEMS if system.marks & names and system.needs <= names), UNKNOWN)


def salesforce_key(leaf: Leaf) -> str:
    """The key of an id of Salesforce, whose first three characters say what it is of; empty for other ids."""
    name = leaf.words[-1]
    is_own = name in _SALESFORCE_NAMES and leaf.name[:1].isupper()
    if not is_own and name[:1] not in (("sfdc",), ("salesforce",)):
        return ""
    values = [text_of(value) for value in leaf.filled]
    prefixes = {value[:3] for value in values if _SALESFORCE_ID.fullmatch(value)}
    prefix = prefixes.pop() if len(prefixes) == 1 else ""
    said = "003" if "contact" in name else "001" if "account" in name else prefix
    return SALESFORCE_KEYS.get(prefix, "") if said == prefix else ""
