"""What is refused in an uploaded table, and the limits that protect the server."""

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 20 * MEGABYTE
MAX_UNPACKED_BYTES = 300 * MEGABYTE
MAX_RATIO = 150
MAX_ARCHIVE_ENTRIES = 3000
MAX_ROWS = 20_000
MAX_COLUMNS = 300
MAX_SHEETS = 60
HEADER_ALLOWANCE = 300  # title, blank, total and repeated header lines that are no data row


class SpreadsheetError(ValueError):
    """The file cannot be read as a table; the message is a French sentence that says how to mend it."""


def too_many_rows():
    return SpreadsheetError(
        f"Le fichier contient plus de {MAX_ROWS:,} lignes".replace(",", "\u00a0")
        + "\u00a0: gardez seulement les lignes à importer, ou découpez le fichier en plusieurs."
    )


def too_many_columns():
    return SpreadsheetError(
        f"Une feuille a plus de {MAX_COLUMNS} colonnes\u00a0: supprimez les colonnes inutiles puis recommencez."
    )


def not_a_spreadsheet(kind=""):
    found = f" (il s’agit {kind})" if kind else ""
    return SpreadsheetError(
        f"Ce fichier n’est pas un tableau{found}. "
        "Enregistrez le tableau au format .xlsx, .ods ou .csv puis recommencez."
    )


def password_protected():
    return SpreadsheetError(
        "Ce fichier est protégé par un mot de passe. "
        "Ouvrez-le, retirez la protection, enregistrez-le puis recommencez."
    )


def damaged():
    return SpreadsheetError(
        "Ce fichier est abîmé ou incomplet (téléchargement interrompu\u00a0?). "
        "Ouvrez-le dans votre tableur, enregistrez-le à nouveau au format .xlsx puis recommencez."
    )


def suspicious_archive():
    return SpreadsheetError(
        "Ce fichier se déplie en un volume démesuré et n’a pas été ouvert. "
        "Copiez les seules cellules utiles dans un nouveau classeur puis recommencez."
    )
