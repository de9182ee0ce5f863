"""Files in: opened, recognised, read row by row with their numbers as in the file.

Readers turn any upload into a :class:`~common.importing.tables.Table`; anything that cannot be
read raises :class:`~common.errors.BadInput` with one sentence, never another error.
"""
