"""What the pages of the money read: figures and lines, ready to print."""
