"""One sheet written in full, section by section, and its renewal link: what a good sheet says."""

from datetime import date

from actions.blocks import BY_KEY
from actions.enums import PublicKind, TextKey
from actions.models import Action
from actions.services import make_edition, save_section, section_mark
from actions.sheet import get_sheet_action
from partners.models import School

TEXTS = {
    "need": {
        TextKey.NEED: "Les équipes des deux écoles maternelles relèvent qu’un enfant sur trois entre en petite section "
        "sans livre à la maison. Les familles demandent des moments simples, près de chez elles.",
        TextKey.MAINSTREAM: "La ville ouvre ses médiathèques le mercredi et forme les agents\u00a0; l’Éducation nationale "
        "libère deux demi-journées pour les enseignantes.",
    },
    "goals": {
        TextKey.GOALS: "Faire lire à voix haute, chaque semaine, dans tous les lieux où passent les jeunes enfants.\n"
        "Former vingt ambassadeurs, parents et professionnels.",
        TextKey.RESULTS: "Soixante enfants entendent une histoire chaque semaine\u00a0; la moitié des parents empruntent un "
        "livre dans l’année.",
    },
    "content": {
        TextKey.METHOD: "Formation en février, lectures de mars à juin puis de septembre à décembre, une heure le mercredi et "
        "deux passages par mois en classe."
    },
    "public": {
        TextKey.OUTREACH: "Les écoles, la crèche et les médiatrices du quartier invitent les familles une par une."
    },
    "partners": {
        TextKey.PARTNERS: "Les Mots Passeurs pilotent\u00a0; la ville prête les salles\u00a0; la médiathèque fournit les malles.",
        TextKey.SCHOOL_LINK: "Construit avec les directions de deux écoles et la coordination de l’éducation prioritaire.",
    },
    "evaluation": {
        TextKey.EVALUATION: "Séances tenues (80 prévues), enfants et parents différents, livres empruntés\u00a0; relevé à chaque "
        "point d’étape, entretien de groupe en juin."
    },
}
FIELDS = {
    "identification": {"request_kind": "renewal"},
    "content": {
        "summary": "Des lectures à voix haute par des parents et des professionnels formés, de la crèche au CM2, dans les "
        "classes, à la maison de quartier et au pied des immeubles.",
        "during_school": True,
        "around_school": True,
    },
    "public": {"expected_reach": 90, "expected_female_share": 50, "expected_qpv_share": 70},
    "territory": {"places": "Maison de quartier, crèche, deux écoles"},
}
PUBLICS = {PublicKind.AGE_0_3: 15, PublicKind.AGE_3_6: 25, PublicKind.AGE_6_11: 25, PublicKind.PARENTS: 25}


def write_sheet(dunkerque):
    action = Action.objects.get(cite=dunkerque.cite, title__startswith="Ambassadeurs de la lecture", budget_year=2026)
    schools = School.objects.filter(cites=dunkerque.cite, commune__name="Grande-Synthe").order_by("name")[:2]
    fields = FIELDS | {"territory": FIELDS["territory"] | {"schools": list(schools)}}
    fields["holder"] = {"contact": _contact(action)}
    for key in sorted({*TEXTS, *fields}):
        block = BY_KEY[key]
        save_section(
            action,
            block=block,
            mark=section_mark(Action.objects.get(pk=action.pk), block),
            actor=dunkerque.actor,
            fields=fields.get(key, {}),
            texts=TEXTS.get(key, {}),
            publics=PUBLICS if key == "public" else None,
        )
    before = Action.objects.filter(cite=dunkerque.cite, title=action.title, budget_year=2025).first()
    if before and action.renews_id is None:
        Action.objects.filter(pk=action.pk).update(renews=before)
    make_edition(get_sheet_action(dunkerque.actor, action.pk), actor=dunkerque.actor)


def _contact(action):
    return action.holder.mandates.filter(cite=action.cite_id, starts_on__lte=date(2026, 1, 1)).first().person
