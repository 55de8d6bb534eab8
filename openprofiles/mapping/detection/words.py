"""Words around the name of a field, and what they say about whose field it is.

`customer.primaryEmail` is an e-mail address of the customer, `assistantPhone` and `hotel.city` are not the customer's
at all: a name means a field only where all words before it, and those of the objects around it, are known to leave it
so.
"""

from itertools import chain


def words(text: str) -> frozenset[str]:
    """A set of words, written as a text."""
    return frozenset(text.split())


CUSTOMER = words(
    "customer client user member guest passenger pax traveler traveller contact lead person individual consumer party"
    " patient subscriber buyer purchaser requester caller visitor policyholder cardholder shopper donor student holder"
    " kunde cust applicant"
)
"""Words for the person whom a profile is of."""

REPORTERS = words("openedby requestedby requestedfor reportedby reporter owner")
"""Words for the customer in objects that are not customers; elsewhere they are somebody else."""

NEUTRAL = CUSTOMER | words(
    "properties property traits trait fields field attributes attribute data details detail info information profile"
    " personal demographics identity basic general main primary default current custom merge contacts contact"
    " communication channels phones telephones emails preferred registered values value record supplied account holder"
    " number numbers names daytime my to for of the 1"
)
"""Words that leave the meaning of what they stand before, or around, as it is."""

ADDRESS_WORDS = words(
    "address addresses addr location locations home residence residential other street region state city country legal"
    " permanent private"
)
SLOTS = {
    "BillingAddress": words("billing bill invoice invoicing payer rechnung"),
    "ShippingAddress": words("shipping ship delivery deliver lieferung"),
    "MailingAddress": words("mailing mail postal correspondence"),
}
SLOT_WORDS = frozenset(chain.from_iterable(SLOTS.values()))
HOME = words("home private personal person residential evening")
WORK = words("work business office company corporate professional")
MOBILE = words("mobile cell cellular sms")
ROLES = HOME | WORK | MOBILE

FOREIGN = words(
    "assistant manager agent assignee assigned submitter created modified updated by emergency spouse partner parent"
    " child referrer referral sales rep representative advisor adviser store branch hotel vendor supplier seller"
    " merchant shop support sender inferred ip device browser library page app campaign previous old former birth"
    " issuing passport document bank card relationship owner employee staff author creator driver courier carrier"
)
"""Words for somebody, or something, else."""

ORGANISATION = words("company companies organization organisation org employer business firm account")

ENVELOPES = words(
    "detail event payload data body record object message result results response resource entity after new item"
)
"""Containers that hold the record itself, inside of what a transport added."""

ENVELOPE_MEMBERS = words(
    "version id uuid guid source type detailtype time timestamp account region resources metadata meta topic action"
    " headers schema event eventid eventtype eventname createdat created object livemode apiversion pendingwebhooks"
    " request messageid specversion subject datacontenttype links jsonapi included before old op tsms transaction"
    " previousattributes status success code"
)
"""Members that a transport adds beside the record."""

GENERIC = words(
    "value number text raw formatted display address link href content label data amount shop money string displayvalue"
)
"""Names that say nothing without that of the object around them: `phone.number`, `price.amount`."""

IDS = words("id uuid guid uid gid key number no nr num code ref reference identifier")
"""Last words of an id."""
OWN_IDS = "id uuid guid sysid uid gid recordid objectid entityid externalid identifier key vid sub"
SYSTEMS = words(
    "external crm erp sap sfdc salesforce marketo hubspot zendesk shopify stripe magento netsuite dynamics legacy ext"
    " reference"
)
"""Systems that have ids of the customer, too."""
LOYALTY = words("loyalty membership frequent flyer rewards reward bonus miles club")

ATTRIBUTE_CONTAINERS = words(
    "metadata meta custom preferences preference loyalty membership rewards consent consents marketing subscription"
    " segmentation statistics stats metrics interests email sms opt in permissions custom user via tier company"
    " predictive analytics scores insights calculated extension extensions extra additional"
)
"""Containers, beside the neutral ones, whose members may say something about the customer."""

REFERENCES = words("priority type category tier segment level group plan channel language origin severity issue")
"""Objects of which the name says it all: `"priority": {"id": 2, "name": "High"}`."""

TECHNICAL = words(
    "url uri href link links avatar image photo picture icon thumbnail etag hash token secret signature checksum"
    " version revision api graphql self schema livemode cursor index ip agent latitude longitude lat lng geocode"
    " accuracy sys mod cookie cookies partition program deleted archived moderator restricted restriction shared"
    " private csv photo locked login sequence prefix multipass domain web password salt session browser"
    " landing referring clock object kind allow disable auth factor mfa otp geoip char"
)
"""Words of what a system keeps for itself."""

SENSITIVE = words(
    "password passwd pin ssn tax taxid vat passport iban bic swift card creditcard cvv cvc security nationalid"
    " socialsecurity licence license taxvat vatnumber vatid taxnumber"
)
"""Words of what has no place in a profile that many read."""

LOGINS = words("username login user principal name telecom contact to")
"""Names of members that may hold an e-mail address without saying so."""

SHORT = words(
    "is has can do did no not num tax zip dob sms api ip url job vip age ref pax org cc sub sys id crm erp sap ext bic"
    " pin tel fax bot b2b b2c avg max min sum day new old net 1 2 3 4 5 ship bill mail opt my to of for in on by e"
)
"""Short first words of names that do say something."""

PLACEHOLDERS = words("0 -1 null none unknown n/a na - undefined nil anonymous guest")
"""Values that stand for no customer."""
