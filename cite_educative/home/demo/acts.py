"""Around the acts of 2026: the State's order as it was received, why it grants less, when the others vote."""

from datetime import date

from django.core.files.base import ContentFile

from actions.models import AssemblySession, FunderAct, Funding
from actions.services import add_act_file, explain_gap, save_session
from cite_educative.home.demo import plan
from cite_educative.home.demo.exchanges import one_page

GAPS = {
    ("CE26-002", plan.STATE): "Crédits délégués au printemps inférieurs à la programmation.",
    ("CE26-007", plan.STATE): "Crédits délégués au printemps inférieurs à la programmation.",
}
SESSIONS = (  # source, assembly, day, last day to file, committee, bureau
    (
        *(plan.CUD, "Conseil communautaire", date(2026, 12, 17)),
        *(date(2026, 12, 3), date(2026, 12, 7), date(2026, 12, 10)),
    ),
    (plan.CAF, "Commission d’action sociale", date(2027, 1, 14), date(2026, 12, 18), None, None),
)


def detail_acts(dunkerque):
    actor, state = dunkerque.actor, dunkerque.sources[plan.STATE]
    act = FunderAct.objects.get(cite=dunkerque.cite, organisation=state.organisation, decided_on=date(2026, 5, 22))
    lines = ("Préfecture du Nord", f"Arrêté {act.number} du 22 mai 2026", "Exemple de la démonstration")
    add_act_file(act, upload=ContentFile(one_page(lines), name="arrete-2026-01.pdf"), actor=actor)
    for (code, key), reason in GAPS.items():
        funding = Funding.objects.get(action__code=code, action__cite=dunkerque.cite, source=dunkerque.sources[key])
        explain_gap(funding, reason=reason, actor=actor)
    for key, label, day, filing, committee, bureau in SESSIONS:
        session = AssemblySession(
            cite=dunkerque.cite,
            organisation=dunkerque.sources[key].organisation,
            label=label,
            held_on=day,
            filing_on=filing,
            committee_on=committee,
            bureau_on=bureau,
            created_by=actor,
        )
        save_session(session, actor=actor)
