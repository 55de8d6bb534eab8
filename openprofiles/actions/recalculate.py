"""What many objects mean to calculated attributes, worked out in advance by a worker: it makes values cheap to read,
and changes none of them.
"""

import msgspec

from openprofiles.actions.calculate import Budget, ProfileObjects, compiled
from openprofiles.calculation.series import Series
from openprofiles.calculation.upkeep import MANY_OBJECTS
from openprofiles.call import Call, Principal
from openprofiles.mapping.standard_objects import SYSTEM_IDS
from openprofiles.storage import calculated_series, definitions, domains, profiles
from openprofiles.storage.calculated_series import StoredSeries, Sweep
from openprofiles.storage.database import Transaction
from openprofiles.storage.definitions import CALCULATED_ATTRIBUTE, Definition
from openprofiles.storage.domains import Domain, can_be_forgotten
from openprofiles.storage.settings import next_number

AT_ONCE = 500
"""Rows that one step of a sweep looks at or removes."""


def begin_anew(call: Call, domain: Domain, object_type: str) -> None:
    """An object type has changed or gone, and with it what its objects mean to the definitions on it."""
    for definition in definitions.every(call.tx, domain.number, CALCULATED_ATTRIBUTE):
        if compiled(definition).object_type == object_type:
            store_anew(call, domain, definition)


def store_anew(call: Call, domain: Domain, definition: Definition) -> None:
    """Store a definition under another number, so that nothing that was worked out before holds."""
    calculated_series.remove_all_of(call.tx, domain.number, definition.number, call.now)
    store(call, domain, msgspec.structs.replace(definition, number=next_number(call.tx)))


def store(call: Call, domain: Domain, definition: Definition) -> None:
    """Store a definition under a new number. Profiles that have many objects already are looked for."""
    definitions.put(call.tx, domain.number, CALCULATED_ATTRIBUTE, definition)
    calculated_series.look_for_many_objects(call.tx, domain.number)


def sweep_step(tx: Transaction, now: int) -> bool:
    """One step for definitions that are new or gone. Whether there may be more."""
    return any(_sweep(tx, sweep, now) for sweep in calculated_series.sweeps(tx))


def _sweep(tx: Transaction, sweep: Sweep, now: int) -> bool:
    return _look(tx, sweep) if sweep.gone_at is None else _remove(tx, sweep, sweep.gone_at, now)


def _look(tx: Transaction, sweep: Sweep) -> bool:
    found = profiles.sizes_behind(tx, sweep.domain, sweep.profile, AT_ONCE)
    many = [profile for profile, objects in found if objects >= MANY_OBJECTS]
    calculated_series.want_recalculation(tx, sweep.domain, many)
    if len(found) < AT_ONCE:
        calculated_series.forget_sweep(tx, sweep.domain, sweep.definition)
        return False
    calculated_series.put_sweep(tx, Sweep(sweep.domain, sweep.definition, found[-1][0], None))
    return True


def _remove(tx: Transaction, sweep: Sweep, gone_at: int, now: int) -> bool:
    removed = calculated_series.delete_some(tx, sweep.domain, sweep.definition, AT_ONCE)
    if removed < AT_ONCE and can_be_forgotten(tx, gone_at, now):
        calculated_series.forget_sweep(tx, sweep.domain, sweep.definition)
    return removed > 0


Worked = dict[int, tuple[int, Series]]
"""By a definition's number: the version of the profile, and the series as of it."""


def work_out(tx: Transaction, number: int, profile: bytes, now: int) -> Worked:
    """The series of a profile that has many objects, for all definitions of its domain."""
    domain = domains.of_number(tx, number)
    size = profiles.sizes(tx, number, [profile]).get(profile)
    if domain is None or size is None or size.objects < MANY_OBJECTS:
        return {}
    call = Call(tx, Principal("openprofiles", ""), domain.region, now, "", bytes(16))
    objects = ProfileObjects(call, domain, profile, size, Budget())
    found = [one for one in definitions.every(tx, number, CALCULATED_ATTRIBUTE) if _is_kept(one)]
    return {one.number: (size.version, objects.series(one, compiled(one))) for one in found}


def _is_kept(definition: Definition) -> bool:
    return compiled(definition).object_type not in SYSTEM_IDS


def keep(tx: Transaction, number: int, profile: bytes, worked: Worked) -> None:
    """Store what was worked out, if the profile and the definitions are still there. What has changed since is told by
    the profile's history.
    """
    lives = bool(profiles.locked(tx, number, [profile]))
    calculated_series.forget_wanted(tx, number, profile)
    if not worked:
        calculated_series.delete_of_profile(tx, number, profile)
    if not worked or not lives:
        return
    living = {one.number for one in definitions.every(tx, number, CALCULATED_ATTRIBUTE)}
    for definition, (version, series) in worked.items():
        if definition in living:
            stored = StoredSeries(version, series.encode())
            calculated_series.put(tx, number, definition, profile, stored)
