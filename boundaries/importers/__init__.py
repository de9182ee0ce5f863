"""Readers of what others publish on divisions: code lists, changes, event lists."""
