"""Files of streets and of people."""
