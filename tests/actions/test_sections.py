"""The sheet section by section, what makes it better, its renewal, its help for Dauphin and its printed edition."""

from datetime import date
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actions import services
from actions.blocks import BY_KEY
from actions.enums import ActionStatus, PublicKind, TextKey
from actions.finances.budget import Budget, Line
from actions.models import Action, ActionPublic, ActionText, FormDraft, SheetEdition
from actions.quality import CHECKS, Sheet, quality
from actions.sheet import get_sheet_action
from actions.sheet_sections import written_blocks
from cite_educative.documents.models import GeneratedFile
from partners.enums import Role
from partners.models import User
from tests.actions import factories
from tests.factories import (
    make_cite,
    make_commune,
    make_lead,
    make_mandate,
    make_neighbourhood,
    make_organisation,
    make_school,
    make_user,
)


@pytest.fixture
def cite(db):
    return make_cite("dunkerque", communes=[make_commune("Grande-Synthe")])


@pytest.fixture
def lead(cite, client):
    user = make_lead(cite)
    client.force_login(user)
    return user


@pytest.fixture
def action(cite):
    holder = make_organisation("Les Ateliers", cite=cite)
    return factories.make_action(
        cite, holder=holder, communes=cite.communes.all(), title="Radio", status=ActionStatus.DRAFT,
        shared_at="2026-01-05T10:00Z",
    )  # fmt: skip


def changed(action, **fields):
    """Saved, so that the search column follows."""
    for name, value in fields.items():
        setattr(action, name, value)
    action.save()


def url(action, key="public"):
    return reverse("actions:section", args=[action.pk, key])


def opened(client, action, key="public"):
    """What the form of the section sends when nothing is changed."""
    form = client.get(url(action, key)).context["form"]
    data = {}
    for field in form:
        value = field.value()
        if isinstance(value, list):
            data[field.html_name] = [getattr(one, "pk", one) for one in value]
        elif value not in (None, False, ""):
            data[field.html_name] = value
    return data


def test_a_section_writes_its_fields_its_publics_and_its_texts_and_nothing_else(client, lead, action):
    data = opened(client, action) | {
        "audience": "60 collégiens",
        "expected_reach": "60",
        f"public_{PublicKind.AGE_11_15}": "on",
        f"expected_{PublicKind.AGE_11_15}": "60",
        f"text_{TextKey.OUTREACH}": "Par le collège",
    }

    response = client.post(url(action), data)

    assert response.status_code == 302
    action.refresh_from_db()
    assert (action.title, action.audience, action.expected_reach) == ("Radio", "60 collégiens", 60)
    assert list(action.publics.values_list("kind", "expected")) == [(PublicKind.AGE_11_15, 60)]
    assert action.texts.get().body == "Par le collège"
    assert (
        "a modifié la rubrique «\u00a0Public\u00a0»"
        in client.get(reverse("actions:history", args=[action.pk])).content.decode()
    )


def test_two_people_on_two_sections_never_meet(client, lead, action):
    one, other = opened(client, action, "public"), opened(client, action, "calendar")

    client.post(url(action, "public"), one | {"audience": "Collégiens"})
    second = client.post(url(action, "calendar"), other | {"starts_on": "2026-09-01", "ends_on": "2026-12-01"})

    assert second.status_code == 302
    action.refresh_from_db()
    assert (action.audience, action.starts_on) == ("Collégiens", date(2026, 9, 1))


def test_one_section_after_the_other(client, lead, action):
    written = [block.key for block in written_blocks(action)]

    following = client.post(url(action, written[0]), opened(client, action, written[0]) | {"suite": "1"})
    last = client.post(url(action, written[-1]), opened(client, action, written[-1]) | {"suite": "1"})

    assert following.url == url(action, written[1])
    assert last.url.startswith(reverse("actions:detail", args=[action.pk]))


def test_two_people_on_one_section_see_both_versions(client, lead, action):
    mine, theirs = opened(client, action, "need"), opened(client, action, "need")
    client.post(url(action, "need"), theirs | {"text_need": "Leur texte"})

    conflict = client.post(url(action, "need"), mine | {"text_need": "Mon texte"})

    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert "Leur texte" in page
    assert "Mon texte" in page
    assert ActionText.objects.get().body == "Leur texte"
    again = client.post(
        url(action, "need"), mine | {"text_need": "Mon texte", "mark": conflict.context["form"]["mark"].value()}
    )
    assert again.status_code == 302
    assert ActionText.objects.get().body == "Mon texte"


def test_the_same_section_saved_twice_changes_nothing(client, lead, action):
    data = opened(client, action)
    action.refresh_from_db()
    before = action.version

    client.post(url(action), data)

    action.refresh_from_db()
    assert action.version == before


@pytest.mark.parametrize(
    ("key", "data", "sentence"),
    [
        ("calendar", {"starts_on": "2026-12-01", "ends_on": "2026-09-01"}, "ne peut pas finir avant d’avoir commencé"),
        ("public", {"expected_qpv_share": "140"}, "100"),
        ("public", {"expected_reach": "beaucoup"}, "nombre"),
        ("public", {f"public_{PublicKind.PARENTS}": "on", f"expected_{PublicKind.PARENTS}": "-3"}, "supérieure"),
        ("identification", {"title": ""}, "obligatoire"),
    ],
)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_writes_nothing(client, lead, action, key, data, sentence):
    sent = opened(client, action, key) | {"audience": "Ce que je tapais", "period_text": "Ce que je tapais"} | data

    page = client.post(url(action, key), sent).content.decode()

    assert sentence in page
    assert Action.objects.get(pk=action.pk).version == action.version
    assert not ActionPublic.objects.exists()


def test_tenfold_more_people_than_last_year_is_asked_again(client, lead, action):
    before = factories.make_action(action.cite, holder=action.holder, expected_reach=60)
    changed(action, renews=before)
    data = opened(client, action) | {"expected_reach": "3000"}

    asked = client.post(url(action), data).content.decode()

    assert "Vous attendez 3000 personnes, la fiche de l’an dernier en attendait 60" in asked
    assert client.post(url(action), data | {"confirmed": "1"}).status_code == 302


def test_what_is_typed_is_kept_and_given_back_to_its_author_alone(client, lead, action, cite):
    kept = client.post(url(action, "need"), {"text_need": "Début"}, headers={"X-Autosave": "1"})

    assert kept.status_code == 204
    assert "Début" in client.get(url(action, "need")).content.decode()
    assert not ActionText.objects.exists()
    client.force_login(make_user(cite, Role.CO_LEAD))
    assert "Début" not in client.get(url(action, "need")).content.decode()
    client.force_login(lead)
    client.post(url(action, "need"), {"oublier": "1"})
    assert not FormDraft.objects.exists()


def test_a_draft_brings_back_what_was_ticked(client, lead, action):
    client.post(
        url(action), {f"public_{PublicKind.PARENTS}": "on", f"expected_{PublicKind.PARENTS}": "12"},
        headers={"X-Autosave": "1"},
    )  # fmt: skip

    form = client.get(url(action)).context["form"]

    assert form[f"public_{PublicKind.PARENTS}"].value()
    assert str(form[f"expected_{PublicKind.PARENTS}"].value()) == "12"


@pytest.mark.parametrize("key", ["pieces", "funding", "nothing", "appraisal"])
def test_what_is_no_section_of_the_sheet_is_not_found(client, lead, action, key):
    assert client.get(url(action, key)).status_code == 404


def test_a_call_chooses_the_sections_of_its_sheets(client, lead, action, cite):
    call = factories.make_call(cite, blocks=["need"])
    changed(action, call=call)

    assert client.get(url(action, "need")).status_code == 200
    assert client.get(url(action, "partners")).status_code == 404
    page = client.get(reverse("actions:detail", args=[action.pk])).content.decode()
    assert "rubrique-need" in page
    assert "rubrique-partners" not in page


def test_a_holder_writes_its_own_draft_and_no_longer_once_filed(client, action, cite):
    client.force_login(make_user(cite, Role.HOLDER, organisation=action.holder))
    assert client.get(url(action)).status_code == 200
    changed(action, status=ActionStatus.SUBMITTED, code="CE26-001", submitted_on=date(2026, 1, 5))
    assert client.get(url(action)).status_code == 403


# --- Quality --------------------------------------------------------------------------------------


def test_every_remark_leads_to_a_block_of_the_sheet():
    assert {check.block for check in CHECKS} <= set(BY_KEY)


def test_a_sheet_that_says_everything_is_told_so(action, lead):
    action.request_kind, action.summary, action.audience = "first", "Une radio", "Collégiens"
    action.during_school, action.expected_reach, action.expected_qpv_share = True, 60, 50
    action.starts_on, action.ends_on, action.total_cost = date(2026, 1, 5), date(2026, 6, 1), 1000
    action.contact_id, action.objective_id = 1, 1
    budget = Budget(2026, (Line("60", Decimal("1000")), Line("756", Decimal("1000"))))
    sheet = Sheet(action, {str(key): "Dit" for key in TextKey}, [ActionPublic()], True, True, True, True, budget)

    found = quality(sheet)

    assert (found.percent, found.missing) == (100, [])


def test_an_empty_sheet_gets_one_button_a_remark(client, lead, action):
    page = client.get(reverse("actions:detail", args=[action.pk])).content.decode()

    assert "de ce qu’une bonne fiche dit" in page
    assert url(action, "goals") in page
    assert "Un à trois objectifs" in page


def test_the_score_is_told_to_who_may_write_the_sheet(client, action, cite):
    client.force_login(make_user(cite, Role.PILOT))

    page = client.get(reverse("actions:detail", args=[action.pk])).content.decode()

    assert "bonne fiche" not in page


def test_the_sheet_with_everything_on_it_asks_a_few_queries(client, lead, action, django_assert_max_num_queries):
    cite, source = action.cite, factories.make_source(action.cite)
    action.renews = factories.make_action(cite, holder=action.holder, budget_year=2025, status=ActionStatus.CLOSED)
    action.call = factories.make_call(cite)
    action.save()
    for funded in (action, action.renews):
        factories.make_funding(funded, source, year=funded.budget_year, requested="100", granted="80")
    for key in TextKey:
        ActionText.objects.create(action=action, key=key, body="Texte", updated_by=lead)
    for kind in PublicKind:
        ActionPublic.objects.create(action=action, kind=kind)
    for rank in range(3):
        action.themes.create(cite=cite, label=f"Thème {rank}", order=3 - rank)
        action.schemes.create(cite=cite, label=f"Dispositif {rank}", order=rank)
        action.schools.add(make_school(f"Collège {rank}"))
        action.neighbourhoods.add(make_neighbourhood(f"Quartier {rank}"))
        action.call.expected_pieces.create(label=f"Pièce {rank}", order=rank)
        services.add_comment(action=action, actor=lead, body="À préciser", audience="holder", block="need")
    services.make_edition(get_sheet_action(lead, action.pk), actor=lead)
    other = make_cite("ailleurs")
    make_mandate(other, Role.LEAD, person=lead.person)

    with django_assert_max_num_queries(20):
        page = client.get(reverse("actions:detail", args=[action.pk])).content.decode()

    for told in ("Thème 2, Thème 1, Thème 0", "Dispositif 0, Dispositif 1", "Collège 0, Collège 1", "L’an dernier"):
        assert told in page


# --- Renewal --------------------------------------------------------------------------------------


def test_an_action_is_renewed_with_all_but_its_money_and_its_reference(client, lead, action):
    changed(action, starts_on=date(2026, 2, 28), ends_on=date(2026, 6, 30), external_ref="DA1", expected_reach=60)
    ActionText.objects.create(action=action, key=TextKey.NEED, body="Besoin", updated_by=lead)
    ActionPublic.objects.create(action=action, kind=PublicKind.PARENTS, expected=20)
    factories.make_funding(action, factories.make_source(action.cite, "CAF"), requested="1000")

    client.post(reverse("actions:renew", args=[action.pk]), {"budget_year": "2027"})

    copied = Action.objects.get(budget_year=2027)
    assert (copied.renews, copied.status, copied.external_ref) == (action, ActionStatus.DRAFT, "")
    assert (copied.starts_on, copied.ends_on, copied.expected_reach) == (date(2027, 2, 28), date(2027, 6, 30), 60)
    assert copied.texts.get().body == "Besoin"
    assert copied.publics.get().expected == 20
    assert list(copied.communes.all()) == list(action.communes.all())
    assert not copied.fundings.exists()
    page = client.get(reverse("actions:detail", args=[copied.pk])).content.decode()
    assert "L’an dernier" in page
    assert "1\u00a0000,00\u00a0€" in page


def test_an_action_is_renewed_once_for_a_year_and_for_a_later_one_only(client, lead, action):
    renew = reverse("actions:renew", args=[action.pk])
    client.post(renew, {"budget_year": "2027"})

    assert "déjà reconduite pour 2027" in client.post(renew, {"budget_year": "2027"}).content.decode()
    assert "après 2026" in client.post(renew, {"budget_year": "2026"}).content.decode()
    assert Action.objects.filter(renews=action).count() == 1


def test_many_are_renewed_each_with_its_answer(lead, action, cite):
    done = factories.make_action(cite, holder=action.holder, title="Déjà")
    services.renew_action(done, actor=lead, budget_year=2027)

    results = services.renew_actions([action, done], actor=lead, budget_year=2027)

    assert [copied is not None for _, copied, _ in results] == [True, False]
    assert "déjà reconduite" in results[1][2]


# --- Dauphin and printing -------------------------------------------------------------------------


def test_the_help_for_dauphin_gives_what_is_written_and_leads_to_the_rest(client, lead, action):
    ActionText.objects.create(action=action, key=TextKey.GOALS, body="Faire parler les collégiens", updated_by=lead)

    page = client.get(reverse("actions:dauphin", args=[action.pk])).content.decode()

    assert "Faire parler les collégiens" in page
    assert 'data-copy="#dauphin-2"' in page
    assert url(action, "need") in page


def test_an_edition_holds_what_its_author_may_read(lead, action, cite):
    factories.make_funding(action, factories.make_source(cite, "CAF"), requested="1000", proposed="987.65")
    changed(action, status=ActionStatus.SUBMITTED, code="CE26-001", submitted_on=date(2026, 1, 5))
    holder = make_user(cite, Role.HOLDER, organisation=action.holder)

    def printed(user, client):
        client.force_login(user)
        client.post(reverse("actions:print_sheet", args=[action.pk]))
        content = SheetEdition.objects.filter(made_by=user).get().content
        return render_to_string(
            "actions/print/sheet.html",
            {"sheet": content, "accent": "", "logos": [], "draft": False, "signatures": ()},
        )

    assert "987,65" in printed(lead, Client())
    mine = printed(holder, Client())
    assert "1\u00a0000,00" in mine
    assert "987,65" not in mine


def test_an_edition_is_read_by_its_author_and_the_team(client, lead, action, cite):
    services.make_edition(with_stage(action, lead), actor=lead)
    other = make_user(cite, Role.CO_LEAD)
    pilot = make_user(cite, Role.PILOT)

    assert GeneratedFile.objects.visible_to(other).count() == 2
    assert not GeneratedFile.objects.visible_to(pilot).exists()


def test_an_author_who_reads_less_today_no_longer_opens_what_was_printed(action, cite):
    changed(action, status=ActionStatus.RETAINED, code="CE26-001", submitted_on=date(2026, 1, 5))
    Action.objects.filter(pk=action.pk).update(published_at=timezone.now())
    pilot = make_user(cite, Role.PILOT)
    services.make_edition(with_stage(action, pilot), actor=pilot)
    assert SheetEdition.objects.visible_to(pilot).exists()

    pilot.person.mandates.update(role=Role.PARTNER, side=None)
    former = User.objects.get(pk=pilot.pk)

    assert Action.objects.visible_to(former).filter(pk=action.pk).exists()
    assert not SheetEdition.objects.visible_to(former).exists()
    assert not GeneratedFile.objects.visible_to(former).exists()


def test_the_same_edition_is_not_made_twice(lead, action):
    row = with_stage(action, lead)
    assert services.make_edition(row, actor=lead) == services.make_edition(row, actor=lead)
    assert SheetEdition.objects.count() == 1


def with_stage(action, user):
    return get_sheet_action(user, action.pk)


def test_the_journal_of_the_cite_says_what_a_section_changed(client, lead, action):
    address = reverse("actions:budget", args=[action.pk])
    mark = client.get(address).context["form"]["mark"].value()
    client.post(address, {"mark": mark, "total_cost": "1 500"})

    page = client.get(reverse("journal"))

    assert page.status_code == 200
    assert "1\u00a0500,00\u00a0€" in page.content.decode()


def test_a_draft_taken_up_after_somebody_saved_shows_both_versions(client, lead, action):
    data = opened(client, action)
    client.post(url(action), data | {"audience": "Le mien"}, headers={"X-Autosave": "1"})
    Action.objects.filter(pk=action.pk).update(audience="Le sien")

    answer = client.post(url(action), opened(client, action))

    assert answer.status_code == 409
    assert "Le sien" in answer.content.decode()
    assert FormDraft.objects.exists()
    action.refresh_from_db()
    assert action.audience == "Le sien"


def test_a_draft_remembers_what_was_unticked(client, lead, action):
    ActionPublic.objects.create(action=action, kind=PublicKind.PARENTS)
    client.post(url(action, "territory"), {"scope": "communal"}, headers={"X-Autosave": "1"})
    client.post(url(action), {"audience": "Enfants"}, headers={"X-Autosave": "1"})

    assert not client.get(url(action, "territory")).context["form"]["communes"].value()
    assert not client.get(url(action)).context["form"][f"public_{PublicKind.PARENTS}"].value()


def test_a_holder_keeps_what_the_team_chose_and_it_may_not_choose(client, lead, action, cite):
    objective = factories.make_objective(factories.make_axis(factories.make_programme(cite)))
    changed(action, objective=objective, axis=objective.axis, contact=lead.person)
    client.force_login(make_user(cite, Role.HOLDER, organisation=action.holder))

    for key in (block.key for block in written_blocks(action) if not block.page):
        form = client.get(url(action, key)).context["form"]
        for name in {"objective", "axis", "contact"} & set(form.fields):
            assert str(form[name].value()) in str(form[name]), name
        client.post(url(action, key), opened(client, action, key))

    action.refresh_from_db()
    assert (action.objective, action.axis, action.contact) == (objective, objective.axis, lead.person)


def test_a_sheet_sent_back_does_not_change_call_but_by_the_team(client, lead, action, cite):
    first, closed = (factories.make_call(cite, label, closes_on=date(2026, 1, 31)) for label in ("Un", "Deux"))
    changed(action, status=ActionStatus.SENT_BACK, code="CE26-001", submitted_on=date(2026, 1, 5), call=first)
    client.force_login(make_user(cite, Role.HOLDER, organisation=action.holder))
    type(closed).objects.update(published_at=timezone.now())
    data = opened(client, action, "identification") | {
        "call": closed.pk,
        "budget_year": "2027",
        "title": "Radio libre",
    }

    client.post(url(action, "identification"), data)

    action.refresh_from_db()
    assert (action.title, action.call, action.budget_year) == ("Radio libre", first, 2026)
    client.force_login(lead)
    client.post(url(action, "identification"), opened(client, action, "identification") | {"call": closed.pk})
    action.refresh_from_db()
    assert action.call == closed


def test_the_help_for_dauphin_leads_to_no_section_that_the_call_does_not_ask(client, lead, action, cite):
    changed(action, call=factories.make_call(cite, blocks=[]))

    page = client.get(reverse("actions:dauphin", args=[action.pk]))

    links = [block["url"] for block in page.context["blocks"] if block["url"]]
    assert links
    assert {client.get(link.partition("#")[0]).status_code for link in links} == {200}
    assert 'href=""' not in page.content.decode()


def test_tenfold_more_people_than_the_publics_add_up_to_is_asked_again(client, lead, action):
    data = opened(client, action) | {f"public_{PublicKind.PARENTS}": "on", f"expected_{PublicKind.PARENTS}": "12"}
    data |= {"expected_reach": "1200"}

    asked = client.post(url(action), data).content.decode()

    assert "Vous attendez 1200 personnes, et les publics n’en font que 12 ensemble" in asked
    assert client.post(url(action), data | {"confirmed": "1"}).status_code == 302


def test_the_title_to_copy_holds_no_word_of_the_naming_rule(client, lead, action, cite):
    changed(action, call=factories.make_call(cite, naming_rule="CE-DK – sigle – titre du projet"))

    page = client.get(reverse("actions:dauphin", args=[action.pk]))

    assert page.context["blocks"][0]["text"] == "Les Ateliers – Radio"
    assert "«\u00a0CE-DK – sigle – titre du projet\u00a0»" in page.content.decode()
