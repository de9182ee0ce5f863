"""Check a register of boundary markers row by row; with --commit it is imported as a whole."""

from accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = __doc__
    kind = "markers"
