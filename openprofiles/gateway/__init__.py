"""Bytes in, bytes out: routing, authentication, decoding, the transaction, encoding. Knows no operation by name."""
