"""Giving and ending roles; opening accounts."""
