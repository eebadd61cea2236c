"""Budgets by account: one that balances with last year's beside, one that does not, and a real one without its names."""

import csv
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from actions.finances.budget import Line
from actions.finances.budget_paste import read_budget
from actions.models import Action
from actions.services import create_action, save_budget

READING = "Ambassadeurs de la lecture"
SWIMMING = "Tous au savoir-nager"
EXAMPLE = "Exemple anonymisé\u00a0: le budget d’un dossier Dauphin de 2022"
FILED = Path(settings.BASE_DIR) / "cite_educative" / "data" / "dauphin_budget_action_2022_exemple_reel_anonymise.csv"
# (beginning of the title, year): [(account, euros, precision)]
BUDGETS = {
    (READING, 2025): (
        ("601", "2300", ""),
        ("604", "4100", ""),
        ("625", "400", ""),
        ("641", "8900", ""),
        ("645", "3700", ""),
        ("74etat", "12000", "Préfecture du Nord, P147"),
        ("74com", "3500", "Ville de Grande-Synthe"),
        ("756", "1400", ""),
        ("insufprevisionnel", "2500", ""),
        ("864", "4200", ""),
        ("870", "4200", ""),
    ),
    (READING, 2026): (
        ("601", "4350.50", ""),
        ("604", "6200", ""),
        ("60x", "349.50", "Malles de livres"),
        ("616", "300", ""),
        ("623", "600", ""),
        ("625", "900", ""),
        ("641", "14800", ""),
        ("645", "6100", ""),
        ("chgfixe", "800", ""),
        ("74etat", "16000", "Préfecture du Nord, P147"),
        ("74epci", "3500", ""),
        ("74com", "4000", "Ville de Grande-Synthe"),
        ("74orgasoc", "4000", "CAF du Nord"),
        ("756", "1600", ""),
        ("758", "1300", "Don d’une librairie"),
        ("insufprevisionnel", "4000", ""),
        ("864", "6000", ""),
        ("870", "6000", ""),
    ),
    (SWIMMING, 2026): (
        ("604", "9800", ""),
        ("613", "6400", ""),
        ("625", "3100", ""),
        ("641", "1900", ""),
        ("74etat", "10000", "Préfecture du Nord, P147"),
        ("74epci", "3300", ""),
        ("74com", "3500", "Ville de Coudekerque-Branche"),
        ("70x", "900", ""),
        ("insufprevisionnel", "2200", ""),
        ("861", "3000", ""),
        ("875", "2400", ""),
    ),
}
# In the place of the funders of the real file, which is of another department.
NAMES = {
    "74etat": ("Politique de la ville, hors délai", "Ministère", "Rectorat", "Politique de la ville"),
    "74region": ("Conseil régional",),
    "74dep": ("Conseil départemental",),
    "74com": ("Commune",),
    "74orgasoc": ("Caisse d’allocations familiales",),
}


def write_budgets(dunkerque):
    for (title, year), rows in BUDGETS.items():
        action = Action.objects.get(cite=dunkerque.cite, title__startswith=title, budget_year=year)
        lines = [Line(code, Decimal(amount), precision) for code, amount, precision in rows]
        save_budget(action, budget_year=year, lines=lines, actor=dunkerque.actor)
    _show_a_real_one(dunkerque)


def _show_a_real_one(dunkerque):
    action = create_action(
        cite=dunkerque.cite,
        actor=dunkerque.actor,
        budget_year=2025,
        title=EXAMPLE,
        holder=dunkerque.organisations["mentorat"],
        summary="Budget réel, repris d’une donnée publique sans aucun nom, pour montrer la grille entière.",
    )
    save_budget(action, budget_year=2025, lines=read_budget(filed_text()).lines, actor=dunkerque.actor)


def filed_text():
    """The real file as somebody would paste it, each funder under a general name."""
    seen, rows = {}, []
    with open(FILED, encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            code, amount = row["sous_poste"] or row["ligne"], row["montant_prevu_eur"]
            seen[code] = seen.get(code, -1) + 1
            name = NAMES[code][seen[code]] if code in NAMES else ""
            rows.append(f"{code or row['libelle_poste']}\u00a0: {name}\t{amount}")
    return "\n".join(rows)
