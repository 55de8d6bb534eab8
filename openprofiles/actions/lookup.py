"""What nearly every operation looks up first."""

from openprofiles.call import Call
from openprofiles.errors import ResourceNotFoundException
from openprofiles.storage import definitions, domains
from openprofiles.storage.definitions import OBJECT_TYPE, Definition
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


def find_object_type(call: Call, domain: Domain, name: str) -> Definition:
    """The domain's object type of this name. Raises ResourceNotFoundException."""
    object_type = definitions.find(call.tx, domain.number, OBJECT_TYPE, name)
    if object_type is None:
        raise no_object_type(domain, name)
    return object_type


def no_object_type(domain: Domain, name: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Object type {name} does not exist in domain {domain.name}.")


def profile_id_bytes(text: str) -> bytes:
    """The 16 bytes of a profile id. The API's pattern has no anchors: what is no id is the id of nobody.

    Raises ResourceNotFoundException.
    """
    if len(text) != 32:
        raise ResourceNotFoundException(f"Profile {text[:64]} does not exist.")
    return bytes.fromhex(text)
