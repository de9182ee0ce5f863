"""Files that leave the signage app: lists, sheets for workshops, figures of a campaign."""
