TECHNICAL = "Ce compte sert à l’administration technique\u00a0: ce geste se fait dans celle-ci."


class PartnersError(Exception):
    """A rule refuses the gesture; the text is a French sentence for the user, about `field` of the form if any."""

    def __init__(self, sentence, *, field=None):
        super().__init__(sentence)
        self.field = field
