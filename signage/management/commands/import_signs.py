"""Check a file of signs with its photos row by row; with --commit it is imported as a whole."""

from accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = __doc__
    kind = "signs"
    files = "CSV, XLSX, GeoJSON, GPKG, or a ZIP of one table with its photos"
