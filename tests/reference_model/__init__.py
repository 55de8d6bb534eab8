"""A second, slow and simple implementation of the documented behaviour, and tests that hold the server against it."""
