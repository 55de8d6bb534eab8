"""What changes more than one table: each function works in the transaction that its caller opened."""
