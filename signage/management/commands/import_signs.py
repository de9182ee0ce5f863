"""Check signs with their photos row by row; with --commit they are imported as a whole."""

from accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = __doc__
    kind = "signs"
    files = "CSV, XLSX, GeoJSON, GPKG, or a ZIP or folder of one table with its photos"
