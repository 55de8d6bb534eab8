"""All profiles of a domain: listed, and exported with everything else."""

import msgspec

from openprofiles.actions.export import export_page
from openprofiles.actions.lookup import find_domain
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.call import Call
from openprofiles.extension_shapes import (
    ExportDomainRequest,
    ExportDomainResponse,
    ListProfilesRequest,
    ListProfilesResponse,
)
from openprofiles.shapes import Profile
from openprofiles.storage import profiles

PAGE_SIZE = 100

decode_profile = msgspec.json.Decoder(Profile).decode


def list_profiles(call: Call, request: ListProfilesRequest) -> ListProfilesResponse:
    """All profiles of a domain, oldest first."""
    domain, limit = find_domain(call, request.domain_name), request.max_results or PAGE_SIZE
    scope = ("ListProfiles", domain.number)
    [after] = open_token(call, scope, request.next_token) or [""]
    rows = profiles.page(call.tx, domain.number, bytes.fromhex(str(after)), limit + 1)
    page, token = page_of(call, scope, rows, limit, lambda row: [row[0].hex()])
    return ListProfilesResponse(items=[decode_profile(document) for _, document in page], next_token=token)


def export_domain(call: Call, request: ExportDomainRequest) -> ExportDomainResponse:
    """A page of the domain's export; the gateway asks for one after the other and sends them as one answer."""
    lines, token = export_page(call, find_domain(call, request.domain_name), request.next_token)
    return ExportDomainResponse(lines=lines, next_token=token)
