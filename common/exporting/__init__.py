"""Lists out: the rows of any list as CSV, XLSX, GeoJSON, GeoPackage or Shapefile."""
