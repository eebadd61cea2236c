"""`manage.py audit` finds what was changed behind the services' back."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from actions.models import Funding, FundingEntry
from governance.models import Decision, DecisionEffect, NoteVersion
from governance.services import issue_note
from tests.governance.factories import make_closed_meeting, make_meeting, make_note, make_setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    setting = make_setting()
    make_closed_meeting(setting, items=2)
    issue_note(make_note(setting, make_meeting(setting, days=3).items.get()), actor=setting.lead)
    return setting


def audited():
    out = StringIO()
    try:
        call_command("audit", stdout=out)
    except CommandError:  # exit code 1
        return out.getvalue()
    return ""


def test_what_the_services_wrote_agrees(setting):
    assert audited() == ""


def test_an_amount_changed_without_entry_is_found(setting):
    Funding.objects.filter(pk=Funding.objects.first().pk).update(programmed="1.00")

    assert "1,00\u00a0€ enregistré, 8\u00a0000,00\u00a0€ selon l’historique" in audited()


def test_a_broken_chain_is_found(setting):
    entry = FundingEntry.objects.filter(step="programmed").first()
    FundingEntry.objects.filter(pk=entry.pk).update(before="5.00")

    said = audited()
    assert "l’écriture précédente disait –" in said
    assert "ne disent pas la même chose" in said


def test_an_entry_without_effect_and_an_effect_without_entry_are_found(setting):
    effect = DecisionEffect.objects.filter(entry__isnull=False).first()
    DecisionEffect.objects.filter(pk=effect.pk).update(entry=None)

    said = audited()
    assert "un montant programmé sans effet de décision" in said
    assert "appliqué sans écriture" in said


def test_a_programmed_amount_typed_by_hand_is_found(setting):
    FundingEntry.objects.filter(step="programmed").update(kind="entry")

    assert "y a pour origine «\u00a0saisie\u00a0»" in audited()


def test_an_adopted_decision_whose_effect_was_not_applied_is_found(setting):
    DecisionEffect.objects.filter(kind="retain").update(applied_at=None)

    assert "un effet n’est pas appliqué" in audited()


def test_a_missing_number_is_found(setting):
    Decision.objects.update(number=F("number") + 2)
    NoteVersion.objects.update(number=2)

    said = audited()
    assert "il manque 1, 2" in said
    assert "Versions de la note" in said
