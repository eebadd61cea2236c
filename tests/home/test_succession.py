"""Replacing somebody in one step, by a newcomer or by somebody already known."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from actions.models import Exchange
from cite_educative.common.models import Entry
from cite_educative.documents.registry import renderers
from cite_educative.home.models import Handover
from cite_educative.home.services.handover import hand_over
from governance.enums import BodyKind
from governance.models import Body, BodyMember
from partners.enums import Role
from partners.models import Mandate, Person
from partners.services import PartnersError
from tests.factories import make_cite, make_commune, make_lead, make_mandate, make_organisation, make_person

pytestmark = pytest.mark.django_db
LAST_DAY, NEXT_DAY = date(2026, 12, 31), date(2027, 1, 1)
NEWCOMER = {"civility": "mme", "first_name": "Inès", "last_name": "Lahaye", "email": "ines@exemple.fr"}


@pytest.fixture
def communes():
    return [make_commune("Grande-Synthe"), make_commune("Coudekerque-Branche")]


@pytest.fixture
def cite(communes):
    return make_cite(communes=communes)


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def town():
    return make_organisation("Ville de Grande-Synthe")


@pytest.fixture
def leaver(cite, communes, town):
    person = make_person(first_name="Thomas", last_name="Lemaire", civility="m")
    make_mandate(cite, Role.REFERENT, person=person, organisation=town, communes=communes[:1])
    return person


def handed(lead, cite, leaver, successor=None, **options):
    options.setdefault("mandates", list(leaver.mandates.filter(cite=cite)))
    options.setdefault("leaves_on", LAST_DAY)
    return hand_over(actor=lead, cite=cite, leaver=leaver, successor=successor, **options)


def nothing_was_done(leaver):
    written = Handover.objects.exists() or Person.objects.filter(last_name="Lahaye").exists()
    return not written and not leaver.mandates.filter(ends_on__isnull=False).exists()


def test_a_newcomer_takes_over_in_one_step(client, cite, lead, leaver, communes, town):
    body = Body.objects.create(cite=cite, kind=BodyKind.NETWORK, label="Réseau des référents", code="RR")
    mandate = leaver.mandates.get()
    BodyMember.objects.create(body=body, mandate=mandate)
    client.force_login(lead)
    sent = {"leaves_on": "2026-12-31", "mandates": [mandate.pk], **NEWCOMER}

    answer = client.post(reverse("handover_create", args=[leaver.pk]), sent, follow=True)

    page = answer.content.decode()
    assert "Mme Inès Lahaye prend la suite" in page.replace("</a>", "")
    assert "pas encore de compte" in page
    given = Mandate.objects.get(person__last_name="Lahaye")
    assert (given.role, given.organisation, given.starts_on, given.ends_on) == (Role.REFERENT, town, NEXT_DAY, None)
    assert list(given.communes.all()) == communes[:1]
    assert given.memberships.get().body == body
    assert given.person.email == "ines@exemple.fr"


def test_somebody_of_the_directory_without_any_mandate_left_takes_over(client, cite, lead, leaver):
    former = make_mandate(cite, ends_on=date(2025, 6, 30)).person
    elsewhere = make_mandate(make_cite("amiens")).person
    client.force_login(lead)
    url = reverse("handover_create", args=[leaver.pk])
    sent = {"leaves_on": "2026-12-31", "mandates": [leaver.mandates.get().pk]}

    offered = client.get(url).context["form"].fields["successor"].queryset
    assert former in offered
    assert elsewhere not in offered
    assert client.post(url, sent | {"successor": elsewhere.pk}).status_code == 200
    assert client.post(url, sent | {"successor": former.pk}).status_code == 302
    assert former.mandates.filter(role=Role.REFERENT, starts_on=NEXT_DAY).exists()


def test_the_dossier_says_who_takes_over_what(cite, lead, leaver, town):
    make_mandate(cite, Role.PARTNER, person=leaver, organisation=town, title="Membre du jury")
    referent = leaver.mandates.get(role=Role.REFERENT)

    handover = handed(lead, cite, leaver, identity=NEWCOMER, mandates=[referent])

    html = renderers["handover"](handover.files.first().file)
    assert "Mme Inès Lahaye, à compter du 1er\u00a0janvier\u00a02027" in html
    assert "prend fin sans suite" in html


def test_a_mandate_held_already_is_not_opened_twice_and_its_bodies_follow(cite, lead, leaver, communes, town):
    body = Body.objects.create(cite=cite, kind=BodyKind.NETWORK, label="Réseau des référents", code="RR")
    BodyMember.objects.create(body=body, mandate=leaver.mandates.get())
    own = make_mandate(cite, Role.REFERENT, organisation=town, communes=communes)

    handover = handed(lead, cite, leaver, own.person)

    assert own.person.mandates.get() == own
    assert own.memberships.get().body == body
    assert f"{own.person.formal_name} le tient déjà" in str(handover.content)


def test_a_colleague_who_does_not_follow_the_commune_yet_is_refused(cite, lead, leaver, communes, town):
    own = make_mandate(cite, Role.REFERENT, organisation=town, communes=communes[1:])

    with pytest.raises(PartnersError, match="sans suivre Grande-Synthe"):
        handed(lead, cite, leaver, own.person)

    assert nothing_was_done(leaver)


def test_the_substitute_becomes_titular_of_the_seat(cite, lead):
    seat = cite.sides.first().seats.get()
    titular = make_mandate(cite, Role.PILOT, seat=seat, side=seat.side, organisation=seat.organisation)
    substitute = make_mandate(cite, Role.PILOT, seat=seat, side=seat.side, substitute_of=titular)

    handed(lead, cite, titular.person, substitute.person)

    substitute.refresh_from_db()
    given = Mandate.objects.get(person=substitute.person, starts_on=NEXT_DAY)
    assert substitute.ends_on == LAST_DAY
    assert (given.seat, given.substitute_of) == (seat, None)


def test_the_term_of_a_mandate_is_kept(cite, lead, leaver):
    leaver.mandates.update(ends_on=date(2028, 6, 30))

    handover = handed(lead, cite, leaver, identity=NEWCOMER)

    assert Mandate.objects.get(person__last_name="Lahaye").ends_on == date(2028, 6, 30)
    said = handover.content["owned"][0]["rows"][0][-1]
    assert said == "Mme Inès Lahaye, du 1er\u00a0janvier\u00a02027 au 30\u00a0juin\u00a02028"


def test_two_titulars_on_one_seat_are_refused_and_what_was_typed_is_kept(client, cite, lead):
    seat = cite.sides.first().seats.get()
    held = {"seat": seat, "side": seat.side, "organisation": seat.organisation}
    leaver = make_mandate(cite, Role.PILOT, title="Déléguée", ends_on=date(2027, 2, 28), **held).person
    following = make_mandate(cite, Role.PILOT, starts_on=date(2027, 3, 1), **held)
    Mandate.objects.filter(pk=following.pk).update(starts_on=date(2027, 1, 15))
    client.force_login(lead)
    sent = {"leaves_on": "2026-12-31", "mandates": [leaver.mandates.get().pk], **NEWCOMER}

    page = client.post(reverse("handover_create", args=[leaver.pk]), sent).content.decode()

    assert "ne peut pas être repris" in page
    assert f"est tenu par {following.person.formal_name}" in page
    assert 'value="Lahaye"' in page
    assert leaver.mandates.get().ends_on == date(2027, 2, 28)
    assert not Person.objects.filter(last_name="Lahaye").exists()
    assert not Entry.objects.filter(verb="person.create").exists()


def test_a_newcomer_takes_at_least_one_mandate(cite, lead, leaver):
    with pytest.raises(PartnersError, match="cochez au moins un"):
        handed(lead, cite, leaver, identity=NEWCOMER, mandates=[])

    assert nothing_was_done(leaver)


def test_somebody_known_is_not_entered_twice(cite, lead, leaver):
    known = make_person(first_name="Inès", last_name="Lahaye", email="ines@exemple.fr")
    make_mandate(cite, person=known)

    with pytest.raises(PartnersError, match="est déjà dans l’annuaire"):
        handed(lead, cite, leaver, identity=NEWCOMER)

    handed(lead, cite, leaver, identity=NEWCOMER | {"email": "homonyme@exemple.fr"})
    assert Person.objects.filter(last_name="Lahaye").count() == 2


def test_a_newcomer_sent_twice_is_made_once(cite, lead, leaver):
    first, second = [handed(lead, cite, leaver, identity=NEWCOMER) for _ in range(2)]

    assert first == second
    assert Person.objects.filter(last_name="Lahaye").count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"last_name": "Lahaye"}, "À remplir pour une nouvelle personne."),
        (NEWCOMER | {"successor": "known"}, "pas les deux"),
        (NEWCOMER | {"email": "ines@"}, "adresse"),
        ({"successor": "999999999"}, "Sélectionnez un choix valide"),
    ],
)
def test_an_unclear_successor_is_asked_again(client, cite, lead, leaver, sent, said):
    known = make_mandate(cite).person
    sent = {key: known.pk if value == "known" else value for key, value in sent.items()}
    client.force_login(lead)

    answer = client.post(reverse("handover_create", args=[leaver.pk]), {"leaves_on": "2026-12-31"} | sent)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert nothing_was_done(leaver)


def test_what_is_owed_moves_to_the_newcomer(cite, lead, leaver):
    Exchange.objects.create(cite=cite, title="Appel", author=lead, next_step="Rappeler", next_step_owner=leaver)

    handed(lead, cite, leaver, identity=NEWCOMER)

    assert Exchange.objects.get().next_step_owner.last_name == "Lahaye"


def test_the_only_lead_is_replaced_by_a_newcomer_without_a_day_between(cite, lead):
    today = timezone.localdate()

    handed(lead, cite, lead.person, identity=NEWCOMER, leaves_on=today)

    assert Mandate.objects.get(person__last_name="Lahaye").starts_on == today + timedelta(days=1)
