"""What a check finds."""

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """Something that is not as it has to be. `subject`: a profile's id, an object's key, a table."""

    kind: str
    subject: str
    text: str
