"""Data from elsewhere: each connector reads its source and calls the same action as the API."""
