"""The claims that the objects of a profile make on it, read from their rows."""

from openprofiles.merging.provenance import ObjectClaims
from openprofiles.merging.stored_claims import decode_object_claims, unpack
from openprofiles.storage import profile_objects
from openprofiles.storage.database import Transaction


def claims_of_objects(tx: Transaction, domain: int, profile: bytes) -> dict[str, ObjectClaims]:
    """The claims of each object of a profile on the profile, by source."""
    by_source: dict[str, ObjectClaims] = {}
    for text in profile_objects.claims_of_profile(tx, domain, profile):
        for field, claim in unpack(decode_object_claims(text).profile):
            by_source.setdefault(claim.source, {})[field] = claim
    return by_source
