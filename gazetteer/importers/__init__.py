"""Files of place names on their way in (the kinds of import of this app)."""
