"""Check a register of facilities row by row; with --commit it is imported as a whole."""

from accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = __doc__
    kind = "facilities"
