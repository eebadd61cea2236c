"""What the "note d’articulation" prints: dictionaries of strings, frozen in its row.

It is written for the pilots: drafts are left out, and what they may read is all there.
"""

from actions.articulation import articulation_table, institution_rows, mobilisation
from actions.articulation_lists import measure, target
from actions.articulation_pages import column_lines, institution_lines, mobilised_facts, table_totals
from actions.double_funding import doubles_of
from actions.enums import ActionStatus, Step
from actions.imports.words import plural
from actions.models import OutsideImport
from actions.public_money import ATTRIBUTED, readable_grants
from cite_educative.common.dates import date_fr, period_fr
from cite_educative.common.money import short_euros, total
from cite_educative.common.search import normalise
from partners.models import Mandate

VARYING = ("made_on", "made_by")


def note_content(programme, year, *, reader, made_on):
    cite = programme.cite
    table = articulation_table(reader, programme, year, drafts=False)
    institutions = institution_rows(reader, cite, year, drafts=False, with_targets=True)
    mobilised = mobilisation(reader, cite, year)
    doubles = [double for double in doubles_of(reader, cite, year=year) if not _is_draft(double)]
    grants = list(readable_grants(reader, cite).filter(budget_year=year).select_related("holder"))
    content = {
        "cite": cite.name,
        "cite_subtitle": cite.subtitle,
        "accent": cite.accent_colour,
        "pilots": [side.label for side in cite.sides.all()],
        "programme": programme.label,
        "period": period_fr(programme.starts_on, programme.ends_on),
        "year": str(int(year)),
        "made_on": date_fr(made_on),
        "made_by": _signatory(reader, cite),
        "table": _table(table),
        "totals": table_totals(table),
        "schemes": _schemes(table),
        "institutions": institution_lines(institutions),
        "contributions": _contributions(institutions),
        "programmes": _programmes(grants),
        "holders": _holders(grants),
        "doubles": [_double(double) for double in doubles],
        "mobilised": mobilised_facts(mobilised),
        "explained": [{"action": str(action), "reason": reason} for action, reason in mobilised.explained],
        "silent": [str(action) for action in mobilised.silent],
        "files": _files(cite, year),
    }
    return content | {"essential": _essential(table, content)}


def _is_draft(double):
    return any(not item.programme and item.status == ActionStatus.DRAFT for item in double.items)


def _signatory(user, cite):
    own = Mandate.objects.active().filter(person=user.person_id, cite=cite)
    mandate = user.person_id and own.in_protocol_order().first()
    return {"name": user.get_full_name(), "title": (mandate.title or mandate.role_label) if mandate else ""}


def _essential(table, content):
    """The few sentences that somebody in a hurry reads."""
    answered = len(table.rows) - len(table.bare_objectives)
    covered = len(table.columns) - len(table.bare_themes)
    facts = content["mobilised"]
    told = [
        f"{_share(answered, len(table.rows), 'objectif')} {_verb(answered, 'répond', 'répondent')} à un thème du contrat de "
        f"ville\u00a0; {_share(covered, len(table.columns), 'thème')} {_verb(covered, 'a', 'ont')} un objectif."
    ]
    if table.bare_objectives:
        told.append(f"Objectifs sans thème\u00a0: {_names(table.bare_objectives)}.")
    if table.bare_themes:
        told.append(f"Thèmes du contrat de ville sans objectif\u00a0: {_names(table.bare_themes)}.")
    told.append(
        f"{_share(facts['some'], facts['all'], 'action')} {_verb(facts['some'], 'mobilise', 'mobilisent')} du droit commun"
        f"\u00a0; raison dite pour {facts['explained']}, rien de dit pour {facts['silent']}."
    )
    told += [
        f"{programme['name']}, pour mémoire\u00a0: {programme['attributed']} attribués "
        f"({plural(programme['count'], 'subvention')}), hors des totaux de la Cité."
        for programme in content["programmes"]
    ]
    open_ones = sum(double["is_open"] for double in content["doubles"])
    if open_ones:
        words = plural(open_ones, "double financement possible", "doubles financements possibles")
        told.append(f"{words} à vérifier.")
    return told


def _share(number, whole, noun):
    return f"{plural(number, noun)} sur {whole}"


def _verb(number, one, many):
    return one if number < 2 else many


def _names(rows):
    return "\u00a0; ".join(row.label for row in rows)


def _table(table):
    return {
        "themes": column_lines(table),
        "rows": [
            {
                "axis": row.objective.axis.label,
                "objective": row.objective.label,
                "count": row.count,
                "programmed": short_euros(row.programmed),
                "granted": short_euros(row.granted),
                "themes": [column.theme.label for column in table.columns if column.theme.pk in row.themes],
            }
            for row in table.rows
        ],
        "without_objective": table.without_objective,
    }


def _schemes(table):
    return [
        {"objective": row.objective.label, "schemes": ", ".join(f"{label} ({count})" for label, count in row.schemes)}
        for row in table.rows
        if row.schemes
    ]


def _contributions(institutions):
    return [
        {
            "institution": institution.institution.name,
            "label": row.label,
            "target": target(row),
            "measure": measure(row) or (f"{short_euros(row.amount)}, {row.get_valuation_display()}" if row.amount is not None else "non chiffré"),
        }
        for institution in institutions
        for row in institution.contributions
    ]  # fmt: skip


def _programmes(grants):
    names = sorted({grant.programme for grant in grants}, key=normalise)
    return [
        {
            "name": name,
            "count": len(found),
            "attributed": short_euros(_sum(found, attributed=True)),
            "asked": short_euros(_sum(found, attributed=False)),
        }
        for name in names
        for found in [[grant for grant in grants if grant.programme == name]]
    ]


def _sum(grants, *, attributed):
    return total(grant.amount for grant in grants if (Step(grant.step) in ATTRIBUTED) == attributed)


def _holders(grants):
    """By holder and programme, the biggest first."""
    found = {}
    for grant in grants:
        name = grant.holder.name if grant.holder else grant.holder_name
        found.setdefault((normalise(name), grant.programme), (name, []))[1].append(grant)
    lines = [
        {
            "holder": name,
            "programme": programme,
            "count": len(rows),
            "attributed": short_euros(_sum(rows, attributed=True)),
            "asked": short_euros(_sum(rows, attributed=False)),
            "is_partner": any(row.holder_id for row in rows),
        }
        for (_, programme), (name, rows) in found.items()
    ]
    return sorted(lines, key=lambda line: (not line["is_partner"], normalise(line["holder"]), line["programme"]))


def _double(double):
    return {
        "items": [
            {"title": item.title or "sans intitulé", "where": item.where, "holder": item.holder, "amount": item.amount}
            for item in double.items
        ],
        "reasons": "\u00a0; ".join(double.reasons),
        "is_open": double.is_open,
        "dismissed": double.dismissal.reason if double.dismissal else "",
    }


def _files(cite, year):
    runs = OutsideImport.objects.filter(cite=cite, grants__budget_year=year, withdrawn_at__isnull=True).distinct()
    return [
        f"{run.filename} ({run.programme}), importé le {date_fr(run.confirmed_at)}" for run in runs if run.confirmed_at
    ]
