"""The ways in which countries and systems write phone numbers and dates."""

from benchmarks.customers.pools import COUNTRIES

PREFIXES = {"US": "1", "CA": "1", "GB": "44", "DE": "49", "FR": "33", "ES": "34"}
TRUNK = {"GB": "0", "DE": "0", "FR": "0"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def phone(digits: str, country: int, habit: str, drawn: int) -> str:
    """National digits, without a 0 in front, as a system of this habit holds them."""
    code = COUNTRIES[country]
    prefix, trunk = PREFIXES[code], TRUNK.get(code, "")
    if habit == "digits":
        return f"{trunk}{digits}"
    if habit == "international":
        return f"+{prefix}{digits}" if drawn % 8 else f"+{prefix} {digits}"
    return _north_american(digits, drawn) if prefix == "1" else _european(digits, prefix, trunk, drawn)


def _north_american(digits: str, drawn: int) -> str:
    area, exchange, line = digits[:3], digits[3:6], digits[6:]
    return (
        f"({area}) {exchange}-{line}",
        f"{area}-{exchange}-{line}",
        digits,
        f"+1{digits}",
        f"{area}.{exchange}.{line}",
        f"+1 {area} {exchange} {line}",
        f"1-{area}-{exchange}-{line}",
        f"{area} {exchange} {line}",
    )[drawn % 8]


def _european(digits: str, prefix: str, trunk: str, drawn: int) -> str:
    head, tail = digits[:3], digits[3:]
    return (
        f"{trunk}{head} {tail}",
        f"+{prefix}{digits}",
        f"{trunk}{head}/{tail}",
        f"+{prefix} {head} {tail[:3]} {tail[3:]}",
        f"00{prefix}{digits}",
        f"{trunk}{digits}",
        f"+{prefix} ({trunk or 0}){head} {tail}",
    )[drawn % 7]


def birth_date(year: int, month: int, day: int, habit: str, country: int, drawn: int) -> str:
    if habit == "iso":
        return f"{year:04d}-{month:02d}-{day:02d}"
    if habit == "compact":
        return f"{year:04d}{month:02d}{day:02d}"
    if habit == "month-first" or COUNTRIES[country] == "US":
        written = f"{month:02d}/{day:02d}/{year:04d}"
        return f"{MONTHS[month - 1]} {day}, {year}" if drawn % 12 == 0 else written
    return f"{day:02d}.{month:02d}.{year:04d}" if COUNTRIES[country] == "DE" else f"{day:02d}/{month:02d}/{year:04d}"
