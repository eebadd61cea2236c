from governance.forms.letter import LetterForm
from governance.network import addressees


class NetworkMessageForm(LetterForm):
    """To the referents' network, whole or one `person` of it."""

    def __init__(self, *args, cite, person=None, **kwargs):
        concerned = None if person is None else {person}
        super().__init__(*args, addressees=addressees(cite), concerned=concerned, **kwargs)
        self.fields["recipients"].error_messages["invalid_choice"] = (
            "Une des personnes cochées n’est plus dans le réseau, ou n’a pas d’adresse."
        )
