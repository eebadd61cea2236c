"""The list of fundings, exported and imported again: nothing changes here, and elsewhere the amounts are the same."""

from datetime import date
from decimal import Decimal

import pytest

from actions.enums import ActionStatus, EntryKind, Step
from actions.models import Action, Funding, FundingEntry
from partners.enums import Part
from tests.actions.factories import make_action, make_axis, make_call, make_funding, make_programme, make_source
from tests.actions.importing import run_command
from tests.factories import make_cite, make_lead, make_organisation


@pytest.fixture
def plan(cite, lead):
    """Three actions of two holders, with cents, unknown amounts, and every step that may be known."""
    call, axis = make_call(cite), make_axis(make_programme(cite))
    state, city = make_source(cite, "État – P147"), make_source(cite, "Ville de Dunkerque", circuit="commune")
    holders = [make_organisation(name, cite=cite, part=Part.HOLDER) for name in ("Les Dunes", "Le Phare")]
    for rank, title in enumerate(("Lire en famille", "Cap vers le collège", "Parents relais")):
        action = make_action(
            cite, title=title, holder=holders[rank % 2], call=call, axis=axis, status=ActionStatus.RETAINED
        )
        funding = make_funding(action, state, requested=Decimal("1500.55") + rank, granted=Decimal("1200.10"))
        funding.programme(Decimal("1300"), on=date(2026, 3, 3), reference="TR-2026-001", actor=lead)
        if rank:
            make_funding(action, city, requested=Decimal(800))
        else:
            funding.record(Step.PAID, Decimal("600.05"), kind=EntryKind.ENTRY, on=date(2026, 6, 1), actor=lead)
    return call


def amounts(cite):
    fundings = Funding.objects.filter(source__cite=cite).order_by("action__title", "source__label")
    return list(fundings.values_list("action__title", "source__label", *[s for s in Step.values if s != "programmed"]))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_ones_own_export_changes_nothing(cite, lead, plan, sign_in, tmp_path, kind):
    response = sign_in(lead).get(f"/finances/financements/?format={kind}")
    content = b"".join(response.streaming_content) if response.streaming else response.content
    before, entries, actions = amounts(cite), FundingEntry.objects.count(), Action.objects.count()

    code, out, err = run_command(tmp_path, cite, plan.label, content)

    assert code == 0, out + err
    assert "inconnus" not in out
    assert (amounts(cite), FundingEntry.objects.count(), Action.objects.count()) == (before, entries, actions)


def test_elsewhere_it_gives_the_same_amounts(cite, lead, plan, sign_in, tmp_path):
    """Programmed amounts apart: only a decision of the other Cité's pilots writes them."""
    content = b"".join(sign_in(lead).get("/finances/financements/?format=csv").streaming_content)
    other = make_cite("ailleurs", name="Ailleurs")
    make_lead(other)
    make_source(other, "État – P147"), make_source(other, "Ville de Dunkerque", circuit="commune")
    call = make_call(other)
    for name in ("Les Dunes", "Le Phare"):
        make_organisation(name, cite=other, part=Part.HOLDER)

    code, out, err = run_command(tmp_path, other, call.label, content)

    assert code == 0, out + err
    assert amounts(other) == amounts(cite)
    assert not Funding.objects.filter(source__cite=other, programmed__isnull=False).exists()
