"""Files that leave the signage app: sheets for workshops."""
