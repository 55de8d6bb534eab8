"""AWS's own rates, for programs that have to live with them ("Amazon Connect service quotas", API throttling)."""

import time
from collections.abc import Callable, Mapping

from openprofiles.errors import ThrottlingException


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


PER_SECOND: dict[int, frozenset[str]] = {
    1: _names(
        "CreateDomain UpdateDomain DeleteDomain PutProfileObjectType DeleteProfileObjectType PutIntegration "
        "DeleteIntegration GetAutoMergingPreview CreateEventStream CreateCalculatedAttributeDefinition "
        "UpdateCalculatedAttributeDefinition"
    ),
    5: _names(
        "ListDomains GetDomain ListProfileObjectTypes ListProfileObjectTypeTemplates GetProfileObjectTypeTemplate "
        "ListIntegrations GetIntegration ListIdentityResolutionJobs GetIdentityResolutionJob ListEventStreams "
        "GetEventStream DeleteEventStream GetCalculatedAttributeDefinition DeleteCalculatedAttributeDefinition "
        "ListCalculatedAttributeDefinitions CreateIntegrationWorkflow DeleteWorkflow ListWorkflows GetWorkflow "
        "GetWorkflowSteps ListRuleBasedMatches TagResource UntagResource ListTagsForResource"
    ),
    10: _names("GetProfileObjectType"),
    100: _names(
        "SearchProfiles ListProfileObjects GetMatches GetSimilarProfiles GetCalculatedAttributeForProfile "
        "ListCalculatedAttributesForProfile CreateProfile UpdateProfile PutProfileObject AddProfileKey DeleteProfile "
        "DeleteProfileObject DeleteProfileKey MergeProfiles ListAccountIntegrations"
    ),
}
"""Calls of an account in a region in one second. An operation that is in no group has no rate."""

RATES: Mapping[str, int] = {name: rate for rate, names in PER_SECOND.items() for name in names}

MOST_BUCKETS = 10_000
"""Beyond, those are forgotten that a second has filled again: a caller chooses its region."""

Bucket = tuple[float, float]
"""How many calls may come at once, as of a time in seconds."""


class Throttle:
    """A bucket of tokens for each operation of an account in a region: it holds one second's calls, and fills as fast.
    Used by one event loop; of several processes, each has its own.
    """

    def __init__(self, rates: Mapping[str, int] = RATES, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rates = rates
        self._monotonic = monotonic
        self._buckets: dict[tuple[str, str, str], Bucket] = {}

    def take(self, account: str, region: str, operation: str) -> None:
        """Raises ThrottlingException where the account has called too often."""
        rate = self._rates.get(operation)
        if rate is None:
            return
        key, now = (account, region, operation), self._monotonic()
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets = {each: one for each, one in self._buckets.items() if one[1] > now - 1}
        tokens, since = self._buckets.get(key, (float(rate), now))
        tokens = min(float(rate), tokens + (now - since) * rate)
        if tokens < 1:
            self._buckets[key] = tokens, now
            raise ThrottlingException("Rate exceeded")
        self._buckets[key] = tokens - 1, now
