from django.db import models


class QuestionLevel(models.TextChoices):
    """The three levels of effect of the national evaluation: the alliance, then the offer, then the effects (INJEP)."""

    ALLIANCE = "alliance", "alliance"
    OFFER = "offer", "offre éducative"
    EFFECT = "effect", "effets sur les publics"


class Level(models.TextChoices):
    """What an indicator tells of."""

    MEANS = "means", "moyens"
    OUTPUT = "output", "réalisation"
    ALLIANCE = "alliance", "alliance"
    OFFER = "offer", "offre éducative"
    EFFECT = "effect", "effets"
    CONTEXT = "context", "contexte"


class Nature(models.TextChoices):
    """Where the figures of an indicator are born."""

    COMPUTED = "computed", "calculé par l’application"
    MEASURED = "measured", "saisi"
    IMPORTED = "imported", "repris de données ouvertes"


class Unit(models.TextChoices):
    """Persons and participations are never added up: one person may come twenty times."""

    PERSONS = "persons", "personnes distinctes"
    PARTICIPATIONS = "participations", "participations"
    NUMBER = "number", "nombre"
    PERCENT = "percent", "%"
    EUROS = "euros", "euros"
    DAYS = "days", "jours"
    HOURS = "hours", "heures"
    POINTS = "points", "points"


class Frequency(models.TextChoices):
    """How long a period lasts."""

    CIVIL_YEAR = "civil_year", "chaque année civile"
    SCHOOL_YEAR = "school_year", "chaque année scolaire"
    HALF_YEAR = "half_year", "chaque semestre"


class Breakdown(models.TextChoices):
    """What a figure may be split by: three kinds of territory and three kinds of persons."""

    COMMUNE = "commune", "commune"
    NEIGHBOURHOOD = "neighbourhood", "quartier prioritaire"
    SCHOOL = "school", "établissement"
    AGE = "age", "tranche d’âge"
    SEX = "sex", "sexe"
    RESIDENCE = "residence", "résidence en quartier prioritaire"

    @classmethod
    def territories(cls):
        return cls.COMMUNE, cls.NEIGHBOURHOOD, cls.SCHOOL


class Category(models.TextChoices):
    """Whom a figure counts: everybody, or one part of them. Age bands are those of the revue de projet."""

    ALL = "all", "ensemble"
    FEMALE = "female", "filles et femmes"
    MALE = "male", "garçons et hommes"
    AGE_0_3 = "0-3", "0-3 ans"
    AGE_3_6 = "3-6", "3-6 ans"
    AGE_6_11 = "6-11", "6-11 ans"
    AGE_11_15 = "11-15", "11-15 ans"
    AGE_15_18 = "15-18", "15-18 ans"
    AGE_18_25 = "18-25", "18-25 ans"
    QPV = "qpv", "habitants des quartiers prioritaires"

    @classmethod
    def of(cls, breakdown):
        """The parts that one breakdown by persons asks for; none for a territory."""
        return {
            Breakdown.AGE: (cls.AGE_0_3, cls.AGE_3_6, cls.AGE_6_11, cls.AGE_11_15, cls.AGE_15_18, cls.AGE_18_25),
            Breakdown.SEX: (cls.FEMALE, cls.MALE),
            Breakdown.RESIDENCE: (cls.QPV,),
        }.get(breakdown, ())


class Certainty(models.TextChoices):
    """How a figure is known. Not known is never zero."""

    COUNTED = "counted", "compté"
    ESTIMATED = "estimated", "estimé"
    UNKNOWN = "unknown", "non connu"


class MeasurementState(models.TextChoices):
    DRAFT = "draft", "à valider"
    RETURNED = "returned", "à reprendre"
    VALIDATED = "validated", "validé"


class Origin(models.TextChoices):
    """How a figure came in."""

    ENTRY = "entry", "saisie"
    PASTE = "paste", "collage d’un tableau"
    REPORT = "report", "bilan d’action"
    IMPORT = "import", "fichier de données ouvertes"


class Trend(models.TextChoices):
    """Which way is good news; none where the figure only describes."""

    UP = "up", "une hausse est favorable"
    DOWN = "down", "une baisse est favorable"
    NONE = "", "décrit seulement"


class EvaluatorKind(models.TextChoices):
    INTERNAL = "internal", "en interne"
    FIRM = "firm", "cabinet"
    RESOURCE_CENTRE = "resource_centre", "centre de ressources"
    UNIVERSITY = "university", "université"
    OTHER = "other", "autre"


class ReportKind(models.TextChoices):
    """When in the year an action reports: one of each at most for one action and one civil year."""

    INTERIM = "interim", "intermédiaire"
    FINAL = "final", "final"


class ReportState(models.TextChoices):
    DRAFT = "draft", "en cours d’écriture"
    FILED = "filed", "déposé, à valider"
    RETURNED = "returned", "à reprendre"
    VALIDATED = "validated", "validé"


class Measure(models.TextChoices):
    """Two counts that are never added up."""

    PERSONS = "persons", "personnes distinctes"
    PARTICIPATIONS = "participations", "participations"


class Public(models.TextChoices):
    """Whom an action reaches, as its points d’étape count them; beside the parts of `Category`."""

    CHILDREN = "children", "enfants"
    YOUNG = "young", "jeunes"
    PARENTS = "parents", "parents"
    PROFESSIONALS = "professionals", "professionnels"


class GoalReached(models.TextChoices):
    REACHED = "reached", "atteint"
    PARTLY = "partly", "partiellement atteint"
    MISSED = "missed", "non atteint"
    UNKNOWN = "unknown", "non connu"


class EvidenceKind(models.TextChoices):
    PHOTO = "photo", "photo"
    DOCUMENT = "document", "document"
    VERBATIM = "verbatim", "parole recueillie"


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", "colonnes à vérifier"
    READY = "ready", "à confirmer"
    DONE = "done", "importé"
    ABANDONED = "abandoned", "abandonné"


class EvidenceLevel(models.TextChoices):
    """How much the facts gathered support an answer."""

    STRONG = "strong", "fort\u00a0: plusieurs sources concordent"
    MEDIUM = "medium", "moyen\u00a0: une source solide"
    WEAK = "weak", "faible\u00a0: des indices seulement"
    INSUFFICIENT = "insufficient", "insuffisant\u00a0: on ne peut pas conclure"

    @property
    def word(self):
        return str(self.label).partition("\u00a0:")[0]


class JudgementState(models.TextChoices):
    DRAFT = "draft", "projet"
    VALIDATED = "validated", "validée"
