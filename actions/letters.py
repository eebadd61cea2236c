"""The letters that the team may send, before it edits them. What is between braces is filled in when they leave."""

SIGNATURE = """
Cordialement,
{author}
{title}"""

PIECES = """Bonjour,

Pour instruire la demande « {action} » portée par {holder}, il nous manque :
{pieces}

Merci de nous les transmettre pour le {date}. Vous pouvez les déposer ici, sans compte ni mot de passe :
{lien}

Ce lien vous est personnel et ne sert qu’une fois : réunissez les fichiers avant de l’ouvrir. Vous pouvez aussi répondre à ce message.
"""

SHEET = """Bonjour,

La fiche de la demande « {action} » portée par {holder} reste à compléter{missing}.

Merci de le faire pour le {date}. La fiche s’ouvre ici, sans compte ni mot de passe :
{lien}

Ce lien vous est personnel et ne sert qu’une fois. Vous pouvez aussi répondre à ce message.
"""

OPINION = """Bonjour,

Je sollicite votre avis, pour le {date}, sur la demande « {action} » portée par {holder}.

{question}

La demande et le formulaire de réponse s’ouvrent ici, sans compte ni mot de passe :
{lien}

Ce lien vous est personnel et ne sert qu’une fois. Votre avis sera lu par l’équipe de la Cité et par ses pilotes ; il n’est pas communiqué au porteur.
"""


def draft(text, *, action, author, missing=""):
    """The text with what is known today; `{date}`, `{pieces}`, `{question}` and `{lien}` stay to be filled in."""
    title = author.access.first_mandate_label
    words = {
        "action": action.title,
        "holder": action.holder.name,
        "missing": f"\u00a0: {missing}" if missing else "",
        "author": str(author),
        "title": f"{title}, {action.cite}" if title else str(action.cite),
    }
    return _fill(text + SIGNATURE, words)


def filled(text, **words):
    """`text` as it leaves, but for the link of each recipient."""
    return _fill(text, words)


def _fill(text, words):
    """Not `format`: people write braces too."""
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    return text
