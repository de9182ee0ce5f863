"""Pages of the gazetteer."""
