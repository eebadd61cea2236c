"""The letters that the team may send, before it edits them.

What is between braces is known at once; the words of `MARKERS` are replaced when the letter leaves.
"""

from partners.services import LINK

MARKERS = {
    "pieces": "[la liste des pièces]",
    "remarques": "[les remarques]",
    "date": "[la date]",
    "question": "[votre question]",
    "lien": "[le lien]",
}

SIGNATURE = """
Cordialement,
{author}
{title}"""

PIECES = """Bonjour,

Pour instruire la demande « {action} » (porteur : {holder}), il nous manque :
[la liste des pièces]

Merci de nous les transmettre pour le [la date]. Vous pouvez les déposer ici, sans compte ni mot de passe :
[le lien]

Ce lien vous est personnel et ne sert qu’une fois : réunissez les fichiers avant de l’ouvrir. Vous pouvez aussi répondre à ce message.
"""

SHEET = """Bonjour,

La fiche de la demande « {action} » (porteur : {holder}) reste à compléter{missing}.

Merci de le faire pour le [la date]. La fiche s’ouvre ici, sans compte ni mot de passe :
[le lien]

Ce lien vous est personnel et ne sert qu’une fois. Vous pouvez aussi répondre à ce message.
"""

BACK = """Bonjour,

La demande « {action} » (porteur : {holder}) vous est renvoyée : quelques points sont à corriger avant son instruction. Ils sont aussi écrits sur la fiche, à leur place :
[les remarques]

Merci de la corriger et de la redéposer pour le [la date]. La fiche s’ouvre ici, sans compte ni mot de passe :
[le lien]

Ce lien vous est personnel et ne sert qu’une fois. Avec votre compte, vous retrouvez aussi les commentaires et pouvez y répondre.
"""

OPINION = """Bonjour,

Je sollicite votre avis, pour le [la date], sur la demande « {action} » (porteur : {holder}).

[votre question]

La demande et le formulaire de réponse s’ouvrent ici, sans compte ni mot de passe :
[le lien]

Ce lien vous est personnel et ne sert qu’une fois. Votre avis sera lu par l’équipe de la Cité et par ses pilotes ; il n’est pas communiqué au porteur.
"""


def draft(text, *, action, author, missing=""):
    """The text with what is known today; the markers stay to be filled in."""
    title = author.access.first_mandate_label
    words = {
        "action": action.title,
        "holder": action.holder.name,
        "missing": f"\u00a0: {missing}" if missing else "",
        "author": str(author),
        "title": f"{title}, {action.cite}" if title else str(action.cite),
    }
    return _fill(text + SIGNATURE, {f"{{{name}}}": value for name, value in words.items()})


def filled(text, **words):
    """`text` as it leaves, but for the link of each recipient: the mail service puts it where `LINK` stands."""
    return _fill(text, {MARKERS[name]: value for name, value in (words | {"lien": LINK}).items()})


def _fill(text, words):
    """Not `format`: people write braces too."""
    for marker, value in words.items():
        text = text.replace(marker, value)
    return text
