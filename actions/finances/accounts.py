"""The lines of the budget of CERFA 12156, which Dauphin follows (`cite_educative/data/cerfa12156_lignes_budget.csv`).

The codes are those of Dauphin; the labels are corrected where the form has slips.
"""

import re
from dataclasses import dataclass

from actions.enums import BudgetSide
from cite_educative.common.search import normalise

WHOLE = "non détaillé"


@dataclass(frozen=True)
class Account:
    """One line to fill. `is_whole`: the amount of a post that nobody has detailed, under the post's own code."""

    code: str
    label: str
    post: str
    side: BudgetSide
    per_funder: bool = False
    is_named: bool = False
    is_whole: bool = False


@dataclass(frozen=True)
class Post:
    code: str
    label: str
    side: BudgetSide
    accounts: tuple

    @property
    def title(self):
        return f"{self.code} {self.label}" if self.code[0].isdigit() else self.label

    @property
    def in_kind(self):
        return self.code in IN_KIND


IN_KIND = ("86", "87")  # charges and income; outside every sum of cash
SUBSIDIES = "74"
_PER_FUNDER = ("74etat", "74region", "74dep", "74epci", "74com", "74orgasoc")
# Lines that mean little without a word more.
_NAMED = (*_PER_FUNDER, "74fe", "74aidespriv", "74x", "60x", "62x", "65x", "67x", "autchgindirect", "758")
_CHARGES = (
    (
        "60",
        "Achats",
        (
            ("604", "Prestations de services"),
            ("601", "Achats de matières et de fournitures"),
            ("60x", "Autres fournitures"),
        ),
    ),
    (
        "61",
        "Services extérieurs",
        (
            ("613", "Locations"),
            ("615", "Entretien et réparation"),
            ("616", "Assurance"),
            ("618", "Documentation"),
        ),
    ),
    (
        "62",
        "Autres services extérieurs",
        (
            ("622", "Rémunérations d’intermédiaires et honoraires"),
            ("623", "Publicité, publication"),
            ("625", "Déplacements, missions"),
            ("62x", "Services bancaires, autres"),
        ),
    ),
    (
        "63",
        "Impôts et taxes",
        (("631", "Impôts et taxes sur rémunération"), ("635", "Autres impôts et taxes")),
    ),
    (
        "64",
        "Charges de personnel",
        (
            ("641", "Rémunération des personnels"),
            ("645", "Charges sociales"),
            ("647", "Autres charges de personnel"),
        ),
    ),
    ("65", "Autres charges de gestion courante", (("65x", "Autres charges de gestion courante"),)),
    ("66", "Charges financières", (("66x", "Charges financières"),)),
    ("67", "Charges exceptionnelles", (("67x", "Charges exceptionnelles"),)),
    ("68", "Dotation aux amortissements", (("68x", "Dotation aux amortissements"),)),
    (
        "69",
        "Impôt sur les bénéfices (IS), participation des salariés",
        (("69x", "Impôt sur les bénéfices (IS), participation des salariés"),),
    ),
    (
        "CHARGINDIRECT",
        "Charges indirectes",
        (
            ("chgfixe", "Charges fixes de fonctionnement"),
            ("fraisfin", "Frais financiers"),
            ("autchgindirect", "Autres charges indirectes"),
            ("excprev", "Excédent prévisionnel (bénéfice)"),
        ),
    ),
    (
        "86",
        "Emplois des contributions volontaires en nature",
        (
            ("860", "Secours en nature"),
            ("861", "Mise à disposition gratuite de biens et services"),
            ("862", "Prestations"),
            ("864", "Personnel bénévole"),
        ),
    ),
)
_INCOME = (
    (
        "70",
        "Vente de produits finis, de marchandises, prestations de services",
        (("70x", "Vente de produits finis, de marchandises, prestations de services"),),
    ),
    ("73", "Dotations et produits de tarification", (("73x", "Dotations et produits de tarification"),)),
    (
        SUBSIDIES,
        "Subventions d’exploitation",
        (
            ("74etat", "État"),
            ("74region", "Région"),
            ("74dep", "Département"),
            ("74epci", "Communauté de communes ou d’agglomération"),
            ("74com", "Commune"),
            ("74orgasoc", "Organismes sociaux (CAF, etc.)"),
            ("74fe", "Fonds européens (FSE, FEDER, etc.)"),
            ("74agenceserv", "Agence de services et de paiement (emplois aidés)"),
            ("74x", "Autres établissements publics"),
            ("74aidespriv", "Aides privées"),
        ),
    ),
    (
        "75",
        "Autres produits de gestion courante",
        (
            ("756", "Cotisations"),
            ("758", "Dons manuels, mécénat"),
            ("750", "Autres produits de gestion courante"),
        ),
    ),
    ("76", "Produits financiers", (("76x", "Produits financiers"),)),
    ("77", "Produits exceptionnels", (("77x", "Produits exceptionnels"),)),
    (
        "78",
        "Reprises sur amortissements et provisions",
        (("78x", "Report de ressources affectées et non utilisées sur des exercices antérieurs"),),
    ),
    ("79", "Transfert de charges", (("79x", "Transfert de charges"),)),
    (
        "RESSPROPRES",
        "Ressources propres affectées au projet",
        (("insufprevisionnel", "Autofinancement (insuffisance prévisionnelle)"),),
    ),
    (
        "87",
        "Contributions volontaires en nature",
        (("870", "Bénévolat"), ("871", "Prestations en nature"), ("875", "Dons en nature")),
    ),
)


def _post(code, label, lines, side):
    accounts = [
        Account(line, words, code, side, per_funder=line in _PER_FUNDER, is_named=line in _NAMED)
        for line, words in lines
    ]
    if len(accounts) > 1:
        accounts.append(Account(code, f"{label}, {WHOLE}", code, side, is_whole=True))
    return Post(code, label, side, tuple(accounts))


POSTS = (
    *(_post(*row, BudgetSide.CHARGE) for row in _CHARGES),
    *(_post(*row, BudgetSide.INCOME) for row in _INCOME),
)
POST_BY_CODE = {post.code: post for post in POSTS}
ACCOUNTS = {account.code: account for post in POSTS for account in post.accounts}
PER_FUNDER = tuple(code for code, account in ACCOUNTS.items() if account.per_funder)
_FOLDED = {code.lower(): code for code in (*POST_BY_CODE, *ACCOUNTS)}
_NUMBERED = re.compile(r"(?P<code>[0-9]{2,3}[a-z]*|[a-z]+)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_IN_WORDS = (  # of a subsidy: whose it is, from the most telling word to the least
    ("74fe", r"\b(fonds europeens?|europe|fse|feder)\b"),
    ("74agenceserv", r"\b(asp|emplois? aides?|agence de services)\b"),
    ("74orgasoc", r"\b(caf|allocations familiales|organismes? socia(l|ux)|cpam|msa|carsat)\b"),
    ("74region", r"\b(region|regional|regionaux|conseil regio)\b"),
    ("74dep", r"\b(departement|departemental|departementaux|dept)\b"),
    ("74epci", r"\b(communaute|agglomeration|metropole|epci|cud)\b"),
    ("74com", r"\b(communes?|ville|mairie)\b"),
    ("74etat", r"\b(etat|prefecture|ministere|drac|dsden|rectorat|academie|anct|politique de la ville|p147)\b"),
    ("74aidespriv", r"\b(fondation|mecenat|aides? privees?)\b"),
    ("74x", r"\b(etablissements? publics?|college|ccas)\b"),
)


def account_of(code):
    """The line that an amount under this code goes to: a post of one line is that line; else None."""
    post = POST_BY_CODE.get(code)
    if post and len(post.accounts) == 1:
        return post.accounts[0]
    return ACCOUNTS.get(code)


def split_code(text):
    """`(code or "", the words after it)` of « 60 – Achats », « 74etat », « 864. Personnel bénévole »."""
    found = _NUMBERED.match(text.strip())
    if not found:
        return "", text.strip()
    code = _FOLDED.get(found["code"].lower(), "")
    if not code and found["code"].isdigit():  # an account that the form does not have: « 606 Petit équipement »
        return _FOLDED.get(found["code"][:2], ""), text.strip()
    known = code and not (found["rest"][:1].isalnum())
    return (code, found["rest"].lstrip(" .:-–\t\u00a0").rstrip()) if known else ("", text.strip())


def find_label(words):
    """The account or the post of this very label, as the form or this page writes it; None when none has it."""
    return _LABELS.get(normalise(words))


def find_funder(words):
    """Whose subsidy these words tell, among the lines of post 74; None when they do not."""
    folded = normalise(words)
    return next((ACCOUNTS[code] for code, pattern in _IN_WORDS if re.search(pattern, folded)), None)


def _labels():
    """Posts first, so that a line of the same label stands for its post."""
    found = {normalise(post.label): post.code for post in POSTS}
    found |= {normalise(account.label): account.code for account in ACCOUNTS.values() if not account.is_whole}
    return found | {normalise(words): code for words, code in _OTHER_WORDS.items()}


_OTHER_WORDS = {  # as the form of 2022 and Dauphin write them
    "Service extérieurs": "61",
    "Achats matières et fournitures": "601",
    "Rémunérations intermédiaires et honoraires": "622",
    "Impôt sur les bénéfices (IS) ; Participation des salariés": "69x",
    "Exédent prévisionnel (bénéfice)": "excprev",
    "Aides privées (fondation)": "74aidespriv",
    "Conseil-s Régional(aux)": "74region",
    "Conseil-s Départemental (aux)": "74dep",
    "Communautés de communes ou d’agglomérations": "74epci",
    "Commune(s)": "74com",
    "Organismes sociaux (CAF, etc. détailler)": "74orgasoc",
    "L’agence de services et de paiement (emplois aidés)": "74agenceserv",
    "État\u00a0: préciser le(s) ministère(s) sollicité(s), directions ou services déconcentrés sollicités": "74etat",
    "Ressources propres": "insufprevisionnel",
    "Autofinancement": "insufprevisionnel",
    "789 - Report de ressources affectées et non utilisées sur des exercices antérieurs": "78x",
    "Subventions": SUBSIDIES,
    "Bénévoles": "870",
}
_LABELS = _labels()
