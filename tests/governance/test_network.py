from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus, Audience, ExchangeKind, LibraryKind
from actions.models import Action, Exchange, LibraryItem
from cite_educative.common.models import Entry
from cite_educative.documents.registry import renderers
from governance import services
from governance.models import CommunePoint
from governance.services.network import POINT_KIND
from partners.enums import OrganisationKind, Role, SideKind
from partners.models import OutgoingMessage, Seat
from tests import factories
from tests.actions import factories as plan

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year
QUERIES = 25


class Setting:
    def __init__(self):
        self.gs = factories.make_commune("Grande-Synthe", population=20_347)
        self.cb = factories.make_commune("Coudekerque-Branche")
        self.cite = factories.make_cite("dunkerque", communes=[self.gs, self.cb])
        self.lead = factories.make_lead(self.cite, title="cheffe de projet")
        self.town = factories.make_organisation(
            "Ville de Grande-Synthe", cite=self.cite, communes=[self.gs], kind=OrganisationKind.COMMUNE
        )
        person = factories.make_person(first_name="Thomas", last_name="Lemaire", email="lemaire@exemple.fr")
        self.referent = factories.make_user(
            self.cite, Role.REFERENT, person=person, communes=[self.gs], organisation=self.town
        )
        self.state = plan.make_source(self.cite, "État")
        self.line = plan.make_source(self.cite, "Ville", organisation=self.town, circuit="commune")

    def action(self, title=None, *, communes=None, **fields):
        fields = {"status": ActionStatus.RETAINED, "budget_year": YEAR, **fields}
        action = plan.make_action(self.cite, title=title, communes=communes or [self.gs], **fields)
        plan.make_funding(action, self.state, year=YEAR, requested="10000", programmed="8000")
        plan.make_funding(action, self.line, year=YEAR, requested="3000", programmed="2500", granted="2500")
        return action


@pytest.fixture
def setting():
    return Setting()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead)
    return client


def page(client, name, *args, **query):
    return client.get(reverse(f"governance:{name}", args=args), query)


def commune_page(client, commune):
    return page(client, "commune", commune.pk)


def test_the_figures_keep_programmed_and_granted_apart_and_tell_the_part_of_the_town(lead, setting):
    setting.action()
    setting.action(communes=[setting.cb])
    figures = {row["label"]: (row["value"], row["note"]) for row in commune_page(lead, setting.gs).context["figures"]}

    assert figures["Programmé"] == ("10\u00a0500\u00a0€", "part de la commune\u00a0: 2\u00a0500\u00a0€")
    assert figures["Accordé"] == ("2\u00a0500\u00a0€", "part de la commune\u00a0: 2\u00a0500\u00a0€")
    assert figures["Versé"] == ("–", "part de la commune\u00a0: –")


def test_intercommunal_actions_stand_apart_and_those_of_other_communes_are_left_out(lead, setting):
    own = setting.action("Jardin")
    everywhere = setting.action("Forum", scope="intercommunal")
    everywhere.communes.clear()
    setting.action("Ailleurs", communes=[setting.cb], scope="intercommunal")
    tables = commune_page(lead, setting.gs).context["tables"]

    assert [[row["title"] for row in table["rows"]] for table in tables] == [[own.title], [everywhere.title]]


def test_a_commune_without_referent_says_so_and_one_of_another_cite_does_not_exist(lead, setting):
    assert (
        "Personne n’est référent ou référente de Coudekerque-Branche"
        in commune_page(lead, setting.cb).content.decode()
    )
    assert commune_page(lead, factories.make_commune("Lille")).status_code == 404


def test_next_dates_come_in_order(lead, setting):
    today = timezone.localdate()
    setting.action("Jardin", starts_on=today - timedelta(days=3), ends_on=today + timedelta(days=20))
    exchange = Exchange.objects.create(
        cite=setting.cite,
        kind=ExchangeKind.CALL,
        title="Appel",
        author=setting.lead,
        next_step="Rappeler la mairie",
        next_step_owner=setting.lead.person,
        next_step_due=today + timedelta(days=5),
    )
    exchange.organisations.add(setting.town)
    dates = commune_page(lead, setting.gs).context["dates"]

    assert [(one.kind, one.on) for one in dates] == [
        ("Prochaine étape", today + timedelta(days=5)),
        ("Fin", today + timedelta(days=20)),
    ]


def age(action, days):
    Action.objects.filter(pk=action.pk).update(updated_at=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize(("days", "is_stale"), [(59, False), (61, True)])
def test_a_sheet_is_to_refresh_after_sixty_days_for_the_team_and_the_own_referent(client, setting, days, is_stale):
    age(setting.action("Jardin"), days)
    for user in (setting.lead, setting.referent):
        client.force_login(user)
        assert ("À rafraîchir" in commune_page(client, setting.gs).content.decode()) is is_stale
        listed = client.get(reverse("actions:list"), {"fiches": "a-rafraichir"}).context["listing"]
        assert listed.count == is_stale


def test_freshness_never_changes_the_order_of_the_actions(lead, setting):
    first, second = setting.action("Premier"), setting.action("Second")
    age(first, 10)
    age(second, 200)
    rows = commune_page(lead, setting.gs).context["tables"][0]["rows"]
    assert [row["title"] for row in rows] == ["Premier", "Second"]
    assert lead.get(reverse("actions:list"), {"tri": "updated"}).context["listing"].errors


def test_an_exchange_noted_about_a_sheet_refreshes_it_and_the_task_of_the_referent_vanishes(client, setting):
    action = setting.action("Jardin")
    age(action, 90)
    client.force_login(setting.referent)
    assert "1 fiche à rafraîchir" in client.get("/").content.decode()
    exchange = Exchange.objects.create(
        cite=setting.cite, kind=ExchangeKind.CALL, title="Appel au porteur", author=setting.referent
    )
    exchange.actions.add(action)
    assert "à rafraîchir" not in client.get("/").content.decode()


def test_a_filter_on_freshness_is_not_offered_to_others_and_shows_them_everything(client, setting):
    age(setting.action("Jardin"), 90)
    client.force_login(factories.make_user(setting.cite, Role.FINANCE))
    listing = client.get(reverse("actions:list"), {"fiches": "a-rafraichir"}).context["listing"]
    assert "fiches" not in listing.form.fields
    assert listing.count == 1


# --- Point commune --------------------------------------------------------------------------------


def make_point(setting, commune=None):
    return services.make_commune_point(cite=setting.cite, commune=commune or setting.gs, year=YEAR, actor=setting.lead)


def test_a_point_freezes_what_the_commune_may_read_and_asks_for_two_files(setting, published):
    setting.action("Jardin")
    point, created = make_point(setting)
    setting.action("Plus tard")

    content = CommunePoint.objects.get().content
    assert created
    assert [row["title"] for row in content["actions"]["rows"]] == ["Jardin"]
    assert content["actions"]["rows"][0]["amounts"] == [
        "13\u00a0000,00\u00a0€",
        "10\u00a0500,00\u00a0€",
        "2\u00a0500,00\u00a0€",
        "–",
    ]
    assert content["actions"]["columns"] == ["Demandé", "Programmé", "Accordé", "Versé"]
    names = sorted(link.file.filename for link in point.files.all())
    day = f"{timezone.localdate():%Y-%m-%d}"
    assert names == [f"point-commune-grande-synthe-{day}.docx", f"point-commune-grande-synthe-{day}.pdf"]


def test_a_second_click_on_the_same_state_makes_nothing(lead, setting):
    gesture = reverse("governance:commune_point", args=[setting.gs.pk])
    lead.post(gesture)
    page = lead.post(gesture, follow=True)
    assert CommunePoint.objects.count() == 1
    assert "Rien n’a changé depuis le point du" in page.content.decode()


def test_a_point_holds_no_word_kept_to_the_team_nor_any_freshness(setting):
    action = setting.action("Jardin")
    age(action, 300)
    for audience, step in ((Audience.TEAM, "Secret de l’équipe"), (Audience.NETWORK, "Réserver la salle")):
        exchange = Exchange.objects.create(
            cite=setting.cite,
            kind=ExchangeKind.CALL,
            title="Appel",
            author=setting.lead,
            audience=audience,
            next_step=step,
            next_step_owner=setting.lead.person,
            next_step_due=timezone.localdate() + timedelta(days=2),
        )
        exchange.actions.add(action)
    point, _ = make_point(setting)
    printed = renderers[POINT_KIND](point.files.first().file)

    assert "Réserver la salle" in printed
    assert "Secret de l’équipe" not in printed
    assert "rafraîchir" not in printed


def test_points_of_attention_name_what_is_missing(setting):
    setting.action("Jardin")
    mandate = setting.referent.person.mandates.get()
    mandate.ends_on = timezone.localdate() + timedelta(days=30)
    mandate.save()
    said = " ".join(make_point(setting)[0].content["attention"])
    assert "prend fin le" in said
    assert "à compléter\u00a0: l’objectif, le public, les dates" in said
    assert "Aucune personne n’est référente" in " ".join(make_point(setting, setting.cb)[0].content["attention"])

    factories.make_mandate(
        setting.cite,
        Role.REFERENT,
        organisation=mandate.organisation,
        communes=mandate.communes.all(),
        starts_on=mandate.ends_on + timedelta(days=1),
    )
    assert "prend fin le" not in " ".join(make_point(setting)[0].content["attention"])


# --- The network ----------------------------------------------------------------------------------


def test_every_commune_has_its_row_and_a_referent_of_two_is_in_both(lead, setting):
    both = factories.make_person(last_name="Deuxcommunes")
    factories.make_mandate(setting.cite, Role.REFERENT, person=both, communes=[setting.gs, setting.cb])
    side = setting.cite.sides.get(kind=SideKind.COMMUNES)
    Seat.objects.create(side=side, organisation=setting.town, label="Ville", order=1)
    rows = page(lead, "network").context["communes"]

    assert [row.commune for row in rows] == [setting.gs, setting.cb]
    assert [len(row.referents) for row in rows] == [2, 1]


def test_a_referent_knows_the_freshness_of_the_own_commune_only(client, setting):
    setting.action("Ici")
    setting.action("Là", communes=[setting.cb])
    for user, known in ((setting.referent, {setting.gs}), (setting.lead, {setting.gs, setting.cb})):
        client.force_login(user)
        rows = page(client, "network").context["communes"]
        assert {row.commune for row in rows if row.fresh_at} == known


def letter(setting, **fields):
    return {"recipients": [setting.referent.person.pk], "subject": "Réunion", "body": "Bonjour", **fields}


def send(client, data, query=""):
    return client.post(reverse("governance:network_message") + query, data | {"send": "1"}, follow=True)


def test_a_letter_is_read_again_before_it_leaves(lead, setting):
    address = reverse("governance:network_message")
    preview = lead.post(address, letter(setting))
    assert "Rien n’est encore parti" in preview.content.decode()
    assert not OutgoingMessage.objects.exists()
    again = lead.post(address, letter(setting, modify="1"))
    assert 'value="Réunion"' in again.content.decode()


def test_a_letter_keeps_its_recipients_and_leaves_once(lead, setting, published):
    first = send(lead, letter(setting))
    second = send(lead, letter(setting))

    message = OutgoingMessage.objects.get()
    assert [delivery.email for delivery in message.deliveries.all()] == ["lemaire@exemple.fr"]
    assert message.reply_to == setting.lead.email
    assert "Le message part vers 1 destinataire" in first.content.decode()
    assert "déjà parti vers 1 destinataire" in second.content.decode()
    assert Entry.objects.filter(verb="network.written").count() == 1


def test_somebody_without_address_cannot_be_ticked_and_a_forged_one_is_refused(lead, setting):
    silent = factories.make_person(last_name="Sansadresse")
    factories.make_mandate(setting.cite, Role.INSTITUTION, person=silent)
    text = page(lead, "network_message").content.decode()
    assert "aucune adresse électronique" in text
    assert reverse("partners:person_edit", args=[silent.pk]) in text

    refused = send(lead, letter(setting, recipients=[silent.pk], body="Texte gardé"))
    assert "n’est plus dans le réseau" in refused.content.decode()
    assert "Texte gardé" in refused.content.decode()
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("bad", ["abc", "", "99999999999999999999"])
def test_a_bad_recipient_is_a_sentence_not_a_fault(lead, setting, bad):
    response = send(lead, letter(setting, recipients=[bad]))
    assert response.status_code == 200
    assert not OutgoingMessage.objects.exists()


def test_a_person_in_the_address_is_the_only_one_ticked(lead, setting):
    other = factories.make_person(email="autre@exemple.fr")
    factories.make_mandate(setting.cite, Role.REFERENT, person=other, communes=[setting.cb])
    form = page(lead, "network_message", personne=other.pk).context["form"]
    assert [choice.addressee.person for choice in form.choices if choice.ticked] == [other]


def test_what_is_shared_is_quoted_with_its_page_and_opened_to_the_network(lead, setting, settings):
    settings.SITE_URL = "https://cite.exemple.fr"
    item = LibraryItem.objects.create(
        cite=setting.cite,
        kind=LibraryKind.TOOL,
        title="Modèle de bilan",
        summary="Deux pages.",
        audience=Audience.TEAM,
        created_by=setting.lead,
    )
    first = page(lead, "network_message", document=item.pk)
    body = first.context["form"].initial["body"]
    assert f"https://cite.exemple.fr{reverse('actions:library_item', args=[item.pk])}" in body
    assert "Deux pages." in body

    send(lead, letter(setting), f"?document={item.pk}")
    item.refresh_from_db()
    assert item.audience == Audience.NETWORK


@pytest.mark.parametrize("query", [{"echange": "999"}, {"document": "x"}])
def test_what_the_sender_does_not_read_is_not_shared(lead, setting, query):
    assert page(lead, "network_message", **query).status_code == 404


# --- Constant numbers of queries ------------------------------------------------------------------


def count_queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


@pytest.mark.parametrize("name", ["commune", "network"])
def test_queries_do_not_grow_with_the_rows(lead, setting, name):
    def grow(number):
        for rank in range(number):
            action = setting.action()
            exchange = Exchange.objects.create(
                cite=setting.cite, kind=ExchangeKind.NATIONAL, title=f"E{rank}", lesson="Oui", author=setting.lead
            )
            exchange.actions.add(action)
            person = factories.make_person(email=f"p{action.pk}@exemple.fr")
            factories.make_mandate(setting.cite, Role.REFERENT, person=person, communes=[setting.gs])
            services.write_to_network(
                cite=setting.cite, subject=f"S{action.pk}", body="B", persons=[person], actor=setting.lead
            )
            make_point(setting)

    url = reverse(f"governance:{name}", args=[setting.gs.pk] if name == "commune" else [])
    grow(1)
    few = count_queries(lead, url)
    grow(4)

    assert count_queries(lead, url) == few <= QUERIES


def test_amounts_are_exact(setting):
    action = setting.action()
    plan.make_funding(action, plan.make_source(setting.cite), year=YEAR, programmed=Decimal("0.05"))
    assert make_point(setting)[0].content["figures"][1]["amount"] == "10\u00a0500,05\u00a0€"
