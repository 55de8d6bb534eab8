"""How often each thing happens in the customer records. Another value of `Rates` is another world.

A rate is the share of those to whom it could happen: of the people, of the households, of the records, or of the values
of a field, as the comment beside it says. The rates of RATES leave a model that is trained with labels of another seed
(boosted trees on twenty-six comparisons, average linkage) with a pairwise F1 of about 0.966 at 100,000 records: what it
misses are mostly pairs that have hardly a value in common.
"""

import msgspec


class Rates(msgspec.Struct, frozen=True):
    """The table of phenomena."""

    # Records and people
    records_a_person: tuple[float, ...] = (0.78, 0.135, 0.045, 0.02, 0.009, 0.005, 0.003, 0.0015, 0.001, 0.0005)
    """Share of people with 1, 2, 3 … records; the last is spread over that number to three times it."""
    company_records: float = 0.02  # of the records: a company, no person
    records_a_company: tuple[float, ...] = (0.7, 0.18, 0.08, 0.03, 0.01)  # share of companies with 1, 2, 3 … records

    # Households
    household_sizes: tuple[float, ...] = (0.84, 0.1, 0.035, 0.018, 0.007)  # of the households: 1, 2, 3 … members known
    flat_shares: float = 0.12  # of the households of several: no common surname
    own_surname: float = 0.12  # of partners in a household: a surname of their own
    household_landline: float = 0.38  # of the households
    household_mailbox: float = 0.06  # of the households of several: one address for all
    parents_mobile: float = 0.35  # of the children: the mobile of a parent
    parents_email: float = 0.35  # of the children: the e-mail address of a parent
    twins: float = 0.06  # of the households with two children
    twins_alike: float = 0.25  # of the twins: first names with the same initial
    same_name_in_family: float = 0.05  # of the households with a child: it has a parent's first name and the surname
    junior_written: float = 0.3  # of the records of those children: "Jr" behind the surname
    left_home: float = 0.06  # of the people alone: grew up in another household of the data
    neighbours: float = 0.03  # of the households: in the same house as the one before, another flat

    # Namesakes, beside those that the frequencies of names make
    namesakes: float = 0.012  # of the people: first name and surname of somebody else
    namesake_in_town: float = 0.25  # of those: in the same city
    namesake_birth_year: float = 0.05  # of those: born in the same year

    # What changes in a life, before some of a person's records were written and after the others
    moved: float = 0.1  # of the households
    married: float = 0.035  # of the women: another surname
    new_mobile: float = 0.07  # of the people
    new_email: float = 0.09  # of the people
    recycled_mobile: float = 0.01  # of the people: their former mobile is somebody else's now

    # Contacts
    has_mobile: float = 0.94  # of the grown-up
    has_email: float = 0.96  # of the grown-up
    second_email: float = 0.15  # of the people
    odd_email: float = 0.16  # of the addresses: nothing of the name in them
    unlike_email: float = 0.03  # of the personal addresses: that of somebody else who orders for them

    # Companies
    employed: float = 0.3  # of the grown-up: a company of the data employs them
    people_a_company: float = 16.0  # mean; sizes are heavy-tailed
    direct_number: float = 0.3  # of the employed: a number of their own, else the switchboard
    at_work: float = 0.1  # of the records of the employed: in a system of companies' people
    business_email: float = 0.7  # of the employed: an address of their own, else the shared mailbox

    # Names as they are written
    nickname: float = 0.07  # of the records of those who have one
    initial: float = 0.02  # of the first names: the initial alone
    middle_in_first: float = 0.05  # of the records of people with a middle name: behind the first name
    double_surname_cut: float = 0.3  # of the records of people with two surnames: one of them
    swapped_names: float = 0.012  # of the records: first name and surname in each other's column
    full_name_in_one: float = 0.008  # of the records: both in the column of the surname, the other empty
    title: float = 0.012  # of the first names: "Mr", "Dr" before it
    name_typo: float = 0.025  # of first names and of surnames, each
    cut_names: float = 0.004  # of first names and of surnames: cut off after some letters

    # Other values as they are written
    phone_typo: float = 0.015  # of the numbers
    phone_elsewhere: float = 0.04  # of the mobile and home numbers: in each other's column
    email_typo: float = 0.015  # of the addresses
    email_upper: float = 0.05  # of the addresses: in capitals, or with a capital letter
    day_month_swapped: float = 0.015  # of the birth dates whose day can be a month
    birth_typo: float = 0.015  # of the birth dates: one digit
    birth_first_january: float = 0.008  # of the birth dates: only the year was known
    street_typo: float = 0.03  # of the addresses
    unit_in_street: float = 0.3  # of the flats: behind the street, not in a column of their own
    street_short: float = 0.4  # of the addresses: "St" for "Street"
    postal_typo: float = 0.01  # of the postal codes
    city_typo: float = 0.015  # of the cities
    gender_wrong: float = 0.01  # of the genders
    gender_word: float = 0.3  # of the genders: a word, not a letter

    # Values that are none
    placeholder_email: float = 0.012  # of the addresses
    placeholder_phone: float = 0.012  # of the numbers
    placeholder_birth: float = 0.02  # of the birth dates
    placeholder_name: float = 0.004  # of first names and surnames
    placeholder_text: float = 0.01  # of streets, cities and company names
    branch_mailbox: float = 0.006  # of the addresses: that of the shop where the customer stood
    branch_phone: float = 0.004  # of the numbers: that of the shop

    # Numbers of accounts
    account_shared: float = 0.03  # of the households of several: one account for all
    account_again: float = 0.75  # of later records of a person in the same system: a number of their own
    account_typo: float = 0.01  # of the numbers

    # All at once
    dirt: float = 1.0  # times the rates of typos, placeholders and cut or swapped values
    missing: float = 1.0  # times the share of missing values of each system


RATES = Rates()

SHIFTED = Rates(
    records_a_person=(0.66, 0.18, 0.07, 0.04, 0.02, 0.013, 0.007, 0.005, 0.003, 0.002),
    household_sizes=(0.7, 0.16, 0.07, 0.05, 0.02),
    household_landline=0.5,
    household_mailbox=0.1,
    moved=0.18,
    married=0.06,
    has_mobile=0.8,
    employed=0.4,
    people_a_company=40.0,
    namesakes=0.025,
    dirt=1.7,
    missing=1.25,
)
"""The same world with more of what is hard: dirt, households, moves, switchboards; fewer mobiles and values."""
