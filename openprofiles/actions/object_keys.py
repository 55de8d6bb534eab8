"""The key values that an object supplies to its profile."""

from openprofiles.actions.incoming import Ingestion
from openprofiles.actions.known import Known
from openprofiles.mapping.keys import KeyValue, match_hash, search_hash
from openprofiles.storage import keys
from openprofiles.storage.keys import KeyRow


def replace(known: Known, ingestion: Ingestion, profile: bytes, is_new_profile: bool, is_known: bool) -> None:
    """The object's key values replace those that it supplied before. LOOKUP_ONLY values are never stored, NEW_ONLY ones
    by the ingestion that made the profile ("Standard identifiers in Customer Profiles").
    """
    supply = profile, ingestion.supplier
    old = known.supplied(supply) if is_known else {}
    known.writes.know_supplied(supply, old)
    rows = {
        row.hash: row
        for key in ingestion.mapped.keys
        if not key.lookup_only
        for row in key_rows(key)
        if not key.new_only or is_new_profile or row.hash in old
    }
    if rows.keys() != old.keys():
        known.writes.remove_keys(supply, old.keys() - rows.keys())
        known.writes.add_keys(supply, [row for key_hash, row in rows.items() if key_hash not in old])


def key_rows(key: KeyValue) -> list[KeyRow]:
    """The rows of a key value. A composite value is searched by its parts joined by a space, and matched part by
    part.
    """
    if len(key.parts) == 1:
        return [KeyRow(match_hash(key.name, key.parts), keys.MATCH_AND_SEARCH, key.name, key.parts[0])]
    joined = " ".join(key.parts)
    return [
        KeyRow(match_hash(key.name, key.parts), keys.MATCH, key.name, joined),
        KeyRow(search_hash(key.name, joined), keys.SEARCH, key.name, joined),
    ]
