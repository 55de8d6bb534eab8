"""Operations that AWS does not have: JSON below `/-/`, signed and routed like all others."""

from openprofiles import extension_shapes as shapes
from openprofiles.operations import Operation, QueryKind

_DOMAIN = ("DomainName", "DomainName")
_PAGE: tuple[tuple[str, str, QueryKind], ...] = (
    ("next-token", "NextToken", "string"),
    ("max-results", "MaxResults", "integer"),
)
_LETTER = ("DeadLetterId", "DeadLetterId")

_ALL = (
    Operation(
        name="ExplainProfile",
        method="GET",
        path="/-/domains/{DomainName}/profiles/{ProfileId}/explain",
        function="explain_profile",
        reads=True,
        status=200,
        request=shapes.ExplainProfileRequest,
        response=shapes.ExplainProfileResponse,
        path_members=(_DOMAIN, ("ProfileId", "ProfileId")),
    ),
    Operation(
        name="ListProfiles",
        method="GET",
        path="/-/domains/{DomainName}/profiles",
        function="list_profiles",
        reads=True,
        status=200,
        request=shapes.ListProfilesRequest,
        response=shapes.ListProfilesResponse,
        path_members=(_DOMAIN,),
        query_members=_PAGE,
    ),
    Operation(
        name="ExportDomain",
        method="GET",
        path="/-/domains/{DomainName}/export",
        function="export_domain",
        reads=True,
        status=200,
        request=shapes.ExportDomainRequest,
        response=shapes.ExportDomainResponse,
        path_members=(_DOMAIN,),
        streams=True,
    ),
    Operation(
        name="EraseCustomer",
        method="POST",
        path="/-/domains/{DomainName}/erase",
        function="erase_customer",
        reads=False,
        status=200,
        request=shapes.EraseCustomerRequest,
        response=shapes.EraseCustomerResponse,
        path_members=(_DOMAIN,),
        replays=True,
    ),
    Operation(
        name="DryRunProfileObject",
        method="POST",
        path="/-/domains/{DomainName}/dry-run",
        function="dry_run_profile_object",
        reads=False,
        status=200,
        request=shapes.DryRunProfileObjectRequest,
        response=shapes.DryRunProfileObjectResponse,
        path_members=(_DOMAIN,),
    ),
    Operation(
        name="ListDeadLetters",
        method="GET",
        path="/-/domains/{DomainName}/dead-letters",
        function="list_dead_letters",
        reads=True,
        status=200,
        request=shapes.ListDeadLettersRequest,
        response=shapes.ListDeadLettersResponse,
        path_members=(_DOMAIN,),
        query_members=(
            ("object-type-name", "ObjectTypeName", "string"),
            *_PAGE,
        ),
    ),
    Operation(
        name="GetDeadLetter",
        method="GET",
        path="/-/domains/{DomainName}/dead-letters/{DeadLetterId}",
        function="get_dead_letter",
        reads=True,
        status=200,
        request=shapes.GetDeadLetterRequest,
        response=shapes.GetDeadLetterResponse,
        path_members=(_DOMAIN, _LETTER),
    ),
    Operation(
        name="ReplayDeadLetters",
        method="POST",
        path="/-/domains/{DomainName}/dead-letters/replay",
        function="replay_dead_letters",
        reads=False,
        status=200,
        request=shapes.ReplayDeadLettersRequest,
        response=shapes.ReplayDeadLettersResponse,
        path_members=(_DOMAIN,),
        replays=True,
    ),
    Operation(
        name="DeleteDeadLetter",
        method="DELETE",
        path="/-/domains/{DomainName}/dead-letters/{DeadLetterId}",
        function="delete_dead_letter",
        reads=False,
        status=200,
        request=shapes.DeleteDeadLetterRequest,
        response=shapes.DeleteDeadLetterResponse,
        path_members=(_DOMAIN, _LETTER),
        replays=True,
    ),
)

EXTENSIONS = {operation.name: operation for operation in _ALL}
