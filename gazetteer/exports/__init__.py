"""Lists of place names on their way out."""
