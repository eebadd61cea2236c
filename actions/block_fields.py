"""What a section of the sheet asks, field by field, in the words of its form: what a remark may be about."""

from actions.blocks import BY_KEY
from actions.enums import TextKey
from actions.models.action import Action

PUBLICS = "publics"
TEXT = "text_"
WHOLE = "toute la rubrique"


def fields_of(block):
    """`[(name in the form of the section, label)]`; one about the kinds of public stands for all of them."""
    fields = [(name, _field_label(name)) for name in block.fields]
    return fields + [(f"{TEXT}{key}", _capital(TextKey(key).label)) for key in block.texts]


def _field_label(name):
    return "Publics visés" if name == PUBLICS else _capital(str(Action._meta.get_field(name).verbose_name))


def _capital(words):
    return words[:1].upper() + words[1:]


def about_choices(blocks):
    """Choices of a list, by section: the whole of it ("public"), or one of its fields ("public.audience")."""
    return [(block.label, [(block.key, f"{block.label}\u00a0: {WHOLE}"), *_choices(block)]) for block in blocks]


def _choices(block):
    return [(f"{block.key}.{name}", f"{block.label}\u00a0: {label}") for name, label in fields_of(block)]


def about_words(block_key, field=""):
    """ "Calendrier" or "Calendrier, Début"."""
    block = BY_KEY.get(block_key)
    if block is None:
        return ""
    label = dict(fields_of(block)).get(field)
    return f"{block.label}, {label}" if label and label != block.label else block.label
