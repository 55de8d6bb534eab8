"""What is expected before any data is seen: shares of the levels among pairs of one customer, and of one household.

Reasoned by hand, not fitted to labels. They were compared with the shares that expectation maximisation without labels
finds on FEBRL 1 to 4 only after they were written; the account number alone was moved then (towards FEBRL 4).
They count as PSEUDO_PAIRS observed pairs for each comparison, so that a few thousand real pairs outweigh them.
Level 0 (missing) has no share. Bands and circles are in the order of `levels.py`; the share of equal names is spread
over the bands as the names of the records are.
"""

PSEUDO_PAIRS = 100.0

SAME = {
    "first name": (0, *(0.80 / 7,) * 7, 0.05, 0.03, 0.07, 0.02, 0.03),
    "last name": (0, *(0.85 / 7,) * 7, 0.015, 0.085, 0.05),
    "middle name": (0, 0.50, 0.40, 0.10),
    "date of birth": (0, 0.86, 0.02, 0.05, 0.02, 0.01, 0.02, 0.01, 0.006, 0.004),
    "gender": (0, 0.97, 0.03),
    "phone": (0, 0.38, 0.12, 0.06, 0.03, 0.01, 0.05, 0.04, 0.24, 0.07),
    "e-mail": (0, 0.44, 0.06, 0.06, 0.02, 0.01, 0.04, 0.04, 0.05, 0.28),
    "street": (0, 0.30, 0.25, 0.05, 0.03, 0.01, 0.08, 0.05, 0.03, 0.20),
    "place": (0, 0.70, 0.03, 0.05, 0.07, 0.04, 0.02, 0.04, 0.05),
    "business": (0, 0.80, 0.08, 0.12),
    "account number": (0, 0.74, 0.02, 0.07, 0.17),
}
HOUSEHOLD = {
    "last name": (0, *(0.60 / 7,) * 7, 0.01, 0.02, 0.37),
    "date of birth": (0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    "gender": (0, 0.45, 0.55),
    "phone": (0, 0.02, 0.25, 0.04, 0.10, 0.08, 0.02, 0.03, 0.28, 0.18),
    "e-mail": (0, 0.01, 0.10, 0.015, 0.10, 0.05, 0.005, 0.01, 0.01, 0.70),
    "street": (0, 0.02, 0.50, 0.05, 0.10, 0.02, 0.05, 0.02, 0.02, 0.22),
    "place": (0, 0.80, 0.02, 0.05, 0.03, 0.02, 0.01, 0.03, 0.04),
    "business": (0, 0.40, 0.02, 0.58),
    "account number": (0, 0.03, 0.02, 0.01, 0.94),
}

UNRELATED_PAIRS = 20_000.0
UNRELATED = {
    "first name": (0, *(0.010 / 7,) * 7, 0.002, 0.01, 0.003, 0.0001, 0.9749),
    "last name": (0, *(0.002 / 7,) * 7, 0.0005, 0.001, 0.9965),
    "middle name": (0, 0.01, 0.08, 0.91),
    "date of birth": (0, 0.0001, 0.00005, 0.002, 0.0015, 0.0015, 0.001, 0.012, 0.40, 0.58185),
    "gender": (0, 0.5, 0.5),
    "phone": (0, 1e-6, 1e-6, 1e-6, 1e-5, 1e-4, 1e-7, 1e-4, 0.87, 0.13),
    "e-mail": (0, 1e-6, 1e-6, 1e-6, 1e-5, 1e-4, 1e-7, 1e-5, 1e-5, 1.0),
    "street": (0, 1e-6, 1e-6, 1e-6, 1e-5, 1e-4, 1e-6, 0.005, 0.005, 0.99),
    "place": (0, 0.003, 0.0002, 0.007, 0.003, 0.05, 0.0005, 0.13, 0.81),
    "business": (0, 0.002, 0.003, 0.995),
    "account number": (0, 1e-6, 1e-5, 1e-4, 1.0),
}
"""Of unrelated pairs: as many of them as some two hundred records have, so that this counts in small files only."""

NAMED_ALIKE = {"first name": 0.02, "middle name": 0.03}
"""The share of two people of one household who are alike in this as if they were one: a son named as his father."""
ALIKE = {"date of birth": 0.02, "gender": 1.0}
"""The share of two people of one household who are alike in this as HOUSEHOLD says: twins, and couples.

The rest are as unlike as unrelated people: the household class is two *different* people. Without this anchor it
would take the less alike half of the true pairs where there are no households.
"""

PAIRS_OF_A_RECORD = (0.2, 0.4)
"""True pairs, and pairs of one household, for each record: where the search begins."""
