"""A customer is erased everywhere, with a receipt."""

from openprofiles.actions import records, search
from openprofiles.actions.erase import MERGED_AWAY, erase
from openprofiles.actions.lookup import find_domain
from openprofiles.call import Call
from openprofiles.errors import BadRequestException
from openprofiles.extension_shapes import EraseCustomerRequest, EraseCustomerResponse
from openprofiles.storage import history, keys, profiles
from openprofiles.storage.database import RunAgain
from openprofiles.storage.domains import Domain

MOST_PROFILES, MOST_OBJECTS = 100, 5_000
"""That one call erases, since it does so in one transaction."""


def erase_customer(call: Call, request: EraseCustomerRequest) -> EraseCustomerResponse:
    """Erase the profile that a key value belongs to, with everything that hangs on it; only salted hashes of its keys
    stay, so that it can be kept from coming back.

    Raises BadRequestException where several profiles have the value, unless all of them are meant.
    """
    domain = find_domain(call, request.domain_name)
    key = search.search_key(call.tx, domain.number, request.key_name, [request.value])
    given = [] if key.name == search.PROFILE_ID else _given(call, domain, request)
    keys.lock(call.tx, domain.number, [row.hash for row in given])
    found, is_all = _fitting(call, domain, _profiles(call, domain, key))
    if len(found) > 1 and not request.all_profiles:
        raise BadRequestException(
            f"Key {request.key_name} with this value belongs to several profiles. Name one by its _profileId, or set"
            " AllProfiles."
        )
    _lock_as_found(call, domain, key, found)
    erased = erase(call, domain, found, given)
    return EraseCustomerResponse(
        erasure_id=call.new_id().hex(),
        domain_name=domain.name,
        erased_at=call.now / 1000,
        erased_by=call.principal.arn,
        profile_ids=[profile.hex() for profile in erased.profiles],
        objects=erased.objects,
        standard_objects=erased.standard_objects,
        keys=erased.keys,
        history_records=erased.history_records,
        dead_letters=erased.dead_letters,
        is_complete=is_all,
    )


def _lock_as_found(call: Call, domain: Domain, key: search.SearchKey, found: list[bytes]) -> None:
    """Whoever had a profile until now may have taken the value from it. Raises RunAgain."""
    records.load_all(call, domain.number, found)
    if not call.tx.runs_alone and _fitting(call, domain, _profiles(call, domain, key))[0] != found:
        raise RunAgain("a key value has changed hands between the look at it and the lock of its profile")


def _given(call: Call, domain: Domain, request: EraseCustomerRequest) -> list[keys.KeyRow]:
    return search.hand_rows(call.tx, domain.number, request.key_name, [request.value])


def _profiles(call: Call, domain: Domain, key: search.SearchKey) -> list[bytes]:
    """Those that live; of an id also one that is gone and has left its history."""
    found = search.found_by_any(call.tx, domain.number, [key], search.START, MOST_PROFILES + 1)
    living = [profile for _, profile in found]
    gone = [one for one in key.profile_ids if key.name == search.PROFILE_ID and one not in living]
    return living + [one for one in gone if _has_left_history(call, domain, one)]


def _has_left_history(call: Call, domain: Domain, profile: bytes) -> bool:
    """Raises BadRequestException for one that was merged: the customer is in the profile that absorbed it."""
    action = history.last_action(call.tx, domain.number, profile)
    if action == MERGED_AWAY:
        raise BadRequestException(f"Profile {profile.hex()} was merged into another. Erase that one.")
    return action is not None


def _fitting(call: Call, domain: Domain, found: list[bytes]) -> tuple[list[bytes], bool]:
    """The first of them, as many as one transaction may take; whether that is all. One is always taken."""
    taken: list[bytes] = []
    objects = 0
    for profile in found[:MOST_PROFILES]:
        row = profiles.find(call.tx, domain.number, profile)
        objects += 0 if row is None else row.objects
        if taken and objects > MOST_OBJECTS:
            return taken, False
        taken.append(profile)
    return taken, len(found) <= MOST_PROFILES
