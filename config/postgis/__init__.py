"""The database backend: GeoDjango's for PostGIS, which asks less before each request."""
