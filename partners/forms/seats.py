from django import forms
from django.utils import timezone

from cite_educative.common.forms import DayField, read_key
from partners.forms.layout import CHOOSE
from partners.models import Organisation, Side

KINDS = ("side", "seat", "mandate")


class SeatForm(forms.Form):
    side = forms.ModelChoiceField(label="Collège de la Troïka", queryset=Side.objects.none(), empty_label=CHOOSE)
    organisation = forms.ModelChoiceField(
        label="Organisme",
        queryset=Organisation.objects.none(),
        empty_label=CHOOSE,
        help_text="Dans le collège des communes, chaque commune a une voix, donc un seul siège.",
    )
    label = forms.CharField(
        label="Intitulé du siège",
        max_length=160,
        help_text="Par exemple\u00a0: «\u00a0Maire de Grande-Synthe ou son représentant\u00a0».",
    )

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["side"].queryset = cite.sides.all()
        self.fields["organisation"].queryset = Organisation.objects.in_cite(cite)


class SeatEditForm(forms.Form):
    label = forms.CharField(label="Intitulé du siège", max_length=160)
    place = forms.IntegerField(
        label="Rang dans le collège",
        min_value=1,
        max_value=99,
        help_text="1 pour le premier siège nommé\u00a0; les autres se décalent.",
    )


class SeatCloseForm(forms.Form):
    closed_on = DayField(
        label="Clos à compter du",
        initial=timezone.localdate,
        help_text="Le siège quitte la Troïka ce jour-là\u00a0; son histoire reste. Un siège que personne n’a tenu est "
        "supprimé.",
    )


def read_order(data):
    """The order sent by the protocol page, as `save_protocol` takes it.

    `echange` names two rows to exchange, as "seat-4-7"; what it has wrong exchanges nothing.
    """
    order = {f"{kind}s": [read_key(key) for key in data.getlist(kind)] for kind in KINDS}
    kind, *keys = data.get("echange", "").split("-")
    rows = order.get(f"{kind}s", [])
    keys = [read_key(key) for key in keys]
    if len(keys) == 2 and all(rows.count(key) == 1 for key in keys):
        first, second = map(rows.index, keys)
        rows[first], rows[second] = rows[second], rows[first]
    return order
