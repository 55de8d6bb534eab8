"""Domains: containers for customer data, with how long it is kept and how identities are resolved."""

from typing import Any

import msgspec

from openprofiles.actions.lookup import find_domain, lock_domain
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.call import Call
from openprofiles.errors import BadRequestException
from openprofiles.matching.configuration import check_matching, check_rule_based_matching
from openprofiles.shapes import (
    CreateDomainRequest,
    CreateDomainResponse,
    DataStoreResponse,
    DeleteDomainRequest,
    DeleteDomainResponse,
    DomainStats,
    GetDomainRequest,
    GetDomainResponse,
    ListDomainItem,
    ListDomainsRequest,
    ListDomainsResponse,
    MatchingResponse,
    RuleBasedMatchingResponse,
    UpdateDomainRequest,
    UpdateDomainResponse,
)
from openprofiles.storage import domains
from openprofiles.storage.definitions import decode_tags
from openprofiles.storage.domains import Domain, DomainSettings
from openprofiles.storage.settings import next_number

PAGE_SIZE = 100


def create_domain(call: Call, request: CreateDomainRequest) -> CreateDomainResponse:
    """Create a domain. A name that is taken is a BadRequestException: the API has no conflict error."""
    if domains.find(call.tx, call.account, call.region, request.domain_name) is not None:
        raise BadRequestException(f"Domain {request.domain_name} already exists.")
    if domains.count_living(call.tx, call.account, call.region) >= call.quotas.domains:
        raise BadRequestException(f"There are {call.quotas.domains} domains; more are not allowed.")
    settings = _changed(DomainSettings(request.default_expiration_days), request)
    domain = Domain(
        number=next_number(call.tx),
        account=call.account,
        region=call.region,
        name=request.domain_name,
        created_at=call.now,
        updated_at=call.now,
        document=msgspec.json.encode(settings).decode(),
        tags=msgspec.json.encode(request.tags or {}).decode(),
    )
    domains.add(call.tx, domain)
    return CreateDomainResponse(**_shown(domain))


def get_domain(call: Call, request: GetDomainRequest) -> GetDomainResponse:
    """A domain with its statistics."""
    domain = find_domain(call, request.domain_name)
    counts = domains.counts(call.tx, domain.number)
    stats = DomainStats(
        profile_count=counts.profiles,
        metering_profile_count=counts.metered,
        object_count=counts.objects,
        total_size=counts.bytes,
    )
    return GetDomainResponse(**_shown(domain), stats=stats)


def update_domain(call: Call, request: UpdateDomainRequest) -> UpdateDomainResponse:
    """Change settings: absent members keep their value, an empty text clears it; tags stay as they are."""
    domain = lock_domain(call, request.domain_name)
    document = msgspec.json.encode(_changed(domain.settings, request)).decode()
    domains.set_document(call.tx, domain.number, document, call.now)
    changed = msgspec.structs.replace(domain, document=document, updated_at=call.now)
    return UpdateDomainResponse(**_shown(changed))


def delete_domain(call: Call, request: DeleteDomainRequest) -> DeleteDomainResponse:
    """The name is free and nothing can be read at once; a worker removes the rows."""
    domain = lock_domain(call, request.domain_name)
    domains.bury(call.tx, domain.number, call.now)
    return DeleteDomainResponse(message="Domain Deleted")


def list_domains(call: Call, request: ListDomainsRequest) -> ListDomainsResponse:
    """The account's domains in this region that the caller's key may touch, by name."""
    scope, limit = ("ListDomains", call.principal.domain_pattern), request.max_results or PAGE_SIZE
    after = open_token(call, scope, request.next_token) or [""]
    rows = _visible(call, str(after[0]), limit + 1)
    page, token = page_of(call, scope, rows, limit, lambda domain: [domain.name])
    return ListDomainsResponse(items=[_item(domain) for domain in page], next_token=token)


def _visible(call: Call, after: str, limit: int) -> list[Domain]:
    """Domains from behind `after`, without those that the caller's key may not touch."""
    visible: list[Domain] = []
    while len(visible) < limit:
        rows = domains.page(call.tx, call.account, call.region, after, limit)
        visible += [domain for domain in rows if call.principal.may_touch(domain.name)]
        if len(rows) < limit:
            break
        after = rows[-1].name
    return visible[:limit]


def _item(domain: Domain) -> ListDomainItem:
    return ListDomainItem(
        domain_name=domain.name,
        created_at=domain.created_at / 1000,
        last_updated_at=domain.updated_at / 1000,
        tags=decode_tags(domain.tags) or None,
    )


def _changed(settings: DomainSettings, request: CreateDomainRequest | UpdateDomainRequest) -> DomainSettings:
    """The settings after a request. Raises BadRequestException where they make no sense."""
    check_matching(request.matching)
    check_rule_based_matching(request.rule_based_matching)
    given = {
        "default_expiration_days": request.default_expiration_days,
        "default_encryption_key": request.default_encryption_key,
        "dead_letter_queue_url": request.dead_letter_queue_url,
        "matching": request.matching and msgspec.convert(request.matching, MatchingResponse, from_attributes=True),
        "rule_based_matching": request.rule_based_matching
        and msgspec.convert(request.rule_based_matching, RuleBasedMatchingResponse, from_attributes=True),
        "data_store": request.data_store and DataStoreResponse(enabled=request.data_store.enabled),
    }
    changed = msgspec.structs.replace(settings, **{name: value for name, value in given.items() if value is not None})
    if changed.rule_based_matching is not None and changed.rule_based_matching.enabled:
        changed.rule_based_matching.status = "ACTIVE"
    return changed


def _shown(domain: Domain) -> dict[str, Any]:
    """The members that all answers about one domain share."""
    settings = domain.settings
    return {
        "domain_name": domain.name,
        "default_expiration_days": settings.default_expiration_days,
        "default_encryption_key": settings.default_encryption_key or None,
        "dead_letter_queue_url": settings.dead_letter_queue_url or None,
        "matching": settings.matching,
        "rule_based_matching": settings.rule_based_matching,
        "data_store": settings.data_store,
        "created_at": domain.created_at / 1000,
        "last_updated_at": domain.updated_at / 1000,
        "tags": decode_tags(domain.tags) or None,
    }
