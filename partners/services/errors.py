class PartnersError(Exception):
    """A rule refuses the gesture; the text is a French sentence for the user."""
