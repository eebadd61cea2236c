"""What may stand between braces in a note and its templates, with the type of each; figures are those of the point."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.html import escape

from cite_educative.common.merge import FIELD, braced, merged, unknown_fields
from cite_educative.common.richtext import clean_html

NBSP = "\u00a0"
TABLE, LIST = "tableau", "liste"
BLOCK = r"<p>\s*\{(?P<alone>[^{}]*)\}\s*</p>"
IN_A_TAG = re.compile(r"<[^<>]*\{[^<>]*>")
PLACE = re.compile(rf"{BLOCK}|\{{(?P<name>[^{{}}]*)\}}")


@dataclass(frozen=True)
class MergeField:
    kind: str
    meaning: str
    example: str

    @property
    def is_block(self):
        return self.kind in (TABLE, LIST)


FIELDS = {
    "cite": MergeField("texte", "le nom de la Cité éducative", "Dunkerque"),
    "reunion": MergeField("texte", "l’instance et le jour de la réunion", "Troïka du 12 mai 2026"),
    "destinataire": MergeField("texte", "à qui le document s’adresse", "Monsieur le maire de la commune"),
    "ligne": MergeField("texte", "la ligne de financement votée", "Ville, réussite éducative"),
    "exercice": MergeField("nombre", "l’année du budget", "2026"),
    "nombre_actions": MergeField("nombre", "combien d’actions, avec leur nom", f"2{NBSP}actions"),
    "nombre_porteurs": MergeField("nombre", "combien de porteurs, avec leur nom", f"2{NBSP}porteurs"),
    "montant": MergeField("montant en euros", "le total proposé", f"7{NBSP}650,50{NBSP}€"),
    "montant_en_lettres": MergeField(
        "montant en lettres",
        "le même total, en toutes lettres",
        "sept mille six cent cinquante euros et cinquante centimes",
    ),
    "montant_demande": MergeField("montant en euros", "le total demandé", f"9{NBSP}200,00{NBSP}€"),
    "date": MergeField("date", "le jour où la version est émise", "4 mai 2026"),
    "date_reunion": MergeField("date", "le jour de la réunion", "mardi 12 mai 2026"),
    "actions": MergeField(LIST, "les actions, avec porteur et montant", "<ul><li>Lire ensemble</li></ul>"),
    "tableau_subventions": MergeField(TABLE, "action, porteur, SIRET et montant", ""),
    "lignes_budgetaires": MergeField(TABLE, "disponible, proposé et reste de chaque financeur", ""),
}


def field_rows(words):
    """For the help beside a text: name, type, meaning, and what it becomes (`words`, blocks left out)."""
    return [
        {
            "name": f"{{{name}}}",
            "kind": field.kind,
            "meaning": field.meaning,
            "value": "" if field.is_block else words[name],
        }
        for name, field in FIELDS.items()
    ]


def clean_sections(sections):
    return [{"title": " ".join(one["title"].split()), "text": clean_html(one["text"])} for one in sections]


def check_texts(sections, **plain):
    """Raises `ValidationError`: a field that does not exist, or a table where a line of text is.

    `plain`: `{field of the form: text}`, texts of one style, where no table goes.
    """
    faults = {name: _faults("ce texte", text, _lines()) for name, text in plain.items()}
    whole = []
    for rank, section in enumerate(sections, start=1):
        if not (section["title"] and section["text"]):
            whole.append(f"La partie {rank} n’a pas de titre ou pas de texte{NBSP}: complétez-la, ou videz les deux.")
        whole += _faults(f"la partie {rank}", section["title"], _lines())
        whole += _faults(f"la partie {rank}", section["text"], FIELDS)
        if IN_A_TAG.search(section["text"]):
            whole.append(
                f"Dans la partie {rank}, un mot entre accolades est dans l’adresse d’un lien{NBSP}: écrivez-la en entier."
            )
        whole += [
            f"Dans la partie {rank}, «{NBSP}{{{name}}}{NBSP}» devient un {FIELDS[name].kind}{NBSP}: laissez-le seul, entre "
            "deux lignes vides."
            for name in FIELD.findall(re.sub(BLOCK, "", section["text"]))
            if name in FIELDS and FIELDS[name].is_block
        ]
    faults["sections"] = whole
    if any(faults.values()):
        raise ValidationError({name: found for name, found in faults.items() if found})


def _lines():
    return [name for name, field in FIELDS.items() if not field.is_block]


def _faults(where, text, known):
    return [
        f"Dans {where}, «{NBSP}{{{name}}}{NBSP}» ne peut pas être remplacé. Ceux qui le peuvent{NBSP}: {braced(known)}."
        for name in unknown_fields(text, known)
    ]


def merged_html(html, words):
    """Fields replaced in clean HTML: a table takes the place of its paragraph, a line of text is escaped."""

    def replaced(found):
        name = found["alone"] or found["name"]
        if name not in words:
            return found[0]
        if FIELDS[name].is_block:
            return words[name]
        return f"<p>{escape(words[name])}</p>" if found["alone"] else escape(words[name])

    return PLACE.sub(replaced, html)


def merged_texts(row, words):
    """The request, the sections and the proposal of a note or of a template, as printed with these `words`."""
    return {
        "request": merged(row.request, words),
        "sections": [
            {"title": merged(one["title"], words), "text": merged_html(one["text"], words)} for one in row.sections
        ],
        "proposal": merged(row.proposal, words),
    }
