"""The blocks of a sheet ready to show or to print: facts, texts, what is empty, and where to write it."""

from django.db.models import CharField, F, IntegerField, Value
from django.urls import reverse

from actions.blocks import BLOCKS, BY_KEY, blocks_of
from actions.enums import Scope, TextKey
from actions.finances.budget import budgets_of
from cite_educative.common.dates import date_fr, period_fr
from cite_educative.common.money import euros
from partners.permissions import can_read_contacts, hides_names

TIMES = ("during_school", "around_school", "outside_school", "during_holidays")
# What the sheet only names: relation, its label, its order before that of the labels.
NAMED = (
    ("themes", "label", F("order")),
    ("schemes", "label", F("order")),
    ("schools", "name", Value(0, output_field=IntegerField())),
)
# Where each field is written, to lead there what says that it is missing.
BLOCK_OF = {name: block.key for block in BLOCKS for name in block.fields}


def section_url(action, name):
    """The form of the section that holds this field, at the field."""
    block = BLOCK_OF[name]
    if BY_KEY[block].page:
        return block_url(action, BY_KEY[block])
    anchor = f"div_id_{name}" if name in ("communes", "publics") else f"id_{name}"
    return f"{reverse('actions:section', args=[action.pk, block])}#{anchor}"


def block_url(action, block):
    """Where a section is written as a whole."""
    if block.page:
        return reverse(block.page, args=[action.pk])
    return reverse("actions:section", args=[action.pk, block.key])


def written_blocks(action):
    """The blocks that are written on the sheet itself, not in tabs of their own."""
    return [block for block in blocks_of(action) if block.fields or block.texts]


def sheet_sections(user, action, *, can_edit=False, comments=None):
    """Dicts `label`, `facts`, `texts`, `url` (to write it), `comments`; for readers beyond the published part.

    Four queries beyond the action's own prefetches: texts, publics, the names of what it is tied to, budgets.
    """
    texts = {text.key: text.body for text in action.texts.all() if text.body}
    facts = _facts(user, action)
    comments = comments or {}
    return [
        {
            "key": block.key,
            "label": block.label,
            "facts": [
                {"label": label, "value": value, "url": url}
                for name in block.fields
                for label, value, url in facts.get(name, ())
                if value
            ],
            "texts": [
                *(
                    [{"label": "Description", "body": action.summary}]
                    if "summary" in block.fields and action.summary
                    else []
                ),
                *(
                    {"label": TextKey(key).label.capitalize(), "body": texts[key]}
                    for key in block.texts
                    if key in texts
                ),
            ],
            "url": block_url(action, block) if can_edit else "",
            "comments": comments.get(block.key, []),
        }
        for block in written_blocks(action)
    ]


def _facts(user, action):
    names = _names_of(action)
    return {
        "call": [("Appel à projets", str(action.call or ""), "")],
        "budget_year": [("Exercice", str(action.budget_year), "")],
        "school_year": [("Année scolaire", str(action.school_year or ""), "")],
        "request_kind": [("Nature de la demande", action.get_request_kind_display().capitalize(), "")],
        "external_ref": [
            ("Référence Dauphin", action.external_ref, ""),
            ("Déposée le", date_fr(action.submitted_on) if action.submitted_on else "", ""),
        ],
        "holder": [("Porteur", action.holder.name, reverse("partners:organisation", args=[action.holder_id]))],
        "contact": [("Personne chargée de l’action", contact_words(user, action), "")],
        "objective": [
            ("Objectif", str(action.objective or ""), ""),
            ("Objectif national", action.axis.get_national_objective_display() if action.axis else "", ""),
        ],
        "axis": [("Axe", str(action.axis or ""), "")],
        "themes": [("Thématiques", ", ".join(names["themes"]), "")],
        "theme": [("Thématique telle qu’écrite", action.theme, "")],
        "schemes": [("Dispositifs liés", ", ".join(names["schemes"]), "")],
        "during_school": [("Temps", _times(action), "")],
        "audience": [("Public", action.audience, "")],
        "publics": [("Publics visés", _publics(action), "")],
        "expected_reach": [("Personnes attendues", _number(action.expected_reach), "")],
        "expected_female_share": [("Filles et femmes", _share(action.expected_female_share), "")],
        "expected_qpv_share": [("Habitants des quartiers prioritaires", _share(action.expected_qpv_share), "")],
        **_where(action, names),
        "starts_on": [("Dates", _capitalised(period_fr(action.starts_on, action.ends_on)), "")],
        "period_text": [("Dates telles qu’écrites", action.period_text, "")],
        "total_cost": _cost(action),
    }


def _cost(action):
    """The total cost, and the budget of each year with its page."""
    facts = [("Coût total", euros(action.total_cost) if action.total_cost is not None else "", "")]
    for year, budget in budgets_of(action).items():
        url = f"{reverse('actions:budget', args=[action.pk])}?exercice={year}"
        facts.append((f"Budget {year}", f"{euros(budget.balance.charges)}, {budget.balance.words}", url))
    return facts


def _where(action, names):
    return {
        "scope": [("Portée", action.get_scope_display().capitalize(), "")],
        "intercommunal_role": [
            ("Rôle de l’intercommunalité", action.get_intercommunal_role_display().capitalize(), "")
        ],
        "communes": [("Communes", _listed(action.communes.all()), "")],
        "neighbourhoods": [("Quartiers", _listed(action.neighbourhoods.all()), "")],
        "schools": [("Établissements", ", ".join(names["schools"]), "")],
        "places": [("Lieux", action.places, "")],
    }


def _names_of(action):
    """`{relation: [names]}` of its themes, schemes and schools, each in its order, in one query."""
    first, *others = (
        getattr(action, relation).order_by().values_list(Value(relation, output_field=CharField()), F(label), rank)
        for relation, label, rank in NAMED
    )
    found = {relation: [] for relation, _, _ in NAMED}
    for relation, label, rank in first.union(*others, all=True):
        found[relation].append((rank, label))
    return {relation: [label for _, label in sorted(rows)] for relation, rows in found.items()}


def contact_words(user, action):
    """Who answers for the action; how to reach her or him, for its holder and for who reads the Cité's contacts."""
    if action.contact is None or hides_names(user.access, action.cite_id):
        return ""
    own = action.holder_id in user.access.held.get(action.cite_id, ())
    told = can_read_contacts(user, action.cite) or own
    reach = [action.contact.email, action.contact.phone] if told else []
    return ", ".join(filter(None, [action.contact.formal_name, *reach]))


def _times(action):
    labels = [action._meta.get_field(name).verbose_name for name in TIMES if getattr(action, name)]
    return _capitalised(", ".join(labels))


def _publics(action):
    rows = [
        f"{row.get_kind_display()} ({row.expected})" if row.expected is not None else row.get_kind_display()
        for row in action.publics.all()
    ]
    return _capitalised(", ".join(rows))


def _listed(rows):
    return ", ".join(str(row) for row in rows)


def _number(value):
    return "" if value is None else f"{value:,}".replace(",", "\u00a0")


def _share(value):
    return "" if value is None else f"{value}\u00a0%"


def _capitalised(text):
    return text[:1].upper() + text[1:]


# --- Dauphin --------------------------------------------------------------------------------------

# The screens of Dauphin, in the order in which they are filled (guides of 2020 and 2022): label, most characters, source.
DAUPHIN_BLOCKS = (
    ("Intitulé", 300, "title"),
    ("Objectifs", 2000, TextKey.GOALS),
    ("Description", 4000, "summary"),
    ("Besoin repéré", 2000, TextKey.NEED),
    ("Public bénéficiaire", 2000, "public"),
    ("Territoire", 1000, "territory"),
    ("Dates et durée", 300, "dates"),
    ("Moyens mis en œuvre", 2000, TextKey.MEANS),
    ("Partenaires", 2000, TextKey.PARTNERS),
    ("Évaluation et indicateurs", 2000, TextKey.EVALUATION),
)


def dauphin_blocks(user, action):
    """Ready to copy, with their length; an empty one leads to the section where it is written, when its call has it."""
    texts = {text.key: text.body for text in action.texts.all()}
    facts = _facts(user, action)
    words = {
        "title": f"{action.holder.name} – {action.title}" if _naming_rule(action) else action.title,
        "summary": action.summary,
        "public": _sentences(facts, "audience", "publics", "expected_reach", "expected_qpv_share"),
        "territory": "Intercommunal" if action.scope == Scope.INTERCOMMUNAL else "",
        "dates": period_fr(action.starts_on, action.ends_on) or action.period_text,
    }
    places = _sentences(facts, "communes", "neighbourhoods", "schools", "places")
    words["territory"] = "\n".join(filter(None, [words["territory"], places]))
    fields = {
        "title": "title",
        "summary": "summary",
        "public": "audience",
        "territory": "communes",
        "dates": "starts_on",
    }
    return [
        {
            "id": f"dauphin-{rank}",
            "label": label,
            "text": words[source] if source in words else texts.get(source, ""),
            "most": most,
            "rule": _naming_rule(action) if source == "title" else "",
            "url": _writing_url(action, fields.get(source, ""), source),
        }
        for rank, (label, most, source) in enumerate(DAUPHIN_BLOCKS, start=1)
    ]


def _naming_rule(action):
    return action.call.naming_rule if action.call else ""


def _writing_url(action, field, key):
    """ "" for a section that the call does not ask."""
    block = next(block for block in BLOCKS if field in block.fields or key in block.texts)
    if block not in written_blocks(action):
        return ""
    if field:
        return section_url(action, field)
    return f"{reverse('actions:section', args=[action.pk, block.key])}#id_text_{key}"


def _sentences(facts, *names):
    return "\n".join(f"{label}\u00a0: {value}" for name in names for label, value, _ in facts[name] if value)
