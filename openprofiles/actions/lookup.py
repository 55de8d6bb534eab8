"""What nearly every operation looks up first."""

from openprofiles.call import Call
from openprofiles.errors import ResourceNotFoundException
from openprofiles.storage import domains
from openprofiles.storage.domains import Domain


def find_domain(call: Call, name: str) -> Domain:
    """The caller's domain of this name. Raises ResourceNotFoundException."""
    domain = domains.find(call.tx, call.account, call.region, name)
    if domain is None:
        raise ResourceNotFoundException(f"Domain {name} does not exist.")
    return domain


def lock_domain(call: Call, name: str) -> Domain:
    """As `find_domain`, to change the domain's configuration: definitions, settings and tags change one at a time."""
    domain = domains.locked(call.tx, call.account, call.region, name)
    if domain is None:
        raise ResourceNotFoundException(f"Domain {name} does not exist.")
    return domain


def profile_id_bytes(text: str) -> bytes:
    """The 16 bytes of a profile id. The API's pattern has no anchors: what is no id is the id of nobody.

    Raises ResourceNotFoundException.
    """
    if len(text) != 32:
        raise ResourceNotFoundException(f"Profile {text[:64]} does not exist.")
    return bytes.fromhex(text)
