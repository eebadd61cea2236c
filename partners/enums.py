from django.db import models


class SideKind(models.TextChoices):
    EDUCATION = "education", "Éducation nationale"
    STATE = "state", "services de l’État"
    COMMUNES = "communes", "communes"
    INTERCOMMUNALITY = "intercommunality", "intercommunalité"
    OTHER = "other", "autre pilote"


class OrganisationKind(models.TextChoices):
    ASSOCIATION = "association", "association"
    COMMUNE = "commune", "commune"
    INTERCOMMUNALITY = "intercommunality", "intercommunalité"
    STATE = "state", "service de l’État"
    EDUCATION = "education", "Éducation nationale"
    SCHOOL = "school", "établissement scolaire"
    FAMILY_FUND = "family_fund", "caisse d’allocations familiales"
    DEPARTEMENT = "departement", "département"
    REGION = "region", "région"
    PUBLIC_BODY = "public_body", "établissement public ou CCAS"
    LANDLORD = "landlord", "bailleur social"
    COMPANY = "company", "entreprise"
    OTHER = "other", "autre"


class Part(models.TextChoices):
    """What an organisation is in one Cité; it may be several things."""

    SIDE = "side", "pilote"
    FUNDER = "funder", "financeur"
    CARRIER = "carrier", "structure portant les crédits"
    HOLDER = "holder", "porteur"
    ASSOCIATED = "associated", "partenaire associé"


class Role(models.TextChoices):
    """Rights come from these and nothing else (architecture §4)."""

    LEAD = "lead", "chef ou cheffe de projet"
    CO_LEAD = "co_lead", "co-pilotage opérationnel"
    PILOT = "pilot", "membre de la Troïka"
    FINANCE = "finance", "responsable financier ou financière"
    REFERENT = "referent", "référent ou référente de commune"
    INSTITUTION = "institution", "référent ou référente d’institution"
    HOLDER = "holder", "porteur"
    EVALUATOR = "evaluator", "évaluateur ou évaluatrice"
    PARTNER = "partner", "partenaire"
    READER = "reader", "lecteur ou lectrice"


class Civility(models.TextChoices):
    MADAME = "mme", "Mme"
    MONSIEUR = "m", "M."


class LawfulBasis(models.TextChoices):
    """Why a person's professional details are kept (GDPR, article 6)."""

    PUBLIC_TASK = "public_task", "mission d’intérêt public"
    CONSENT = "consent", "consentement"


class PriorityNetwork(models.TextChoices):
    NONE = "", "hors éducation prioritaire"
    REP = "rep", "REP"
    REP_PLUS = "rep_plus", "REP+"
