"""Files that leave the signage app: sheets for workshops, figures of a campaign."""
