"""Small exports of the State's tools, with the real titles of their columns and invented rows."""

import csv
import io
from pathlib import Path

from django.conf import settings
from openpyxl import Workbook

COLUMNS = Path(settings.BASE_DIR) / "cite_educative" / "data" / "formes_exports_etat_colonnes.csv"


def columns_of(export):
    with COLUMNS.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["export"] == export]
    return [(row["groupe_entete_ligne1"], row["colonne_entete_ligne2"]) for row in rows]


def workbook(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


OSIRIS = {
    "ref": ("", "Numero Action Osiris"),
    "funder": ("Dossier/action", "N° programme / Type financement"),
    "status": ("Dossier/action", "Etat dossier"),
    "year": ("Dossier/action", "Exercice début"),
    "siret": ("Bénéficiaire", "N° Siret"),
    "holder": ("Bénéficiaire", "Nom"),
    "title": ("Caractéristiques actions", "Intitulé"),
    "in_charge": ("Caractéristiques actions", "Responsable de l'action"),
    "public": ("Publics bénéficiaires", "Tranche d'âge"),
    "territory": ("Territoires", "Commentaire"),
    "cost": ("Montants et versements", "Coût (total charges)"),
    "requested": ("Montants et versements", "Demandé"),
    "granted": ("Montants et versements", "Accordé"),
    "paid": ("Montants et versements", "Réalisé"),
    "cofunders": ("Cofinanceurs", "Noms"),
    "cofunded": ("Cofinanceurs", "Montants demandés"),
}


def osiris(*rows, export="SuiviActions"):
    """The 80 columns under their two rows of titles; `rows` are dicts by the names of `OSIRIS`."""
    columns = columns_of(export)
    lines = [[group for group, _ in columns], [title for _, title in columns]]
    for row in rows:
        cells = {OSIRIS[name]: value for name, value in row.items()}
        lines.append([cells.get(column) for column in columns])
    return workbook(lines)


def osiris_files(*rows):
    """An export by file; `rows` are dicts by the titles of its columns."""
    columns = columns_of("SuiviDossiers")
    lines = [[group for group, _ in columns], [title for _, title in columns]]
    return workbook([*lines, *([row.get(title) for _, title in columns] for row in rows)])


def gispro(*rows, spelling=None):
    """`rows` in the order of the columns; `spelling` replaces the title of the EJ number."""
    titles = [title for _, title in columns_of("GISPRO (export P147)")]
    return workbook([[spelling or titles[0], *titles[1:]], *rows])


DAUPHIN_TITLES = "Référence administrative;Intitulé du projet;Demandeur;SIRET;Date début;Date fin;Coût total;Subvention demandée;Statut"


def dauphin(*rows):
    return "\n".join([DAUPHIN_TITLES, *rows]).encode()
