"""The errors of the other world: one change at a time to one field, of a kind that its weight chooses.

Each function takes the value and a number of many bits that decides what happens to it.
"""

from collections.abc import Callable

Error = Callable[[str, int], str]

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LOOKALIKES = {"0": "o", "o": "0", "1": "l", "l": "1", "5": "s", "s": "5", "8": "b", "b": "8", "6": "g", "g": "6"}
SOUNDS = (
    ("ght", "t"), ("que", "k"), ("sch", "sh"), ("ch", "k"), ("ai", "ay"), ("ay", "ai"), ("ea", "ee"), ("ou", "ow"),
    ("ow", "ou"), ("er", "ar"), ("or", "er"), ("le", "el"), ("mb", "m"), ("nn", "n"), ("tt", "t"), ("rr", "r"),
    ("wh", "w"), ("x", "ks"), ("j", "g"), ("q", "k"), ("m", "n"), ("n", "m"), ("e", "i"), ("a", "e"), ("o", "u"),
)  # fmt: skip
SHORT_FORMS = (
    (" street", " st"), (" road", " rd"), (" avenue", " av"), (" place", " pl"), (" crescent", " cres"),
    (" court", " ct"), (" drive", " dr"), (" circuit", " cct"), (" close", " cl"), (" parade", " pde"),
    ("mount ", "mt "), ("saint ", "st "), ("north ", "nth "), ("south ", "sth "), ("flat ", "f"), ("unit ", "u"),
)  # fmt: skip


def edit(text: str, drawn: int) -> str:
    """A letter or digit put in, taken out, or replaced by any other of its kind."""
    kind, at = drawn % 3, drawn // 3 % len(text)
    other = _any_like(text[at], drawn // 1000)
    if kind == 0:
        return text[:at] + other + text[at:]
    rest = text[at + 1 :]
    return text[:at] + rest if kind == 1 and len(text) > 1 else text[:at] + other + rest


def transposed(text: str, drawn: int) -> str:
    if len(text) < 2:
        return text
    at = drawn % (len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def misread(text: str, drawn: int) -> str:
    places = [at for at, letter in enumerate(text.lower()) if letter in LOOKALIKES]
    if not places:
        return edit(text, drawn)
    at = places[drawn % len(places)]
    return text[:at] + LOOKALIKES[text[at].lower()] + text[at + 1 :]


def by_ear(text: str, drawn: int) -> str:
    found = [(sound, other) for sound, other in SOUNDS if sound in text]
    if not found:
        return edit(text, drawn)
    sound, other = found[drawn % len(found)]
    return text.replace(sound, other, 1)


def words_swapped(text: str, drawn: int) -> str:
    words = text.split(" ")
    if len(words) < 2:
        return transposed(text, drawn)
    at = drawn % (len(words) - 1)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def word_lost(text: str, drawn: int) -> str:
    words = text.split(" ")
    return " ".join(words[: drawn % len(words)] + words[drawn % len(words) + 1 :])


def shortened(text: str, drawn: int) -> str:
    for long, short in SHORT_FORMS:
        if long in text:
            return text.replace(long, short)
    return text[: max(3, len(text) - 1 - drawn % 3)]


def first_letter(text: str, _: int) -> str:
    return text[0]


def gone(_: str, __: int) -> str:
    return ""


def other_day(text: str, drawn: int) -> str:
    """A date `dd/mm/yyyy` with day and month swapped, another day, or another year near by."""
    day, month, year = text.split("/")
    if drawn % 3 == 0 and int(day) <= 12:
        return f"{month}/{day}/{year}"
    if drawn % 3 == 1:
        return f"{drawn // 3 % 28 + 1:02d}/{month}/{year}"
    return f"{day}/{month}/{int(year) + (-2, -1, 1, 2, 10, -10)[drawn // 3 % 6]}"


def other_domain(text: str, drawn: int) -> str:
    name, _, _ = text.partition("@")
    return f"{name}@{('bigpond', 'optus', 'iinet', 'post')[drawn % 4]}.example"


def other_gender(text: str, _: int) -> str:
    return "M" if text == "F" else "F"


FIRST_NAMES = ((edit, 30), (transposed, 10), (misread, 8), (by_ear, 30), (gone, 6), (first_letter, 6), (shortened, 6))
STREETS = ((edit, 20), (by_ear, 15), (shortened, 40), (words_swapped, 6), (word_lost, 8), (gone, 6))
NUMBERS = ((edit, 45), (transposed, 30), (misread, 5), (gone, 20))

ERRORS: dict[str, tuple[int, tuple[tuple[Error, int], ...]]] = {
    "FirstName": (18, FIRST_NAMES),
    "MiddleName": (4, ((edit, 1), (gone, 3))),
    "LastName": (15, ((edit, 30), (transposed, 10), (misread, 8), (by_ear, 35), (words_swapped, 6), (gone, 3))),
    "BirthDate": (8, ((other_day, 6), (gone, 3))),
    "Gender": (2, ((other_gender, 1), (gone, 2))),
    "MobilePhoneNumber": (8, NUMBERS),
    "HomePhoneNumber": (6, NUMBERS),
    "EmailAddress": (9, ((edit, 4), (transposed, 2), (other_domain, 2), (gone, 3))),
    "AccountNumber": (4, NUMBERS),
    "Address.Address1": (15, STREETS),
    "Address.Address2": (5, ((edit, 2), (gone, 3), (shortened, 2))),
    "Address.City": (7, ((edit, 4), (by_ear, 4), (shortened, 2), (gone, 1))),
    "Address.State": (2, ((gone, 1),)),
    "Address.PostalCode": (6, ((edit, 3), (transposed, 3), (gone, 1))),
}
"""For each field, how often it is the one that goes wrong, and what happens to it, with weights."""


def _any_like(letter: str, drawn: int) -> str:
    return str(drawn % 10) if letter.isdigit() else LETTERS[drawn % 26]
