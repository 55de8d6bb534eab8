"""Which names of members mean which field, in the order in which they are to be preferred.

Names are compact: lower-case letters and digits without separators, so that `firstName`, `first_name` and `First-Name`
are one.
"""

from openprofiles.mapping.detection.words import words

MOMENTS = ("at", "on", "date", "time", "datetime", "timestamp", "ts", "dt", "gmt", "utc", "dategmt", "dateutc")


def moments(verbs: str, participles: str) -> str:
    """`updated` → `updatedat`, `updateddate`, …, `dateupdated`, `updated`; a verb (`update`) is none of these alone."""
    behind = [f"{verb}{moment}" for verb in (*participles.split(), *verbs.split()) for moment in MOMENTS]
    before = [f"{moment}{one}" for one in participles.split() for moment in ("date", "time")]
    return " ".join((*behind, *before, *(f"{one}gmt" for one in before), participles))


def priced(names: str) -> str:
    """Amounts of money with their tax come first, those without it last."""
    plain = names.split()
    gross = [f"{name}{tax}" for name in plain for tax in ("inctax", "incltax", "includingtax", "incvat", "gross")]
    net = [f"{name}{tax}" for name in plain for tax in ("extax", "excltax", "excludingtax", "exvat", "net")]
    return " ".join((*plain, *gross, *net))


ADDRESS_PARTS = {
    "Address1": "street firstline street1 streetaddress streetaddress1 address1 addressline1 line1 addr1 addressline"
    " streetline1 streetname address addressstreet addressstreet1 addresslines streetlines lines line strasse rue calle"
    " adresse direccion indirizzo straat",
    "Address2": "street2 secondline address2 addressline2 line2 addr2 streetaddress2 streetline2 suite apartment"
    " apt unit flat",
    "Address3": "street3 address3 addressline3 line3 addr3",
    "Address4": "street4 address4 addressline4 line4 addr4",
    "HouseNumber": "housenumber houseno housenr streetnumber streetno hausnummer hausnr huisnummer",
    "City": "city town cityname locality municipality cityortown towncity ort stadt wohnort ville ciudad"
    " citta woonplaats",
    "County": "county",
    "State": "state statename stateprovince stateprov stateorprovince stateregion region regionname"
    " administrativearea administrativedistrictlevel1 administrativearealevel1 bundesland statecode regioncode",
    "Province": "province provincename provincecode",
    "Country": "country countryname land pays pais paese countrycode countryiso countryisocode countryiso2 countrycode2"
    " isocountrycode countryid",
    "PostalCode": "postalcode postcode zip zipcode zippostalcode postal plz postleitzahl"
    " codepostal codigopostal pincode eircode",
}
"""Parts of an address; a house number is joined to its street."""

PERSON = {
    "FirstName": "firstname fname givenname givennames forename forenames vorname prenom namefirst namegiven first"
    " given nombre nome voornaam",
    "MiddleName": "middlename middlenames mname middleinitial namemiddle middle",
    "LastName": "lastname lname surname familyname nachname nomdefamille apellido apellidos cognome achternaam nom"
    " namelast namefamily last family",
    "FullName": "fullname name displayname completename namefull formattedname",
    "BusinessName": "company companyname businessname business organization organisation organizationname"
    " organisationname orgname employer employername firm firmname legalname accountname firma empresa societe",
    "BirthDate": "birthdate dateofbirth dob birthday birthdaydate geburtsdatum"
    " datenaissance datedenaissance fechanacimiento fechadenacimiento datadinascita geboortedatum",
    "Gender": "gender sex geschlecht",
    "PartyType": "partytype customertype clienttype accounttype persontype type",
    "IsPerson": "ispersonaccount isperson isindividual isconsumer",
    "IsBusiness": "isbusiness iscompany isorganization isorganisation isbusinessaccount iscorporate",
    "AccountNumber": "accountnumber accountno accountnr customernumber customerno customernr clientnumber clientno"
    " kundennummer kundennr custno",
    "Mobile": "mobile sms mobilephone mobilenumber mobilephonenumber mobileno cell cellphone cellnumber cellular handy"
    " mobiltelefon mobilnummer movil cellulare portable msisdn",
    "Landline": "landline landlinenumber homenumber festnetz",
    "Phone": "phone phonenumber telephone telephonenumber tel phoneno contactnumber telefon telefonnummer telefono"
    " phones phonenumbers telephones",
    "Email": "email emailaddress mail mailaddress emailid emailaddr emails emailaddresses correo correoelectronico",
    "Note": "note notes remarks remark comments comment additionalinformation additionalinfo description bio about",
}

UPDATED = moments(
    "lastupdate lastmodify update modify change lastchange",
    "updated lastmodified modified lastupdated changed lastchanged lastmodification",
)
UPDATED = f"{UPDATED} lastupdate lastchange systemmodstamp letzteaenderung geaendertam aenderungsdatum"
CREATED = moments("create creation add registration signup", "created added registered signedup")
TIMES = {"Updated": f"{UPDATED} timestamp eventtime occurredat sentat receivedat"}

COMMON = {
    "Status": "status bookingstatus reservationstatus state",
    "CreatedDate": CREATED,
    "UpdatedDate": UPDATED,
    "Channel": "channel bookingchannel saleschannel",
    "CurrencyCode": "currencycode currency",
    "TotalAmount": "totalamount totalprice grandtotal total amount",
}
"""Fields that several of the standard objects without a closed definition have."""

ORDER = {
    "CustomerEmail": "customeremail email contactemail emailaddress buyeremail",
    "CustomerPhone": "customerphone phone phonenumber contactphone telephone",
    "CreatedDate": f"{CREATED} {moments('order purchase', 'ordered placed purchased')}",
    "UpdatedDate": UPDATED,
    "ProcessedDate": moments("payment", "processed paid"),
    "ClosedDate": moments("", "closed completed finished"),
    "CancelledDate": moments("cancellation", "cancelled canceled"),
    "CancelReason": "cancelreason cancellationreason",
    "Name": "ordername name ordernumber number orderno ordernr orderreference orderref incrementid reference"
    " referenceid",
    "AdditionalInformation": "note notes customernote comment comments remarks customermessage buyermessage"
    " messagefrombuyer instructions",
    "Gateway": "gateway paymentgateway paymentmethod paymentmethodtitle paymentprovider paymenttype",
    "Status": "financialstatus status orderstatus paymentstatus state",
    "StatusUrl": "orderstatusurl statusurl invoiceurl trackingurl",
    "CreditCardNumber": "creditcardnumber cardlast4 last4 lastfour",
    "CreditCardCompany": "creditcardcompany cardbrand cardtype creditcardtype",
    "FulfillmentStatus": "fulfillmentstatus fulfilmentstatus shippingstatus deliverystatus shipmentstatus",
    "TotalPrice": priced("totalprice grandtotal ordertotal total totalamount amounttotal amount ordervalue"),
    "TotalTax": "totaltax taxtotal taxamount totaltaxamount totaltaxcost tax vat vatamount",
    "TotalDiscounts": "totaldiscounts totaldiscount discounttotal discountamount totaldiscountamount discountamt"
    " discounts discount",
    "TotalItemsPrice": f"{priced('totallineitemsprice totalitemsprice subtotalprice subtotal')} itemstotal",
    "TotalShippingPrice": priced(
        "totalshippingprice totalshippingcost totalshipping shippingtotal shippingamount shippingcost shippingprice"
        " shippingfee deliveryfee freight"
    ),
    "TotalTipReceived": "totaltipreceived totaltip tip tips tipamount",
    "Currency": "currency currencycode ordercurrency ordercurrencycode",
    "TotalWeight": "totalweight weight",
}
ORDER_ITEM = {
    "Title": "title name productname producttitle itemname product description",
    "Price": "price unitprice itemprice amount unitamount",
    "Quantity": "quantity qty qtyordered count",
}
CASE = {
    "Title": "title subject shortdescription casetitle ticketsubject headline summary",
    "Summary": "description summary descriptiontext body message content preview details",
    "Status": "status casestatus ticketstatus incidentstatus incidentstate state pipelinestage stage",
    "Reason": "reason casereason category",
    "CreatedBy": "createdby openedby syscreatedby",
    "CreatedDate": f"{CREATED} {moments('', 'opened reported')} syscreatedon",
    "UpdatedDate": f"{UPDATED} sysupdatedon",
    "ClosedDate": moments("resolution", "closed lastclosed resolved solved"),
}
ASSET = {
    "AssetName": "assetname name productname product devicename title",
    "SerialNumber": "serialnumber serialno serial vin imei",
    "ModelNumber": "modelnumber modelno modelcode",
    "ModelName": "modelname model",
    "ProductSKU": "productsku sku stockkeepingunit productcode articlenumber partnumber",
    "PurchaseDate": f"{moments('purchase', 'purchased bought')} dateofpurchase",
    "UsageEndDate": "usageenddate warrantyenddate warrantyexpiry warrantyexpirationdate warrantyuntil warrantyend",
    "Status": "status",
    "Price": "price purchaseprice",
    "Quantity": "quantity qty",
    "Description": "description",
}
FIELD_NAMES: dict[str, dict[str, str]] = {
    "_order": ORDER,
    "_case": CASE,
    "_asset": ASSET,
    "_airBooking": {
        "BookingReference": "bookingreference recordlocator pnr pnrcode bookingref bookingcode locator",
        "BookingDate": "bookingdate bookedat dateofbooking",
        "PassengerCount": "passengercount numberofpassengers passengers paxcount",
    },
    "_airSegment": {"FlightNumber": "flightnumber flightno flight", "Carrier": "carrier airline carriercode"},
    "_hotelReservation": {
        "ConfirmationNumber": "confirmationnumber confirmationno confirmationcode confirmation reservationnumber"
        " bookingnumber bookingreference number",
        "HotelCode": "hotelcode propertycode hotelid propertyid",
        "CheckInDate": f"{moments('checkin arrival start', '')} checkin arrival",
        "CheckOutDate": f"{moments('checkout departure end', '')} checkout departure",
        "RoomType": "roomtype roomcategory roomtypecode roomtypename unittype",
        "RatePlan": "rateplan rateplanname rateplancode ratename ratecode rate",
        "GuestCount": "guestcount numberofguests numguests guests totalguests occupancy adultcount"
        " numberofadults adults",
    },
    "_loyaltyTransaction": {"MembershipId": "membershipid membershipnumber memberid membernumber"},
    "_webAnalytics": {"EventTimestamp": "eventtimestamp timestamp", "PageUrl": "pageurl url"},
    "_device": {"OperatingSystem": "operatingsystem os osname", "ModelName": "modelname model"},
}
"""Beside these, each field of a standard object has its own name."""

WHOLE_ONLY = words(
    "type line lines first given last family middle name number mail tel total amount birth land nombre nome nom via"
    " portable sms about business"
)
"""Names that mean a field only where they are all of a member's name (and `name` behind words for a customer)."""

ITEM_LISTS = words(
    "lineitems orderitems orderlines items lines products cartitems orderproducts positions orderedproducts"
)
"""Lists of the items of an order."""
