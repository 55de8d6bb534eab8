"""The configurations of the acceptance tests of Terraform's provider, which pass against AWS."""

from typing import Any

from .terraform import ADDRESS, Configuration

QUEUE = "https://sqs.us-east-1.amazonaws.com/000000000000/tf-acc-test"
ENCRYPTION_KEY = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def exporting(key: str) -> dict[str, Any]:
    return {"S3Exporting": {"S3BucketName": "tf-acc-test", "S3KeyName": key}}


FULL: Configuration = {
    "DeadLetterQueueUrl": QUEUE,
    "DefaultEncryptionKey": ENCRYPTION_KEY,
    "DefaultExpirationDays": 120,
    "Matching": {
        "Enabled": True,
        "AutoMerging": {
            "Enabled": True,
            "ConflictResolution": {"ConflictResolvingModel": "SOURCE", "SourceName": "FirstName"},
            "Consolidation": {"MatchingAttributesList": [["PhoneNumber"], ["FirstName"]]},
            "MinAllowedConfidenceScoreForMerging": 0.1,
        },
        "ExportingConfig": exporting("example/"),
        "JobSchedule": {"DayOfTheWeek": "MONDAY", "Time": "18:00"},
    },
    "RuleBasedMatching": {
        "Enabled": True,
        "AttributeTypesSelector": {
            "AttributeMatchingModel": "ONE_TO_ONE",
            "Address": ["Address"],
            "EmailAddress": ["EmailAddress"],
            "PhoneNumber": ["PhoneNumber"],
        },
        "ConflictResolution": {"ConflictResolvingModel": "SOURCE", "SourceName": "FirstName"},
        "ExportingConfig": exporting("example/"),
        "MatchingRules": [{"Rule": ["Address.City", "Address.Country"]}],
        "MaxAllowedRuleLevelForMatching": 1,
        "MaxAllowedRuleLevelForMerging": 1,
    },
}
FULL_UPDATED: Configuration = {
    **FULL,
    "DefaultExpirationDays": 365,
    "Matching": {
        "Enabled": True,
        "AutoMerging": {
            "Enabled": True,
            "ConflictResolution": {"ConflictResolvingModel": "RECENCY"},
            "Consolidation": {"MatchingAttributesList": [["EmailAddress"]]},
            "MinAllowedConfidenceScoreForMerging": 0.8,
        },
        "ExportingConfig": exporting("exampleupdated/"),
        "JobSchedule": {"DayOfTheWeek": "SUNDAY", "Time": "20:00"},
    },
    "RuleBasedMatching": {
        "Enabled": True,
        "AttributeTypesSelector": {
            "AttributeMatchingModel": "MANY_TO_MANY",
            "Address": ["Address"],
            "EmailAddress": ["EmailAddress", "BusinessEmailAddress"],
            "PhoneNumber": ["PhoneNumber", "HomePhoneNumber"],
        },
        "ConflictResolution": {"ConflictResolvingModel": "RECENCY"},
        "ExportingConfig": exporting("exampleupdated/"),
        "MatchingRules": [
            {"Rule": ["Address.City", "Address.Country"]},
            {"Rule": ["EmailAddress"]},
            {"Rule": ["PhoneNumber"]},
        ],
        "MaxAllowedRuleLevelForMatching": 2,
        "MaxAllowedRuleLevelForMerging": 2,
    },
}


def address(street: str, suffix: str = "") -> dict[str, str]:
    """All ten members, those without a value as the text "null"."""
    values = (street, "Apt 5", "null", "null", "Seattle", "USA", "King", "98110", "null", "WA")
    return {member: f"{value}{suffix}" for member, value in zip(ADDRESS, values, strict=True)}


def person(suffix: str = "") -> Configuration:
    """The profile of the acceptance tests; with a suffix, what they update it to."""
    texts = {
        "AccountNumber": "k3v9xq1z",
        "AdditionalInformation": "Low Profile Customer",
        "BirthDate": "07/12/1980",
        "BusinessEmailAddress": "acc@example.com",
        "BusinessName": "My Awesome Company",
        "BusinessPhoneNumber": "555-334-3389",
        "EmailAddress": "acc@example.com",
        "FirstName": "John",
        "GenderString": "MALE",
        "HomePhoneNumber": "555-334-3344",
        "LastName": "Doe",
        "MiddleName": "Ex",
        "MobilePhoneNumber": "555-334-7777",
        "PartyTypeString": "INDIVIDUAL",
        "PersonalEmailAddress": "acc@example.com",
        "PhoneNumber": "555-334-6666",
    }
    return {name: f"{value}{suffix}" for name, value in texts.items()} | {
        "Attributes": {"SSN": f"123-44-0000{suffix}", "LoyaltyPoints": f"30000{suffix}"},
        "Address": address("123 Sample Street", suffix),
        "BillingAddress": address("789 Sample St", suffix),
        "MailingAddress": address("234 Home St", suffix),
        "ShippingAddress": address("555 A St", suffix),
    }
