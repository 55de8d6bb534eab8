"""A customer is erased everywhere, with a receipt."""

from openprofiles.actions import search
from openprofiles.actions.erase import erase
from openprofiles.actions.lookup import find_domain
from openprofiles.call import Call
from openprofiles.errors import BadRequestException
from openprofiles.extension_shapes import EraseCustomerRequest, EraseCustomerResponse
from openprofiles.storage import history, keys
from openprofiles.storage.domains import Domain

MOST_PROFILES = 100
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
    found = _profiles(call, domain, key)
    if len(found) > 1 and not request.all_profiles:
        raise BadRequestException(
            f"Key {request.key_name} with this value belongs to several profiles. Name one by its _profileId, or set"
            " AllProfiles."
        )
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
        is_complete=len(found) < MOST_PROFILES,
    )


def _given(call: Call, domain: Domain, request: EraseCustomerRequest) -> list[keys.KeyRow]:
    return search.hand_rows(call.tx, domain.number, request.key_name, [request.value])


def _profiles(call: Call, domain: Domain, key: search.SearchKey) -> list[bytes]:
    """Those that live; of an id also one that is gone and has left its history."""
    found = search.found_by_any(call.tx, domain.number, [key], search.START, MOST_PROFILES)
    living = [profile for _, profile in found]
    gone = [one for one in key.profile_ids if key.name == search.PROFILE_ID and one not in living]
    return living + [one for one in gone if history.is_known(call.tx, domain.number, one)]
