"""Dirty customer records with labels: households, namesakes, switchboards, placeholders and all the rest (`rates.py`).

`generate` makes them, `python -m benchmarks.customers` writes them to a file. `other` makes records of another world,
by another design, to see whether what works on the first was made for it alone.
"""
