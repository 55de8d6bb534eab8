"""Rules, without I/O, on which claim decides a field and what a merge decides."""
