"""Records of an event stream as lines for a person."""

import msgspec

MOST_REMEMBERED = 1_000
"""Profiles and objects of which it is known what they were, so that a line can say what has changed."""

LONGEST_VALUE, LONGEST_LINE = 40, 240
"""Characters; what is cut ends in an ellipsis."""

Members = dict[str, bytes]
"""Name → value as JSON; members of a structure are named by their path."""


class _Record(msgspec.Struct, rename="pascal"):
    event_timestamp: str
    event_type: str
    object_type_name: str
    object: msgspec.Raw = msgspec.Raw(b"{}")
    associated_profile_id: str | None = None
    profile_object_unique_key: str | None = None
    duplicate_profiles: list[dict[str, msgspec.Raw]] = []


_decode = msgspec.json.Decoder(_Record).decode
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Lines:
    """Records as lines: time in UTC, what happened, to what, in which profile, and what has changed. Of what it has not
    met before a line shows what there is.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], dict[str, int]] = {}

    def line_of(self, data: bytes) -> str:
        record = _decode(data)
        members = _members(bytes(record.object))
        profile_id = record.associated_profile_id or _text(members.pop("ProfileId"))
        whose = (profile_id, record.object_type_name, record.profile_object_unique_key or "")
        told = (
            record.event_timestamp.partition("T")[2],
            f"{record.event_type:<7}",
            record.object_type_name,
            profile_id,
        )
        line = " ".join([*told, *_absorbed(record), *self._changed(whose, members)]).rstrip()
        return _cut("".join(sign if sign.isprintable() else "?" for sign in line), LONGEST_LINE)

    def _changed(self, whose: tuple[str, str, str], members: Members) -> list[str]:
        """Of an object that was deleted nothing is left but its unique key."""
        former = self._known.pop(whose, {})
        if not members:
            return [whose[2]]
        self._known[whose] = {name: hash(value) for name, value in members.items()}
        if len(self._known) > MOST_REMEMBERED:
            del self._known[next(iter(self._known))]
        new = [f"{name}={_shown(value)}" for name, value in members.items() if former.get(name) != hash(value)]
        return new + [f"-{name}" for name in former if name not in members]


def _members(data: bytes, path: str = "") -> Members:
    found: Members = {}
    for name, value in _decode_members(data).items():
        text = bytes(value)
        found |= _members(text, f"{path}{name}.") if text.startswith(b"{") and not path else {path + name: text}
    return found


def _absorbed(record: _Record) -> list[str]:
    ids = [_text(bytes(profile["ProfileId"])) for profile in record.duplicate_profiles]
    return [f"absorbed {','.join(ids)}"] if ids else []


def _text(value: bytes) -> str:
    return msgspec.json.decode(value, type=str)


def _shown(value: bytes) -> str:
    return _cut(msgspec.json.format(value, indent=-1).decode(), LONGEST_VALUE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
