"""openprofiles: a self-hosted customer-profile service that speaks the Amazon Connect Customer Profiles API."""

__version__ = "0.1.0"
