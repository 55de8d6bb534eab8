"""What gives an object away as an order, a case or another standard object."""

from openprofiles.mapping.detection.words import words

MARKS: dict[str, dict[int, str]] = {
    "_order": {
        3: "orderid ordernumber lineitems orderitems orderlines fulfillmentstatus financialstatus ordertotal orderdate"
        " orderkey",
        2: "totalprice totaltax subtotal subtotalprice grandtotal discounttotal shippingtotal totaldiscounts"
        " paymentmethod shippinglines taxlines items orderstatus",
        1: "cart billingaddress shippingaddress billing shipping total currency checkoutid datepaid products",
    },
    "_case": {
        3: "ticketid caseid casenumber ticketnumber incidentnumber incidentstate incidentstatus"
        " subject shortdescription casestatus",
        2: "requesterid requester callerid caller openedby severity assigneeid assignee assignedto priority caseorigin"
        " issuetype urgency",
        1: "resolvedat closedat resolution category description reason impact escalated isescalated reporter",
    },
    "_asset": {
        3: "assetid serialnumber vin assettag registrationid installdate",
        2: "modelnumber modelyear warrantyenddate warrantyexpiry warrantyend usageenddate productsku stockkeepingunit"
        " purchasedate",
        1: "sku model modelname productname price quantity retailer warranty product",
    },
    "_airBooking": {
        3: "recordlocator pnr bookingreference pnrcode",
        2: "bookingid passengers passengercount segments itinerary flights",
        1: "pointofsale tickets fare",
    },
    "_airSegment": {
        3: "flightnumber flightno",
        2: "cabin segmentid seatnumber departureairport arrivalairport",
        1: "departure arrival carrier airline",
    },
    "_hotelReservation": {
        3: "reservationid checkindate checkoutdate checkin checkout",
        2: "confirmationnumber hotelcode roomtype roomcategory roomtypename rateplan nights numberofguests adultcount"
        " childcount numadults numchildren arrivaldate departuredate",
        1: "propertycode room adults children",
    },
    "_loyaltyTransaction": {
        3: "pointsearned pointsredeemed",
        2: "transactionid points membershipid membershipnumber transactiondate",
        1: "type amount",
    },
    "_webAnalytics": {
        3: "pageurl pageview",
        2: "sessionid visitorid eventtype pagetitle",
        1: "referrer eventid useragent devicetype",
    },
    "_device": {
        3: "pushtoken devicetoken",
        2: "deviceid devicetype operatingsystem osversion appversion",
        1: "manufacturer model lastseendate language",
    },
    "": {3: "initiationmethod customerendpoint", 2: "initialcontactid disconnectreason", 1: "contactid channel queue"},
}
"""What gives away that an object is no customer: names of its own members, by their weight. The last kind is a contact
record, which has no standard object.
"""

TELLING = {
    "_order": "TotalPrice TotalTax TotalDiscounts TotalItemsPrice TotalShippingPrice FulfillmentStatus Gateway"
    " CancelReason ProcessedDate TotalWeight",
    "_case": "Reason ClosedDate",
    "_asset": "SerialNumber ModelNumber PurchaseDate UsageEndDate ProductSKU",
    "_hotelReservation": "CheckInDate CheckOutDate RoomType RatePlan GuestCount",
}
"""Fields that no customer has: each adds one to the marks."""

TYPE_WORDS = {
    "order": "_order",
    "case": "_case",
    "ticket": "_case",
    "incident": "_case",
    "asset": "_asset",
    "booking": "_airBooking",
    "reservation": "_hotelReservation",
}
"""What a member that names the object's type says (`"object": "order"`)."""

ID_OWNERS = {
    "_order": "order purchase checkout receipt",
    "_case": "case ticket incident issue request task",
    "_asset": "asset registration product device",
    "_airBooking": "booking reservation",
    "_airSegment": "segment",
    "_hotelReservation": "reservation booking",
    "_loyaltyTransaction": "transaction",
    "_webAnalytics": "event",
    "_device": "device",
    "": "contact",
}
"""Words that name the object itself in its id: `order_id`."""

TYPE_MEMBERS = words("object type objecttype entitytype recordtype resourcetype attributestype kind sysclassname")
"""Members that say what the object is."""
