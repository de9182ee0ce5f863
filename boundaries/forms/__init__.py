"""Forms of the boundary pages: they parse, operations decide."""
