"""What a file is compared with: the reference rows, and which of them the Cité covers."""

from collections import defaultdict

from cite_educative.common.search import normalise
from partners.models import Commune


class Ground:
    """`led` are the ids of the Cités that the author leads: what another one has is not theirs to change."""

    def __init__(self, cite, led):
        self.cite, self.led = cite, led
        self._by_code, self._by_name = {}, defaultdict(list)
        # Last, the communes of today: a code that an associated one shares is theirs.
        for commune in sorted(Commune.objects.all(), key=lambda commune: commune.parent_id is None):
            self._by_code[commune.insee_code] = commune
            self._by_name[normalise(commune.name)].append(commune)
        self._inside = set(cite.communes.values_list("pk", flat=True))

    def is_inside(self, commune):
        """In the perimeter, or associated to a commune of it."""
        return commune.pk in self._inside or commune.parent_id in self._inside

    def is_inside_code(self, code):
        commune = self._by_code.get(code)
        return commune is not None and self.is_inside(commune)

    def find_commune(self, code, name):
        """(commune, sentence): one of them is empty, both when nothing is written."""
        code, name = read_code(code), name.strip()
        if code:
            commune = self._by_code.get(code)
            return (commune, "") if commune else (None, unknown(name or code, code))
        if not name:
            return None, ""
        found = self._by_name.get(normalise(name), [])
        found = [commune for commune in found if self.is_inside(commune)] or found
        found = [commune for commune in found if commune.parent_id is None] or found
        if not found:
            return None, unknown(name)
        if len(found) > 1:
            return None, f"Plusieurs communes s’appellent «\u00a0{name}\u00a0»\u00a0: donnez le code INSEE."
        return found[0], ""

    def of_others(self, model, field):
        """Keys of the rows that a Cité which the author does not lead has in its perimeter."""
        links = model.cites.through.objects.exclude(cite__in=self.led)
        return set(links.values_list(f"{field}_id", flat=True))


def read_code(text):
    """An INSEE code as it is written, or with the zero that a spreadsheet took away."""
    text = text.strip().upper()
    return text.zfill(5) if text.isdigit() and len(text) == 4 else text


def unknown(name, code=""):
    told, mend = (f" ({code})", "le code") if code else ("", "son nom")
    return f"La commune «\u00a0{name}\u00a0»{told} n’est pas connue\u00a0: ajoutez-la ou corrigez {mend}."
