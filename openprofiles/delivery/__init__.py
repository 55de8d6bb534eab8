"""What leaves for other systems, after the transaction that caused it."""
