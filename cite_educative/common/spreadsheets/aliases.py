"""The titles that columns are known to bear, as patterns on `text.header_key`."""

import re
from dataclasses import dataclass

from cite_educative.common.spreadsheets.fields import Field
from cite_educative.common.spreadsheets.text import header_key, without_years


@dataclass(frozen=True)
class Rule:
    field: Field
    pattern: re.Pattern
    confidence: float
    kinds: tuple = ()


def _rule(field, pattern, confidence=0.8, kinds=()):
    return Rule(field, re.compile(pattern), confidence, kinds)


TEXTUAL = ("text", "long", "empty")
LABELLED = (*TEXTUAL, "number", "year")

CONTACT_GROUP = re.compile(r"coordonnees|representant|correspondance|publipostage|contact")
USELESS = re.compile(
    r"tronque|\burl\b|\blien\b|latitude|longitude|\blat\b|\blon\b|insee|code postal|\bcp\b|pourcentage|%|\btaux\b|"
    r"\bsigle\b|\bsiege\b|\bactive\b|etpt|benevole|salarie|volontaire|licencie|champ \d|colonne \d|colonne1|"
    r"notification ue|\brae\b|conditions versement|\becart\b|\bcode cv\b"
)
STATISTIC = re.compile(
    r"\bnombre\b|effectif|\brang\b|population|heures|\bplaces\b|\bages?\b|\bjeunes\b|\beleves\b|\benfants\b|"
    r"\bnumero\b|\bcode\b|telephone|\bduree\b|\bnote\b|\bscore\b"
)

RULES = (
    _rule(
        Field.CONTACT,
        r"courriel|\be? ?mails?\b|telephone|\btel\b|portable|\bcontacts?\b|\biban\b|\bbic\b|\brib\b",
        0.97,
    ),
    _rule(Field.CONTACT, r"adresse|\bvoie\b|civilite|prenom|representant|president|interlocut|nom du salarie", 0.95),
    _rule(Field.CONTACT, r"responsable|\breferent|coordonnees|correspondant|directeur|directrice", 0.85),
    _rule(Field.HOLDER_SIRET, r"\bsiret\b", 0.97, ("siret", "siren", "empty", "text", "number")),
    _rule(Field.HOLDER_SIRET, r"identifiant (du )?beneficiaire|code tiers|numero tiers", 0.9, ("siret", "empty")),
    _rule(Field.HOLDER_SIREN, r"\bsiren\b", 0.97, ("siren", "empty", "number", "text")),
    _rule(Field.HOLDER_RNA, r"\brna\b|waldec", 0.97),
    _rule(
        Field.FUNDER_SIRET,
        r"(identifiant|siret|siren) (de l |du |l )?(attribuant|financeur)",
        0.99,
        ("siret", "siren"),
    ),
    _rule(
        Field.HOLDER_CODE,
        r"(code|numero|identifiant) (de |du |de la |de l |d |l )?(association|structure|tiers|porteur|beneficiaire|"
        r"organisme)|numero sirepa|numero simpa",
        0.85,
        LABELLED,
    ),
    _rule(Field.COMMITMENT_REF, r"\bej\b|engagement juridique", 0.9, LABELLED),
    _rule(
        Field.ACT_DATE,
        r"dates? (de |du |d )?(la |l |le )?(deliberation|decision|vote|convention|arrete|conseil|"
        r"commission|notification|seance|cp|cm|bureau)",
        0.9,
        ("date", "empty", "text"),
    ),
    _rule(
        Field.ACT_NUMBER,
        r"(reference|numero) (de |d |du )?(la |l )?(decision|deliberation|arrete|acte|convention)",
        0.92,
        LABELLED,
    ),
    _rule(Field.ACT_NUMBER, r"^(deliberations?|arretes?|actes?|convention|resolution)\b", 0.8, LABELLED),
    _rule(
        Field.EXTERNAL_REF,
        r"(numero|code|reference|identifiant) (de |du |de l |d |l )?(dossier|demande|osiris|"
        r"dauphin|projet|action osiris)|projet code dossier|dossier (dauphin|numero)|reference administrative|"
        r"^dossier$|numero da\b|^da$|code dossier",
        0.88,
        LABELLED,
    ),
    _rule(Field.EXTERNAL_REF, r"^reference( interne)?$|application number|file number", 0.6, LABELLED),
    _rule(
        Field.CODE,
        r"(code|numero|reference|identifiant) (de )?(l )?(action|fiche)|numero fiche|fiche action",
        0.75,
        LABELLED,
    ),
    _rule(Field.CODE, r"^(code|numero|identifiant|rang|fiche)$", 0.5, LABELLED),
    _rule(
        Field.TITLE,
        r"(nom|intitule|titre|libelle|objet|denomination|designation) (complet )?(de |du |des )?"
        r"(l |la |le )?(projets?|actions?|dossier|operation)",
        0.96,
        TEXTUAL,
    ),
    _rule(
        Field.TITLE,
        r"^(intitule|titre|projets?|actions?|title|project|project title|project name|operation)$",
        0.92,
        TEXTUAL,
    ),
    _rule(
        Field.TITLE,
        r"\bintitule|\btitre\b|^objet\b|^action\b|^projet\b|^libelle$|designation|project|activity",
        0.75,
        TEXTUAL,
    ),
    _rule(
        Field.HOLDER_NAME,
        r"(nom|raison sociale|denomination|libelle) (de |du |des )?(l |la |le )?(porteur|structure|"
        r"association|beneficiaire|organisme|tiers|demandeur|etablissement)",
        0.96,
        TEXTUAL,
    ),
    _rule(
        Field.HOLDER_NAME,
        r"porteurs?( (de |du |d )?(projets?|action))?$|raison sociale|structure porteuse|"
        r"organisme porteur|(beneficiaire|association|organisme|structure) nom\b",
        0.94,
        TEXTUAL,
    ),
    _rule(
        Field.HOLDER_NAME,
        r"^(beneficiaire|structures?|associations?|organismes?|operateurs?|demandeurs?|tiers|"
        r"applicant|recipient|grantee|beneficiary|holder|organisation|organization)$",
        0.9,
        TEXTUAL,
    ),
    _rule(
        Field.HOLDER_NAME, r"porteur|beneficiaire|\bstructure\b|association|operateur|maitre d ouvrage", 0.65, TEXTUAL
    ),
    _rule(Field.HOLDER_NAME, r"^etablissements?( scolaires?)?$|^nom$", 0.6, TEXTUAL),
    _rule(
        Field.FUNDER,
        r"financeu(r|rs|se|ses)\b|nom attribuant|partenaire financier|\bfunder|guichet|"
        r"(origine|source) (du |de |des )?(financement|credits?|fonds)",
        0.92,
        LABELLED,
    ),
    _rule(
        Field.FUNDER,
        r"^direction$|imputation|type (de )?financement|numero programme|\bbop\b|^service$|"
        r"ligne (de |budgetaire)|programme budgetaire",
        0.62,
        LABELLED,
    ),
    _rule(Field.SCHOOL_YEAR, r"annee scolaire|rentree|school year", 0.95),
    _rule(
        Field.BUDGET_YEAR,
        r"^(annee|exercice|millesime|year)( (budgetaire|de programmation|civile|debut|concernee|"
        r"du budget|de la demande))?$|annee budgetaire",
        0.93,
        ("year", "date", "number", "empty", "text"),
    ),
    _rule(Field.AXIS, r"\baxes?\b|\bpilier|orientation|\bvolet\b|\baxis\b|priorite", 0.88, LABELLED),
    _rule(Field.OBJECTIVE, r"^objecti(f|fs)\b|finalite|\bgoals?\b", 0.85, TEXTUAL),
    _rule(
        Field.THEME,
        r"them(e|es|atique|atiques)\b|\bdomaine|^champ\b|^categorie|^secteur\b|thematic|^dispositif",
        0.85,
        LABELLED,
    ),
    _rule(Field.NEIGHBOURHOOD, r"quartier|\bqpv\b|neighbou?rhood", 0.9, LABELLED),
    _rule(
        Field.COMMUNE,
        r"^(communes?|villes?|territoires?|arrondissements?|city)\b|localisation|^lieux?\b|"
        r"(commune|territoire|ville) (d |de |du )",
        0.85,
        LABELLED,
    ),
    _rule(
        Field.PUBLIC,
        r"^publics?\b|\bcibles?\b|tranche d age|beneficiaires (vises|finaux)|niveaux? scolaire|"
        r"target|audience",
        0.85,
        TEXTUAL,
    ),
    _rule(Field.PUBLIC, r"^beneficiaires$", 0.5, TEXTUAL),
    _rule(Field.HOLDER_NAME, r"^beneficiaires$", 0.7, TEXTUAL),
    _rule(Field.STARTS_ON, r"\bdebut\b|demarrage|commencement|\bstart", 0.85, ("date", "empty", "text")),
    _rule(Field.ENDS_ON, r"(date )?(de )?\bfin\b|achevement|\bend\b", 0.8, ("date", "empty", "text")),
    _rule(
        Field.PERIOD_TEXT,
        r"dates? (de |du |d )?(la |l |le )?(realisation|action|projet|deroulement|evenement)|"
        r"\bperiodes?\b|calendrier|planning|temporalite|^dates?$|\bperiod\b",
        0.85,
    ),
    _rule(
        Field.STATUS_TEXT,
        r"^(etapes?|statut|status|avancement|situation|suite)\b|etat (du )?dossier|suite donnee",
        0.88,
        TEXTUAL,
    ),
    _rule(Field.STATUS_TEXT, r"^etat$|^avis\b|^decision\b|instruction", 0.55, TEXTUAL),
    _rule(Field.GROUP, r"^article$|numero (d |de l )?article|^groupe$", 0.85, LABELLED),
    _rule(
        Field.NATURE,
        r"^(type|nature)( (d |de |de l |de la |du )?(aide|l aide|la subvention|subvention|demande|projet|"
        r"action))?$|modalite de l aide|nature de la subvention",
        0.8,
        LABELLED,
    ),
    _rule(Field.DESCRIPTION, r"descripti|resume|contenu|presentation|synthese|summary|description", 0.85, TEXTUAL),
    _rule(Field.DESCRIPTION, r"commentaires?|observations?|remarques?|modalites|texte source|detail", 0.5, TEXTUAL),
)

MONEY = re.compile(
    r"\bmontant|subvention|\bcouts?\b|\bbudget\b|\beur\b|\beuros?\b|€|financement|\btotal\b|participation|\bpart\b|"
    r"\bamount|\bgrant|\bcredits?\b|\baide\b"
)
STEPS = (
    (Field.REQUESTED, re.compile(r"\bdemand(e|ee|es|ees)?\b|sollicit|souhait|\brequested\b|\basked\b")),
    (Field.PROPOSED, re.compile(r"propos|favorable|preconis|\bavis\b|instruit|suggested")),
    (
        Field.GRANTED,
        re.compile(
            r"\baccord|\battribu(e|ee|es|ees|tion|tions)\b|\ballou|\bvot(e|ee|es|ees)\b|octroy|notifi|obtenu|"
            r"\bgranted\b|awarded|\bretenu|\bdecide|conventionn|\bacquis"
        ),
    ),
    (Field.COMMITTED, re.compile(r"\bengag")),
    (
        Field.PAID,
        re.compile(r"\bvers(e|ee|es|ees|ement|ements)\b|\bpaye|paiement|\bmandat|\bpaid\b|\brealise|liquid|decaiss"),
    ),
    (Field.JUSTIFIED, re.compile(r"justifi|\bdepens|consomm|\bspent\b")),
)
PROGRAMMED = re.compile(r"\bprogramm(e|ee|es|ees|ation)\b|arbitr|\bvalid|troika|\bcopil\b")
TOTAL_COST = re.compile(
    r"\bcouts?\b|^budget|\bbudget (total|global|previsionnel|de l action|du projet)|total (des )?charges|"
    r"\bcost\b|montant (total )?(de l action|du projet)$"
)
PART_OF_PAYMENT = re.compile(r"acompte|\bsolde|\bavance\b|complementaire|reversement|compensation")
TOTAL = re.compile(r"\btotal\b|\btotaux\b|\barticle\b|ensemble|\bglobal|cumul|\bsomme\b")
FUNDERS = re.compile(
    r"\betat\b|\bp ?147\b|\bbop\b|\bp ?230\b|politique de la ville|education nationale|"
    r"rectorat|\bdsden\b|\bmen\b|\ben\b|"
    r"\bcaf\b|\bcud\b|communaute|agglo|\bcapso\b|\bepci\b|metropole|\bville\b|\bvilles\b|\bcommunes?\b|mairie|municip|"
    r"departement|\bc[dg] ?\d\d\b|\bregion|\bhdf\b|\bars\b|fipd|mildeca|\bdrac\b|\bdrajes\b|\bdde?ts\b|\bddcs\b|"
    r"\bcpam\b|\bmsa\b|\bfse\b|\bfeder\b|europe|\bue\b|\banct\b|\bcget\b|\bacse\b|fondation|bailleurs?|\bhlm\b|\basp\b|"
    r"fonjep|prefecture|cite educative|\bdasco\b|\bddct\b|\bcollege\b|fonds propres|autofinancement|\bpre\b"
)
NOISE = re.compile(
    r"\b(montant|montants|subvention|part|financement|participation|de|du|des|d|l|la|le|les|par|pour|en|a|au|aux|eur|"
    r"euros?|ke|total|totaux|ligne|article|somme|deja|credits?|aide|annee|exercice|anneeprecedente|un|n|et|sur|"
    r"contribution|prevu|prevue|definitif|definitive|final|finale|initial|initiale|amount|grant|ttc|ht|numero|"
    r"detail|global|globale)\b|€"
)
PREVIOUS = re.compile(r"anneeprecedente|annee (precedente|anterieure|passee|derniere)|\bn 1\b|previous|rappel")


def known_title(cell):
    """Whether a cell reads like the title of a column."""
    if not isinstance(cell, str) or not 0 < len(cell) <= 90:
        return False
    key = without_years(header_key(cell))
    if not key or len(key.split()) > 10:
        return False
    return (
        any(rule.confidence >= 0.5 and rule.pattern.search(key) for rule in RULES)
        or bool(MONEY.search(key))
        or any(pattern.search(key) for _, pattern in STEPS)
        or bool(FUNDERS.fullmatch(key))
    )


def header_hits(cells):
    return sum(known_title(cell) for cell in cells)
