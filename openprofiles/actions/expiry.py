"""Profiles and objects that nothing has renewed in their time go ("Customer Profiles data expiration").

Nobody keeps a list of when they expire: it would have to be written with every ingestion. A sweep goes through all of
them in small steps instead, and an ingestion that meets a profile whose time is over begins with a new one.
"""

from collections.abc import Sequence

import msgspec

from openprofiles.actions import records
from openprofiles.actions.delete import delete_object, delete_profile
from openprofiles.call import Call, Principal
from openprofiles.storage import domains, keys, profile_objects, profiles
from openprofiles.storage.database import Transaction

EXPIRED = "EXPIRED"
LOOKED_AT = 50
"""Rows that one step of a sweep looks at, and profiles or objects that it removes at most."""

FIRST_OBJECT = (-1, b"")


class Place(msgspec.Struct, frozen=True):
    """Where a sweep has got to: behind this profile of the domain; then behind this object of it."""

    domain: int = 0
    profile: bytes = b""
    has_profiles: bool = True
    object: tuple[int, bytes] = FIRST_OBJECT


class Found(msgspec.Struct, frozen=True):
    """What a step has found to be over, and where the next one begins; None at the end of the sweep."""

    place: Place | None
    profiles: Sequence[bytes] = ()
    objects: Sequence[tuple[int, bytes]] = ()

    @property
    def pieces(self) -> "list[Found]":
        """What one transaction may remove each: a profile with all its objects, or some objects."""
        profiles = [Found(None, profiles=[profile]) for profile in self.profiles]
        return [*profiles, Found(None, objects=self.objects)] if self.objects else profiles


def look(tx: Transaction, place: Place, now: int) -> Found:
    """The next step of a sweep, which changes nothing."""
    if place.has_profiles:
        ids = profiles.expiries(tx, place.domain, place.profile, LOOKED_AT)
        behind = ids[-1][0] if len(ids) == LOOKED_AT else None
        going = Place(place.domain, behind or b"", has_profiles=behind is not None)
        return Found(going, profiles=[profile for profile, expires_at in ids if expires_at <= now])
    names = profile_objects.expiries(tx, place.domain, place.object, LOOKED_AT)
    over = [name for name, expires_at in names if expires_at <= now]
    if len(names) == LOOKED_AT:
        return Found(Place(place.domain, has_profiles=False, object=names[-1][0]), objects=over)
    following = domains.next_number_behind(tx, place.domain)
    return Found(None if following is None else Place(following), objects=over)


def remove(tx: Transaction, domain: int, found: Found, now: int, seed: bytes) -> None:
    """Remove a piece of what was found, unless it has been renewed since."""
    call = Call(tx, Principal("openprofiles", ""), "", now, "", seed)
    keys.lock(tx, domain, [unique_key for _, unique_key in found.objects])
    for record in records.load_all(call, domain, found.profiles).values() if found.profiles else ():
        if record.row.expires_at <= now:
            delete_profile(call, domain, record, EXPIRED)
    names = profile_objects.type_names(tx, domain) if found.objects else {}
    for object_type, unique_key in found.objects:
        row = profile_objects.find(tx, domain, object_type, unique_key)
        if row is not None and row.expires_at <= now and object_type in names:
            delete_object(call, domain, row, names[object_type], EXPIRED)
