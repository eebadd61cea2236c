def open_other_cites(actor):
    """Filled with the import."""
