"""The columns that the engine reads; any may be absent, others are ignored."""

ROW = "Row"
"""The row's number: an integer, unique, which decides ties and names the groups."""

PHONES = ("PhoneNumber", "MobilePhoneNumber", "HomePhoneNumber", "BusinessPhoneNumber")
EMAILS = ("EmailAddress", "PersonalEmailAddress", "BusinessEmailAddress")
STREETS = ("Address.Address1", "Address.Address2", "Address.Address3", "Address.Address4")
FIELDS = (
    "FirstName",
    "MiddleName",
    "LastName",
    "BirthDate",
    "Gender",
    *PHONES,
    *EMAILS,
    "BusinessName",
    "AccountNumber",
    *STREETS,
    "Address.City",
    "Address.State",
    "Address.Province",
    "Address.PostalCode",
    "Address.Country",
)
