from datetime import date

from cite_educative.home.services.handover import hand_over
from cite_educative.home.services.personal_data import export_person
from partners.enums import Role
from partners.models import PhotoConsent, ProcessingActivity
from partners.services.privacy import adopt_usual_register
from tests import factories
from tests.access.matrix import Row, Secret

TEAM = "lead co_lead"
OWN_CITE = {"stranger": 404, "other_lead": 200}
OWN_CITE_POST = {"stranger": 404, "other_lead": 302}


def activity(world):
    def build(world):
        adopt_usual_register(actor=world.lead, cite=world.cite)
        return ProcessingActivity.objects.filter(cite=world.cite).first()

    return [world.made("activity", build).pk]


def activity_fields(world):
    row = ProcessingActivity.objects.get(pk=activity(world)[0])
    names = ("label", "purpose", "lawful_basis", "people", "data", "recipients", "retention_months")
    return {name: getattr(row, name) for name in names}


def consent(world):
    def build(world):
        return PhotoConsent.objects.create(
            cite=world.cite,
            group="Atelier théâtre du mercredi",
            keeper="Direction du centre social",
            scope="Site de la Cité",
            given_on=date(2026, 9, 1),
            entered_by=world.lead,
        )

    return [world.made("consent", build).pk]


def former(world):
    """Somebody whose only mandate has ended."""

    def build(world):
        person = factories.make_person(first_name="Odile", last_name="Brasseur")
        factories.make_mandate(world.cite, Role.PARTNER, person=person, ends_on=date(2024, 6, 30))
        return person

    return [world.made("former", build).pk]


def leaver(world):
    return [world.users["finance"].person.pk]


def export(world):
    def build(world):
        return export_person(actor=world.lead, person=world.users["finance"].person, cite=world.cite)

    return [world.made("export", build).pk]


def handover(world):
    def build(world):
        return hand_over(
            actor=world.lead,
            cite=world.cite,
            leaver=world.users["reader"].person,
            successor=world.users["partner"].person,
            leaves_on=date(2027, 6, 30),
        )

    return [world.made("handover", build).pk]


def both_names(world):
    return f"{world.users['reader'].person} à {world.users['partner'].person}"


NEW_CONSENT = {"group": "Sortie au musée", "keeper": "École du Lac", "scope": "Affiches", "given_on": "2026-10-01"}

ROWS = [
    Row("gdpr", only=TEAM, outside=OWN_CITE),
    Row("gdpr_adopt", post={}, only="lead", code=302, outside=OWN_CITE_POST),
    Row("gdpr_activity", activity, only="lead", codes={"co_lead": 403}, others=404),
    Row("gdpr_activity", activity, post=activity_fields, only="lead", code=302, codes={"co_lead": 403}, others=404),
    Row("gdpr_review", only="lead", outside=OWN_CITE),
    Row("gdpr_review", post={}, only="lead", outside=OWN_CITE),
    Row("gdpr_consents", only=TEAM, outside=OWN_CITE),
    Row("gdpr_consent_create", only=TEAM, outside=OWN_CITE),
    Row("gdpr_consent_create", post=NEW_CONSENT, only=TEAM, code=302, outside=OWN_CITE_POST),
    Row("gdpr_consent_withdraw", consent, only=TEAM, others=404),
    Row("gdpr_consent_withdraw", consent, post={"on": "2026-11-01"}, only=TEAM, code=302, others=404),
    Row("person_data", leaver, only="lead finance", codes={"evaluator": 404}),
    Row("person_data", leaver, post={}, only="lead finance", code=302, codes={"evaluator": 404}),
    Row("person_anonymise", former, only="lead", codes={"evaluator": 404}),
    Row("person_anonymise", former, post={}, only="lead", code=302, codes={"evaluator": 404}),
    Row("handovers", only=TEAM, outside=OWN_CITE),
    Row("handover_create", leaver, only="lead"),
    Row("handover_create", leaver, post={"leaves_on": "2026-12-31"}, only="lead", code=302),
    Row("person_export", export, only="lead finance", others=404),
    Row("handover", handover, only="lead co_lead reader partner", others=404),
]
SECRETS = [
    Secret("gdpr_consents", lambda world: "Atelier théâtre du mercredi", readers=TEAM, prepare=consent),
    Secret("handovers", both_names, readers=TEAM, prepare=handover),
    Secret("person_export", lambda world: world.users["finance"].email, "lead finance", export),
]
