"""Comparing what people wrote: keys without case, accents, years or punctuation; mending broken accents."""

import re
import unicodedata

YEAR = re.compile(r"(?<!\d)(20[0-4]\d|19[89]\d)(?!\d)")
CAMEL = re.compile(r"(?<=[a-zéè])(?=[A-ZÉÈ])")
ABBREVIATIONS = {
    "n": "numero",
    "no": "numero",
    "num": "numero",
    "nb": "nombre",
    "nbre": "nombre",
    "mt": "montant",
    "mnt": "montant",
    "mtt": "montant",
    "montants": "montant",
    "subv": "subvention",
    "subventions": "subvention",
    "asso": "association",
    "assoc": "association",
    "dept": "departement",
    "dpt": "departement",
    "ref": "reference",
    "id": "identifiant",
    "them": "theme",
    "benef": "beneficiaire",
}
MOJIBAKE = re.compile(
    r"[ÂÃÄÅâÌ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
SAFE = set("àâäæçéèêëîïôöœùûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ’‘“”«»–—…€°·²³½\u00a0\u202f\u2019")
UNDEFINED_1252 = {chr(code): bytes([code]) for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def plain(text):
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("’", "'"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def header_key(text):
    """`montantLigne_EUR (n° 3)` -> `montant ligne eur numero 3`: words only, abbreviations spelled out."""
    text = CAMEL.sub(" ", str(text or ""))
    text = re.sub(r"\b[nN]\s?[°ºo]\s?\.?(?=\W|\d|$)", "numero ", text)
    words = re.findall(r"[a-z0-9%€]+", plain(text.replace("N-1", "anneeprecedente").replace("n-1", "anneeprecedente")))
    return " ".join(ABBREVIATIONS.get(word, word) for word in words)


def without_years(key):
    return " ".join(YEAR.sub(" ", key).split())


def years_in(text):
    return sorted({int(year) for year in YEAR.findall(str(text or ""))})


def mend(text):
    """Undo UTF-8 read as Windows-1252, up to three times over, only where the result is plain French."""
    for _ in range(4):
        if not MOJIBAKE.search(text):
            break
        mended = re.sub(r"[^\x00-\x7f](?:[^\x00-\x7f]| (?![\w]))*", _mend_run, text)
        if mended == text:
            break
        text = mended
    return text


def _mend_run(found):
    run = found[0]
    for candidate in (run, run.replace("Â ", "Â\u00a0"), run.replace("Ã ", "Ã\u00a0")):
        try:
            decoded = b"".join(UNDEFINED_1252.get(c) or c.encode("cp1252") for c in candidate).decode("utf-8")
        except UnicodeError:
            continue
        if all(letter in SAFE or letter.isascii() or MOJIBAKE.search(decoded) for letter in decoded):
            return decoded
    return run
