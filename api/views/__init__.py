"""Open interfaces: requests of standard clients translated."""
