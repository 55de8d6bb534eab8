"""The events of a domain in a terminal, as they happen."""
