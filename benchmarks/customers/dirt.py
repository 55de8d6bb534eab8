"""How a value goes wrong. Each function takes the value and a number of many bits that decides what happens to it."""

from collections.abc import Callable

KEYBOARD = {
    "a": "qsz", "b": "vgn", "c": "xvd", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok",
    "j": "hku", "k": "jli", "l": "kop", "m": "nj", "n": "bmh", "o": "ipl", "p": "ol", "q": "wa", "r": "etf",
    "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs", "y": "tuh", "z": "xa",
    "1": "2", "2": "13", "3": "24", "4": "35", "5": "46", "6": "57", "7": "68", "8": "79", "9": "80", "0": "9",
}  # fmt: skip
SCANNED = (
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("l", "1"), ("o", "0"), ("i", "l"), ("e", "c"), ("h", "b"), ("s", "5"),
    ("u", "v"), ("b", "6"), ("g", "q"), ("n", "ri"), ("a", "o"), ("0", "o"), ("1", "l"), ("5", "s"), ("8", "b"),
)  # fmt: skip
HEARD = (
    ("ph", "f"), ("ck", "k"), ("c", "k"), ("ie", "y"), ("y", "ie"), ("ee", "ea"), ("ei", "ie"), ("th", "t"),
    ("sh", "sch"), ("z", "s"), ("v", "w"), ("f", "v"), ("ll", "l"), ("s", "ss"), ("i", "y"), ("d", "t"), ("g", "j"),
)  # fmt: skip

TITLES = ("Mr ", "Mrs ", "Ms ", "Dr ", "Dr. ", "Mr. ", "Prof. ")
NO_NAMES = ("N/A", "unknown", "Unknown", "test", "TEST", "-", ".", "x", "Customer", "Guest", "none", "NULL")
NO_EMAILS = (
    "test@test.com", "none@none.com", "noemail@noemail.com", "n/a", "unknown", "no@email.com", "a@a.com",
    "na@na.com", "email@example.com", "unknown@unknown.com",
)  # fmt: skip
NO_PHONES = (
    "0000000000", "1111111111", "9999999999", "1234567890", "5555555555", "000-000-0000", "N/A", "unknown",
    "+10000000000", "0", "999-999-9999",
)  # fmt: skip
NO_TEXTS = ("N/A", "unknown", "Unknown", "none", "-", "TBD", "no address", "xxx")
NO_BIRTHS = ((1900, 1, 1), (1970, 1, 1), (1900, 1, 1), (1980, 1, 1), (2000, 1, 1), (1901, 1, 1))

SHORT_STREETS = (
    ("Street", "St"), ("Avenue", "Ave"), ("Road", "Rd"), ("Drive", "Dr"), ("Lane", "Ln"), ("Court", "Ct"),
    ("Place", "Pl"), ("Boulevard", "Blvd"), ("Circle", "Cir"), ("straße", "str."), ("Straße", "Str."), ("rue ", "r. "),
    ("Calle ", "C/ "),
)  # fmt: skip


def typo(text: str, drawn: int) -> str:
    """One slip at the keyboard: a wrong key, a letter dropped, doubled, put in, swapped with the next, or misheard."""
    kind, at, rest = drawn % 100, drawn // 100 % len(text), drawn // 100_000
    if kind < 30:
        return _replaced(text, at, _neighbour(text[at], rest))
    if kind < 52 and len(text) > 2:
        return text[:at] + text[at + 1 :]
    if kind < 66:
        return text[: at + 1] + text[at] + text[at + 1 :]
    if kind < 74:
        return text[: at + 1] + _neighbour(text[at], rest) + text[at + 1 :]
    if kind < 88 and len(text) > 2:
        at = min(at, len(text) - 2)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return misheard(text, rest)


def misheard(text: str, drawn: int) -> str:
    return _one_of(text, drawn, HEARD)


def scanned(text: str, drawn: int) -> str:
    """One mistake of character recognition."""
    return _one_of(text, drawn, SCANNED)


def digit_typo(text: str, drawn: int) -> str:
    """One digit wrong, two swapped, one dropped."""
    at, rest = drawn % len(text), drawn // 1000
    if rest % 10 < 5:
        return _replaced(text, at, str(rest // 10 % 10))
    if rest % 10 < 8 and len(text) > 2:
        at = min(at, len(text) - 2)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if len(text) > 1 else text


def one_of(choices: tuple[str, ...]) -> Callable[[str, int], str]:
    """Another value in place of the value: the first ones more often."""
    return lambda _, drawn: choices[min(drawn % len(choices), drawn // 1000 % len(choices))]


def nickname(known: dict[str, list[str]]) -> Callable[[str, int], str]:
    return lambda text, drawn: (found := known.get(text, [text]))[drawn % len(found)]


def initial(text: str, drawn: int) -> str:
    return f"{text[0]}." if drawn % 2 else text[0]


def title(text: str, drawn: int) -> str:
    return TITLES[drawn % len(TITLES)] + text


def cut(text: str, drawn: int) -> str:
    return text[: 4 + drawn % 4]


def case(text: str, drawn: int) -> str:
    return text.upper() if drawn % 3 == 0 else text[0].upper() + text[1:]


def short_street(text: str, _: int) -> str:
    for long, short in SHORT_STREETS:
        if long in text:
            return text.replace(long, short)
    return text


def _neighbour(letter: str, drawn: int) -> str:
    near = KEYBOARD.get(letter.lower(), "e")
    found = near[drawn % len(near)]
    return found.upper() if letter.isupper() else found


def _replaced(text: str, at: int, letters: str) -> str:
    return text[:at] + letters + text[at + 1 :]


def _one_of(text: str, drawn: int, pairs: tuple[tuple[str, str], ...]) -> str:
    """The first change, from a drawn one on, that can be made in the text; behind its first letter where possible."""
    for number in range(len(pairs)):
        old, new = pairs[(drawn + number) % len(pairs)]
        at = text.lower().rfind(old)
        if at >= 0:
            new = new.upper() if text.isupper() and len(text) > 1 else new
            return text[:at] + new + text[at + len(old) :]
    return text[:-1] if len(text) > 2 else text
