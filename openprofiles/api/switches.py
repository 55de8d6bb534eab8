"""What only a server for tests does: it is emptied, its clock is set, and it imitates what is inconvenient in AWS."""

import msgspec

from openprofiles.call import Call
from openprofiles.errors import AccessDeniedException, BadRequestException
from openprofiles.extension_shapes import (
    ClockResponse,
    FaultsResponse,
    GetClockRequest,
    GetFaultsRequest,
    ResetServerRequest,
    ResetServerResponse,
    SetClockRequest,
    SetFaultsRequest,
)
from openprofiles.storage import domains, erasures, switches
from openprofiles.storage.switches import Switches


def _of_tests(call: Call) -> Switches:
    """Raises AccessDeniedException on a server that real data may be on."""
    if call.switches is None:
        raise AccessDeniedException("The server was not started for tests (--for-tests).")
    return call.switches


ANY_DOMAIN = "*"


def _may_set(call: Call) -> Switches:
    """Clock and faults are the same for all domains. Raises AccessDeniedException."""
    present = _of_tests(call)
    if call.principal.domain_pattern != ANY_DOMAIN:
        raise AccessDeniedException("Clock and faults are set with a key that may touch all domains.")
    return present


def reset_server(call: Call, _: ResetServerRequest) -> ResetServerResponse:
    """All domains of the account that the key may touch go, in all regions. A key that may touch all domains puts clock
    and faults back too.
    """
    _of_tests(call)
    found = [one for one in domains.of_account(call.tx, call.account) if call.principal.may_touch(one.name)]
    for domain in found:
        domains.bury(call.tx, domain.number, call.now)
        erasures.forget(call.tx, domain)
    if call.principal.domain_pattern == ANY_DOMAIN:
        switches.put(call.tx, Switches())
    return ResetServerResponse(domains=len(found))


def get_clock(call: Call, _: GetClockRequest) -> ClockResponse:
    return ClockResponse(now=call.now / 1000, offset_seconds=_of_tests(call).clock_offset / 1000)


def set_clock(call: Call, request: SetClockRequest) -> ClockResponse:
    """The time of all data: what signatures are checked by stays the wall's."""
    present = _may_set(call)
    if (request.now is None) == (request.advance_seconds is None):
        raise BadRequestException("Give either Now or AdvanceSeconds.")
    wanted = request.now if request.now is not None else call.now / 1000 + (request.advance_seconds or 0)
    offset = present.clock_offset + round(wanted * 1000) - call.now
    switches.put(call.tx, msgspec.structs.replace(present, clock_offset=offset))
    return ClockResponse(now=wanted, offset_seconds=offset / 1000)


def get_faults(call: Call, _: GetFaultsRequest) -> FaultsResponse:
    return _shown(_of_tests(call))


def set_faults(call: Call, request: SetFaultsRequest) -> FaultsResponse:
    """What is not given is off."""
    present = _may_set(call)
    wanted = msgspec.structs.replace(
        present,
        ingestion_delay=int((request.ingestion_delay_seconds or 0) * 1000),
        ingestion_jitter=int((request.ingestion_jitter_seconds or 0) * 1000),
        concurrent_update_rate=request.concurrent_update_rate or 0.0,
    )
    switches.put(call.tx, wanted)
    return _shown(wanted)


def _shown(found: Switches) -> FaultsResponse:
    return FaultsResponse(
        ingestion_delay_seconds=found.ingestion_delay / 1000,
        ingestion_jitter_seconds=found.ingestion_jitter / 1000,
        concurrent_update_rate=found.concurrent_update_rate,
    )
