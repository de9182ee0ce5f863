"""Imports as operations: an upload becomes a batch, is checked, committed and undone."""
