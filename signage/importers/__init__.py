"""Files of signs on their way in."""
