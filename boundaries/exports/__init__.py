"""Lists of divisions and lines on their way out."""
