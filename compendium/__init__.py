"""政区大典: an entry for each division, filled from what the system knows and by people."""
