"""Forms of the sign pages by subject: they parse, operations decide."""
