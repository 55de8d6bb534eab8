"""Profiles: created and edited by hand, searched by keys, merged."""

from collections.abc import Mapping
from typing import Any

import msgspec

from openprofiles.actions import records, search
from openprofiles.actions.default_keys import feed_default_keys
from openprofiles.actions.delete import delete_profile as delete_with_all
from openprofiles.actions.lookup import find_domain, profile_id_bytes
from openprofiles.actions.merge import merge
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.actions.records import ProfileRecord
from openprofiles.call import Call
from openprofiles.errors import ApiError, BadRequestException, ResourceNotFoundException
from openprofiles.mapping.keys import KEY_FIELDS
from openprofiles.mapping.standard_objects import flatten
from openprofiles.merging.provenance import decide
from openprofiles.merging.survivorship import MANUAL, MANUAL_RANK, Claim, Stamp
from openprofiles.shapes import (
    AddProfileKeyRequest,
    AddProfileKeyResponse,
    BatchGetProfileError,
    BatchGetProfileRequest,
    BatchGetProfileResponse,
    CreateProfileRequest,
    CreateProfileResponse,
    DeleteProfileKeyRequest,
    DeleteProfileKeyResponse,
    DeleteProfileRequest,
    DeleteProfileResponse,
    FieldSourceProfileIds,
    FoundByKeyValue,
    MergeProfilesRequest,
    MergeProfilesResponse,
    Profile,
    SearchProfilesRequest,
    SearchProfilesResponse,
    UpdateProfileRequest,
    UpdateProfileResponse,
)
from openprofiles.storage import key_supplies, profiles
from openprofiles.storage.domains import Domain
from openprofiles.storage.key_supplies import HAND_SUPPLIER

SEARCH_PAGE_SIZE = 20

decode_profile = msgspec.json.Decoder(Profile).decode


def create_profile(call: Call, request: CreateProfileRequest) -> CreateProfileResponse:
    """A new profile, whoever else has the same data: CreateProfile never looks for duplicates."""
    domain = find_domain(call, request.domain_name)
    profile = records.new(call)
    _edit(call, domain, profile, request, "CREATED")
    return CreateProfileResponse(profile_id=profile.id.hex())


def update_profile(call: Call, request: UpdateProfileRequest) -> UpdateProfileResponse:
    """Members that are given are set, or cleared by an empty text; the others stay. Addresses and Attributes
    likewise.
    """
    domain = find_domain(call, request.domain_name)
    profile = _load(call, domain, request.profile_id)
    fields = _edit(call, domain, profile, request, "UPDATED")
    feed_default_keys(call.tx, domain.number, profile.id, profile.claims.values(), fields)
    return UpdateProfileResponse(profile_id=profile.id.hex())


def _edit(
    call: Call,
    domain: Domain,
    profile: ProfileRecord,
    request: CreateProfileRequest | UpdateProfileRequest,
    action: str,
) -> set[str]:
    """Answers which of the fields that were given feed a default key."""
    values = flatten(msgspec.to_builtins(request))
    stamp = Stamp(MANUAL, MANUAL_RANK, call.now, profile.sequence)
    for field, value in values.items():
        decide(profile.claims, field, Claim(value, stamp))
    records.check_size(profile, len(records.encode(values)) + records.BYTES_OF_MEMBER * len(values))
    records.keep_until(profile, call.now, domain.default_expiration_days)
    records.save(call, domain.number, profile, action)
    return values.keys() & KEY_FIELDS


def delete_profile(call: Call, request: DeleteProfileRequest) -> DeleteProfileResponse:
    """The profile goes with its objects, keys and claims."""
    domain = find_domain(call, request.domain_name)
    delete_with_all(call, domain.number, _load(call, domain, request.profile_id))
    return DeleteProfileResponse(message="Profile Deleted")


def batch_get_profile(call: Call, request: BatchGetProfileRequest) -> BatchGetProfileResponse:
    """Up to 20 profiles; those that do not exist are listed as errors of their own."""
    domain = find_domain(call, request.domain_name)
    found: list[Profile] = []
    errors: list[BatchGetProfileError] = []
    for profile_id in dict.fromkeys(request.profile_ids):
        try:
            found.append(_find(call, domain, profile_id))
        except ApiError as error:
            errors.append(BatchGetProfileError(code=error.code, message=error.message, profile_id=profile_id))
    return BatchGetProfileResponse(profiles=found, errors=errors)


def _find(call: Call, domain: Domain, profile_id: str) -> Profile:
    row = profiles.find(call.tx, domain.number, profile_id_bytes(profile_id))
    if row is None:
        raise ResourceNotFoundException(f"Profile {profile_id} does not exist.")
    return decode_profile(row.document)


def _load(call: Call, domain: Domain, profile_id: str) -> ProfileRecord:
    profile = records.load(call, domain.number, profile_id_bytes(profile_id))
    if profile is None:
        raise _no_profile(domain, profile_id)
    return profile


def _load_all(call: Call, domain: Domain, profile_ids: list[str]) -> dict[str, ProfileRecord]:
    """All of them, in the order given; locked in the order of their ids, as all writers do."""
    loaded = records.load_all(call, domain.number, map(profile_id_bytes, profile_ids))
    found = {profile_id: loaded.get(profile_id_bytes(profile_id)) for profile_id in profile_ids}
    missing = [profile_id for profile_id, profile in found.items() if profile is None]
    if missing:
        raise _no_profile(domain, missing[0])
    return {profile_id: profile for profile_id, profile in found.items() if profile is not None}


def _no_profile(domain: Domain, profile_id: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Profile {profile_id} does not exist in domain {domain.name}.")


def search_profiles(call: Call, request: SearchProfilesRequest) -> SearchProfilesResponse:
    """Profiles by the exact value of up to five keys, each normalised as its content type says."""
    domain = find_domain(call, request.domain_name)
    given = [(request.key_name, request.values)]
    given += [(key.key_name, key.values) for key in request.additional_search_keys or ()]
    operator, limit = request.logical_operator or "OR", request.max_results or SEARCH_PAGE_SIZE
    scope = ("SearchProfiles", domain.number, operator, given)
    position = open_token(call, scope, request.next_token)
    after = search.START if position is None else (int(position[0]), bytes.fromhex(str(position[1])))
    search_keys = [search.search_key(call.tx, domain.number, name, values) for name, values in given]
    find = search.found_by_all if operator == "AND" else search.found_by_any
    found = find(call.tx, domain.number, search_keys, after, limit + 1)
    page, token = page_of(call, scope, found, limit, lambda row: [row[0], row[1].hex()])
    items = _found_profiles(call, domain.number, [profile for _, profile in page], search_keys, operator)
    return SearchProfilesResponse(items=items, next_token=token)


def _found_profiles(
    call: Call, domain: int, found: list[bytes], search_keys: list[search.SearchKey], operator: str
) -> list[Profile]:
    if not found:
        return []
    documents = profiles.documents(call.tx, domain, found)
    found_by = _found_by_items(call, domain, found, search_keys, operator)
    items = []
    for profile_id in found:
        profile = decode_profile(documents[profile_id])
        profile.found_by_items = found_by[profile_id]
        items.append(profile)
    return items


def _found_by_items(
    call: Call, domain: int, found: list[bytes], search_keys: list[search.SearchKey], operator: str
) -> dict[bytes, list[FoundByKeyValue]]:
    """With AND all keys and values of the request; with OR those by which each profile was found."""
    if operator == "AND" or (len(search_keys) == 1 and len(search_keys[0].hashes) == 1):
        everything = [FoundByKeyValue(key_name=key.name, values=list(key.hashes)) for key in search_keys]
        return dict.fromkeys(found, everything)
    items: dict[bytes, list[FoundByKeyValue]] = {profile: [] for profile in found}
    for key in search_keys:
        for profile, values in search.values_found(call.tx, domain, key, found).items():
            if values:
                items[profile].append(FoundByKeyValue(key_name=key.name, values=values))
    return items


def add_profile_key(call: Call, request: AddProfileKeyRequest) -> AddProfileKeyResponse:
    """Add values of a predefined key, or of a key of one of the domain's object types; a value may be there already."""
    domain = find_domain(call, request.domain_name)
    profile = _load(call, domain, request.profile_id)
    name, values = request.key_name, request.values
    if name == search.PROFILE_ID:
        if set(values) != {request.profile_id}:
            raise BadRequestException(f"Key {name} can only have the profile's own id.")
    else:
        rows = search.hand_rows(call.tx, domain.number, name, values)
        key_supplies.add(call.tx, domain.number, (profile.id, HAND_SUPPLIER), rows)
        records.save(call, domain.number, profile, "ADDED_PROFILE_KEY")
    return AddProfileKeyResponse(key_name=name, values=values)


def delete_profile_key(call: Call, request: DeleteProfileKeyRequest) -> DeleteProfileKeyResponse:
    """Remove values of a key, whoever supplies them; values that are not there are no error."""
    domain = find_domain(call, request.domain_name)
    profile = _load(call, domain, request.profile_id)
    hashes = search.every_hash(call.tx, domain.number, request.key_name, request.values)
    if hashes and key_supplies.remove_from_owner(call.tx, domain.number, profile.id, hashes):
        records.save(call, domain.number, profile, "DELETED_PROFILE_KEY")
    return DeleteProfileKeyResponse(message="Profile Key Deleted")


def merge_profiles(call: Call, request: MergeProfilesRequest) -> MergeProfilesResponse:
    """The named profiles become part of the main one, which keeps its own values where `FieldSourceProfileIds` names no
    other profile for a field.
    """
    domain = find_domain(call, request.domain_name)
    others = request.profile_ids_to_be_merged
    if len({request.main_profile_id, *others}) != 1 + len(others):
        raise BadRequestException("ProfileIdsToBeMerged must not repeat a profile or name the main profile.")
    loaded = _load_all(call, domain, [request.main_profile_id, *others])
    chosen = _chosen(request.field_source_profile_ids or FieldSourceProfileIds(), loaded)
    main = loaded.pop(request.main_profile_id)
    merge(call, domain.number, main, list(loaded.values()), chosen)
    return MergeProfilesResponse(message=f"{len(loaded)} profiles were merged into {request.main_profile_id}.")


def _chosen(sources: FieldSourceProfileIds, loaded: Mapping[str, ProfileRecord]) -> dict[str, ProfileRecord]:
    """The profile whose value is to be taken, by field or by entry (`Address`, `Attributes.key`)."""
    named: dict[str, Any] = msgspec.to_builtins(sources)
    attributes = named.pop("Attributes", {})
    chosen = {**named, **{f"Attributes.{name}": profile_id for name, profile_id in attributes.items()}}
    for field, profile_id in chosen.items():
        if profile_id not in loaded:
            raise BadRequestException(f"FieldSourceProfileIds.{field} names a profile that is not part of the merge.")
    return {field: loaded[profile_id] for field, profile_id in chosen.items()}
