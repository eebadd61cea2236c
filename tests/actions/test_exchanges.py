from datetime import timedelta

import pytest
from django.urls import reverse

from actions import services
from actions.enums import Audience, ExchangeKind
from actions.models import Exchange
from cite_educative.common.locks import ConflictError
from cite_educative.common.models import Entry
from partners.enums import OrganisationKind, Role
from partners.models import Mandate, Organisation
from partners.services import PartnersError, add_peer_contact
from tests import factories
from tests.actions.factories import make_action, make_exchange

pytestmark = pytest.mark.django_db
CREATE = "/partenaires/echanges/nouveau/"


@pytest.fixture
def client_of_lead(sign_in, lead):
    return sign_in(lead)


@pytest.fixture
def action(cite):
    return make_action(cite, title="Lire ensemble", holder=factories.make_organisation("Les Mots", cite=cite))


def typed(today, **changes):
    return {"kind": "advice", "held_on": str(today), "title": "Bilan à préparer", "audience": "team", **changes}


def queries(client, url, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# --- Writing --------------------------------------------------------------------------------------


def test_the_form_of_an_action_has_two_of_its_three_fields_filled(client_of_lead, cite, action, lead, today):
    contact = factories.make_mandate(cite, Role.HOLDER, organisation=action.holder).person

    form = client_of_lead.get(f"{CREATE}?action={action.pk}").context["form"]

    first = {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields}
    assert (first["kind"], first["held_on"], first["audience"]) == (ExchangeKind.ADVICE, today, Audience.TEAM)
    assert (first["actions"], first["organisations"]) == ([action.pk], [action.holder_id])
    assert first["next_step_owner"] == lead.person_id
    assert [pk for pk, _ in form.fields["persons"].choices] == [contact.pk]
    assert [name for name, field in form.fields.items() if field.required and not first[name]] == ["title"]


def test_three_fields_make_an_exchange_and_lead_back_to_the_page(client_of_lead, action, lead, today):
    tab = reverse("actions:action_exchanges", args=[action.pk])
    links = {"actions": [action.pk], "organisations": [action.holder_id]}

    response = client_of_lead.post(
        f"{CREATE}?action={action.pk}", typed(today, next=tab, next_step_owner=lead.person_id, **links)
    )

    assert response.headers["Location"] == tab
    exchange = Exchange.objects.get()
    assert (exchange.author, exchange.title, exchange.next_step_owner) == (lead, "Bilan à préparer", None)
    assert ([*exchange.actions.all()], [*exchange.organisations.all()]) == ([action], [action.holder])
    assert Entry.objects.about(exchange).get().verb == "exchange.created"
    for page in (tab, reverse("actions:organisation_exchanges", args=[action.holder_id])):
        assert "Bilan à préparer" in client_of_lead.get(page).content.decode()


def test_a_second_click_notes_one_exchange(client_of_lead, action, today):
    pages = [client_of_lead.post(CREATE, typed(today, actions=[action.pk])).headers["Location"] for _ in range(2)]

    exchange = Exchange.objects.get()
    assert pages == [reverse("actions:exchange", args=[exchange.pk])] * 2
    assert Entry.objects.about(exchange).count() == 1
    client_of_lead.post(CREATE, typed(today))
    assert [row.actions.count() for row in Exchange.objects.order_by("pk")] == [1, 0]


def test_another_site_is_never_the_page_to_come_back_to(client_of_lead, today):
    response = client_of_lead.post(CREATE, typed(today, next="https://ailleurs.example/"))

    assert response.headers["Location"] == reverse("actions:exchange", args=[Exchange.objects.get().pk])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Ce champ est obligatoire"),
        ({"held_on": "pas une date"}, "Cette date est illisible"),
        ({"held_on": "2090-01-01"}, "Un échange a déjà eu lieu"),
        ({"next_step_due": "2026-12-01"}, "Dites ce qui est à faire pour cette date."),
        ({"next_step": "Rappeler"}, "Choisissez qui s’en charge."),
        ({"audience": "planet"}, "Sélectionnez un choix valide"),
        ({"actions": ["999999999999999999999"]}, "n’est pas une valeur correcte"),
        ({"add_person": "x"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_entry_is_explained_and_nothing_is_lost_or_written(client_of_lead, today, changes, sentence):
    response = client_of_lead.post(CREATE, typed(today, summary="Mot à mot gardé", **changes))

    text = response.content.decode()
    assert response.status_code == 200
    assert sentence in text
    assert "Mot à mot gardé" in text
    assert not Exchange.objects.exists()


def test_what_the_lists_name_is_ticked_and_then_written(client_of_lead, cite, action, today):
    person = factories.make_mandate(cite).person

    page = client_of_lead.post(CREATE, typed(today, title="", add="1", add_action=action.pk, add_person=person.pk))

    form = page.context["form"]
    assert not form.is_bound
    assert [pk for pk, _ in form.fields["organisations"].choices] == [action.holder_id]
    client_of_lead.post(CREATE, typed(today, persons=[person.pk], add_action=action.pk))
    exchange = Exchange.objects.get()
    assert ([*exchange.persons.all()], [*exchange.actions.all()]) == ([person], [action])


def test_a_referent_quotes_followed_actions_only_and_opens_circles_that_hold_the_referent(sign_in, cite, today):
    dunkerque, grande_synthe = cite.communes.order_by("name")
    own, other = make_action(cite, communes=[grande_synthe]), make_action(cite, communes=[dunkerque])
    client = sign_in(factories.make_user(cite, Role.REFERENT, communes=[grande_synthe]))

    fields = client.get(CREATE).context["form"].fields
    refused = client.post(CREATE, typed(today, audience="network", actions=[other.pk]))

    assert {pk for pk, _ in fields["add_action"].choices} == {"", own.pk}
    assert [value for value, _ in fields["audience"].choices] == ["network", "holder", "members"]
    assert "actions" in refused.context["form"].errors
    assert client.post(CREATE, typed(today, audience="network", actions=[own.pk])).status_code == 302


def test_what_an_address_names_and_one_may_not_see_is_not_found(client_of_lead):
    stranger = make_action(factories.make_cite("amiens"))

    for query in (f"?action={stranger.pk}", "?action=x", "?organisme=0", "?personne=999999999999999999999"):
        assert client_of_lead.get(CREATE + query).status_code == 404


# --- Changing -------------------------------------------------------------------------------------


def test_two_who_change_an_exchange_see_both_versions(client_of_lead, cite, today):
    exchange = make_exchange(cite, "Visite")
    url = reverse("actions:exchange_update", args=[exchange.pk])
    client_of_lead.post(url, typed(today, title="Visite du collège", version=1))

    response = client_of_lead.post(url, typed(today, title="Visite de l’école", version=1))

    assert response.status_code == 409
    shown = {field["label"]: field for field in response.context["conflict"]["fields"]}
    assert (shown["Objet"]["mine"], shown["Objet"]["theirs"]) == ("Visite de l’école", "Visite du collège")
    again = client_of_lead.post(url, typed(today, title="Visite de l’école", version=2))
    exchange.refresh_from_db()
    assert (again.status_code, exchange.title, exchange.version) == (302, "Visite de l’école", 3)


def test_the_author_changes_it_without_losing_links_that_she_may_not_see(sign_in, cite, today):
    commune = cite.communes.get(name="Grande-Synthe")
    referent = factories.make_user(cite, Role.REFERENT, communes=[commune])
    hidden = make_action(cite, title="Action d’ailleurs")
    exchange = make_exchange(cite, author=referent, actions=[hidden], audience=Audience.TEAM)
    url = reverse("actions:exchange_update", args=[exchange.pk])
    client = sign_in(referent)

    assert "Action d’ailleurs" not in client.get(url).content.decode()
    response = client.post(url, typed(today, version=1, audience="team"))

    assert response.status_code == 302
    assert [*exchange.actions.all()] == [hidden]


def test_a_next_step_is_done_once_and_another_one_is_to_be_done_again(cite, lead):
    exchange = make_exchange(cite, next_step="Rappeler", next_step_owner=lead.person)

    assert services.mark_next_step(exchange, actor=lead, done=True)
    assert not services.mark_next_step(exchange, actor=lead, done=True)
    assert Entry.objects.about(exchange).count() == 1
    done = Exchange.objects.get()
    assert done.next_step_done_on is not None
    with pytest.raises(ConflictError):
        services.update_exchange(exchange, actor=lead, version=1, title="Autre")
    services.update_exchange(done, actor=lead, version=2, next_step="Écrire")
    assert Exchange.objects.to_do().get().next_step == "Écrire"


def test_who_owes_the_next_step_marks_it_done(sign_in, cite, lead):
    referent = factories.make_user(cite, Role.REFERENT, communes=cite.communes.all())
    exchange = make_exchange(cite, author=lead, next_step="Rappeler", next_step_owner=referent.person)
    client = sign_in(referent)

    response = client.post(reverse("actions:exchange_done", args=[exchange.pk]))

    assert response.status_code == 302
    assert not Exchange.objects.to_do().exists()
    assert client.get(reverse("actions:exchange_update", args=[exchange.pk])).status_code == 403


def test_sharing_opens_to_the_network_and_never_closes(cite, lead):
    kept, open_ = make_exchange(cite), make_exchange(cite, audience=Audience.MEMBERS)

    assert services.share_with_network(kept, actor=lead)
    assert not services.share_with_network(kept, actor=lead)
    assert not services.share_with_network(open_, actor=lead)
    assert [*Exchange.objects.order_by("pk").values_list("audience", flat=True)] == ["network", "members"]


# --- Reading --------------------------------------------------------------------------------------


def test_a_holder_who_owes_a_next_step_reads_nothing_more_for_it(cite, lead, action):
    holder = factories.make_user(cite, Role.HOLDER, organisation=action.holder)
    make_exchange(cite, author=lead, actions=[action], next_step="Rappeler", next_step_owner=holder.person)

    assert not Exchange.objects.visible_to(holder).exists()


def test_an_author_who_keeps_the_journal_no_more_reads_as_the_others(cite):
    author = factories.make_user(cite, Role.REFERENT, communes=cite.communes.all())
    exchange = make_exchange(cite, author=author)
    assert Exchange.objects.visible_to(author).get() == exchange

    Mandate.objects.filter(person=author.person).update(role=Role.PARTNER)

    assert not Exchange.objects.visible_to(type(author).objects.get(pk=author.pk)).exists()


def test_a_referent_reads_what_concerns_an_organisation_of_the_commune(cite, lead):
    dunkerque, grande_synthe = cite.communes.order_by("name")
    near = factories.make_organisation(cite=cite, communes=[grande_synthe])
    far = factories.make_organisation(cite=cite, communes=[dunkerque])
    for organisation in (near, far):
        make_exchange(cite, organisation.name, author=lead, audience=Audience.NETWORK, organisations=[organisation])
    referent = factories.make_user(cite, Role.REFERENT, communes=[grande_synthe])

    assert [exchange.title for exchange in Exchange.objects.visible_to(referent)] == [near.name]


def test_a_referent_reads_nothing_of_the_action_of_another_commune_for_its_holder(sign_in, cite, lead, text_of):
    dunkerque, grande_synthe = cite.communes.order_by("name")
    near = factories.make_organisation(cite=cite, communes=[grande_synthe])
    far = make_action(cite, holder=near, communes=[dunkerque])
    followed = make_action(cite, holder=near, communes=[grande_synthe])
    shared = {"author": lead, "audience": Audience.NETWORK, "organisations": [near]}
    hidden = make_exchange(cite, "Ailleurs", actions=[far], summary="Mot caché", **shared)
    both = make_exchange(cite, "Les deux", actions=[far, followed], **shared)
    referent = factories.make_user(cite, Role.REFERENT, communes=[grande_synthe])
    institution = factories.make_user(cite, Role.INSTITUTION, organisation=near)

    assert [*Exchange.objects.visible_to(referent)] == [both]
    assert not Exchange.objects.visible_to(institution).exists()
    client = sign_in(referent)
    assert client.get(reverse("actions:exchange", args=[hidden.pk])).status_code == 404
    assert "Mot caché" not in text_of(client.get(reverse("actions:exchanges")))


def test_a_holder_reads_nothing_of_the_action_of_another_holder(cite, lead, action):
    own = factories.make_organisation("Voile pour tous", cite=cite)
    held = make_action(cite, holder=own)
    shared = {"author": lead, "audience": Audience.HOLDER, "organisations": [own]}
    make_exchange(cite, "Action d’autrui", actions=[action], **shared)
    make_exchange(cite, "Les deux actions", actions=[action, held], **shared)
    make_exchange(cite, "L’organisme seul", **shared)
    holder = factories.make_user(cite, Role.HOLDER, organisation=own)

    titles = {exchange.title for exchange in Exchange.objects.visible_to(holder)}
    assert titles == {"Les deux actions", "L’organisme seul"}


def test_the_list_filters_and_costs_the_same_with_one_and_many(
    client_of_lead, cite, lead, action, today, django_assert_max_num_queries
):
    def make(title, **fields):
        persons = [factories.make_mandate(cite).person]
        return make_exchange(
            cite, title, author=lead, actions=[action], organisations=[action.holder], persons=persons, **fields
        )

    owner = {"next_step": "Rappeler", "next_step_owner": lead.person}
    make("En retard", next_step_due=today - timedelta(days=3), **owner)
    url = reverse("actions:exchanges")
    one = queries(client_of_lead, url, django_assert_max_num_queries)
    make("À faire", next_step_due=today + timedelta(days=3), kind=ExchangeKind.VISIT, **owner)
    make("Faite", next_step_done_on=today, held_on=today, **owner)
    make_exchange(cite, "Sans suite", author=factories.make_user(cite, Role.CO_LEAD))

    assert queries(client_of_lead, url, django_assert_max_num_queries) == one
    assert one <= 12  # five of them are the frame’s
    for query, titles in {
        "suite=a-faire": {"En retard", "À faire"},
        "suite=en-retard": {"En retard"},
        "suite=faite": {"Faite"},
        "nature=visit": {"À faire"},
        f"action={action.pk}": {"En retard", "À faire", "Faite"},
        f"organisme={action.holder_id}": {"En retard", "À faire", "Faite"},
        f"auteur={lead.pk}": {"En retard", "À faire", "Faite"},
        f"personne={lead.person_id}": {"En retard", "À faire", "Faite"},
        f"du={today}": {"Faite"},
        "q=sans+suite": {"Sans suite"},
        "organisme=x": set(),
    }.items():
        rows = client_of_lead.get(f"{url}?{query}").context["listing"].rows
        assert {row.cells[0].text for row in rows} == titles, query


@pytest.mark.parametrize("tab", ["action", "organisation", "person"])
def test_a_tab_costs_the_same_with_one_and_many(
    client_of_lead, cite, lead, action, django_assert_max_num_queries, tab
):
    person = factories.make_mandate(cite, organisation=action.holder).person
    url = {
        "action": reverse("actions:action_exchanges", args=[action.pk]),
        "organisation": reverse("actions:organisation_exchanges", args=[action.holder_id]),
        "person": reverse("actions:person_exchanges", args=[person.pk]),
    }[tab]
    links = {"actions": [action], "organisations": [action.holder], "persons": [person], "author": lead}
    make_exchange(cite, **links)
    one = queries(client_of_lead, url, django_assert_max_num_queries)
    for _ in range(4):
        make_exchange(cite, **links)

    assert queries(client_of_lead, url, django_assert_max_num_queries) == one


def test_next_steps_await_their_owner_until_they_are_done(client_of_lead, cite, lead, today):
    def titles():
        page = client_of_lead.get(reverse("home"))
        return [task.title for _, tasks in page.context["groups"] for task in tasks]

    owner = {"author": lead, "next_step_owner": lead.person}
    exchange = make_exchange(cite, next_step="Rappeler le collège", next_step_due=today, **owner)
    make_exchange(cite, next_step="L’an prochain", next_step_due=today + timedelta(days=200), **owner)
    assert "Rappeler le collège" in titles()
    assert "L’an prochain" not in titles()

    services.mark_next_step(exchange, actor=lead, done=True)

    assert "Rappeler le collège" not in titles()


# --- National network -----------------------------------------------------------------------------


def test_a_contact_of_another_cite_is_a_partner_of_an_organisation_known_once(client_of_lead, cite, lead):
    identity = {"civility": "mme", "first_name": "Maud", "last_name": "Keller", "email": "maud@exemple.fr"}

    response = client_of_lead.post(reverse("actions:peer_create"), {"name": "Cité éducative du Val", **identity})

    mandate = Mandate.objects.get(person__last_name="Keller")
    assert response.headers["Location"] == reverse("actions:national")
    assert (mandate.role, mandate.organisation.kind) == (Role.PARTNER, OrganisationKind.PEER_CITE)
    assert "maud@exemple.fr" in client_of_lead.get(reverse("actions:national")).content.decode()
    other = {"civility": "m", "first_name": "Samir", "last_name": "Aït"}
    add_peer_contact(actor=lead, cite=cite, identity=other, name="cite educative du VAL")
    assert Organisation.objects.filter(kind=OrganisationKind.PEER_CITE).count() == 1
    with pytest.raises(PartnersError, match="a déjà ce rôle"):
        add_peer_contact(actor=lead, cite=cite, identity=other, name="Cité éducative du Val")


def test_a_contact_needs_a_cite(client_of_lead):
    page = client_of_lead.post(reverse("actions:peer_create"), {"civility": "m", "first_name": "A", "last_name": "B"})

    assert "Choisissez une Cité éducative dans la liste, ou donnez son nom." in page.content.decode()
