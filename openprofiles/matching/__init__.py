"""Rules, without I/O, on which profiles are the same customer."""
