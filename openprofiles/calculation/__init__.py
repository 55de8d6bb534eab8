"""Calculated attributes: what an object contributes, and the value of what all of them contributed."""
