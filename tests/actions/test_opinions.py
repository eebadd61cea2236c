"""Opinions: asked by letter, given once, read by the team and the pilots alone."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from actions import services
from actions.enums import ActionStatus
from actions.models import Action, Opinion
from cite_educative.common.models import Entry
from partners.enums import Role, SideKind
from partners.models import AccessLink, OutgoingMessage
from partners.services import link_path
from tests.actions.factories import make_action, make_funding, make_source
from tests.factories import make_mandate, make_organisation, make_person, make_user

pytestmark = pytest.mark.django_db

WORDS = "Ce projet double celui du collège voisin"
ANSWER = {"verdict": "reserved", "comment": WORDS, "advised": "4 321"}


def address(name, *args):
    return reverse(f"actions:{name}", args=args)


@pytest.fixture
def action(cite):
    made = make_action(cite, title="Radio", communes=cite.communes.all())
    make_funding(made, make_source(cite), requested="16555.55", proposed="14111.11")
    return made


def ask(action, lead, **fields):
    opinion = Opinion(**{"name": "Mme Experte", "email": "experte@exemple.fr", **fields})
    services.ask_opinions(
        action=action,
        asked=[opinion],
        question="Est-ce utile ?",
        due_on=date(2099, 1, 5),
        subject="Avis",
        body="{lien}",
        actor=lead,
    )
    return opinion


def test_a_side_and_an_expert_are_asked_each_with_its_link(sign_in, cite, lead, action):
    side = cite.sides.get(kind=SideKind.STATE)
    make_mandate(cite, Role.PILOT, side=side, person=make_person(email="prefecture@exemple.fr"))
    client, url = sign_in(lead), address("opinion_ask", action.pk)
    form = client.get(url).context["form"]
    initial = form.initial

    client.post(
        url,
        {
            "recipients": [form.fields["recipients"].choices[0][0]],
            "other_name": "Mme Experte",
            "other_email": "experte@exemple.fr",
            "question": "Est-ce utile ?",
            "due_on": "2099-01-05",
            **initial,
        },
    )

    assert {(opinion.side, opinion.email) for opinion in Opinion.objects.all()} == {
        (side, "prefecture@exemple.fr"),
        (None, "experte@exemple.fr"),
    }
    message = OutgoingMessage.objects.get()
    assert len({delivery.link_id for delivery in message.deliveries.all()}) == 2
    assert "Est-ce utile ?" in message.body


def test_an_expert_answers_once_from_the_link_and_sees_the_request_only(client, lead, action, text_of):
    opinion = ask(action, lead)
    url = link_path(AccessLink.objects.get())

    page = text_of(client.get(url))
    assert "16 555,55" in page
    assert "14 111" not in page
    assert "Ce champ est obligatoire" in text_of(client.post(url, {"verdict": "reserved"}))
    assert client.post(url, ANSWER).status_code == 200

    opinion.refresh_from_db()
    assert (opinion.verdict, opinion.advised, opinion.given_on is not None) == ("reserved", Decimal(4321), True)
    assert client.post(url, {**ANSWER, "verdict": "favourable"}).status_code == 410
    opinion.refresh_from_db()
    assert opinion.verdict == "reserved"


def test_a_pilot_answers_for_the_own_side_and_not_for_another_commune(sign_in, cite, lead, action):
    state, communes = (cite.sides.get(kind=kind) for kind in (SideKind.STATE, SideKind.COMMUNES))
    of_state, of_commune = ask(action, lead, side=state), ask(action, lead, side=communes, email="maire@exemple.fr")
    prefect = make_user(cite, Role.PILOT, side=state)
    mayor = make_user(cite, Role.PILOT, side=communes)

    assert sign_in(mayor).post(address("opinion_answer", of_commune.pk), ANSWER).status_code == 403
    assert sign_in(prefect).post(address("opinion_answer", of_commune.pk), ANSWER).status_code == 403
    sign_in(prefect).post(address("opinion_answer", of_state.pk), ANSWER)

    of_state.refresh_from_db()
    assert (of_state.person, of_state.entered_by, of_state.given_how) == (prefect.person, prefect, "")


def test_the_link_of_an_opinion_given_another_way_is_dead(client, lead, action, text_of):
    opinion = ask(action, lead)
    url = link_path(AccessLink.objects.get())
    services.give_opinion(
        opinion, actor=lead, verdict="favourable", comment="Oui", advised=None, given_how="au téléphone"
    )

    assert client.get(url).status_code == 410


def test_the_team_enters_what_it_received_and_says_how(sign_in, lead, action, text_of):
    client, url = sign_in(lead), address("opinion_enter", action.pk)
    answers = {**ANSWER, "name": "M. Sous-préfet", "given_on": "2026-03-03"}

    assert "Ce champ est obligatoire" in text_of(client.post(url, answers))
    client.post(url, {**answers, "given_how": "par courriel du 3 mars"})

    text = text_of(client.get(address("opinions", action.pk)))
    assert f"reçu par courriel du 3 mars, saisi par {lead}" in text
    assert "favorable avec réserves" in text


def test_an_awaited_opinion_is_withdrawn_with_its_link_a_given_one_stays(client, sign_in, lead, action):
    awaited, kept = ask(action, lead), ask(action, lead, email="b@exemple.fr")
    url = link_path(awaited.link)
    services.give_opinion(kept, actor=lead, verdict="none", comment="", advised=None)
    for opinion in (awaited, kept):
        sign_in(lead).post(address("opinion_withdraw", opinion.pk))

    assert list(Opinion.objects.all()) == [kept]
    client.logout()
    assert client.get(url).status_code == 410


def test_no_one_but_the_team_and_the_pilots_learns_of_an_opinion(sign_in, cite, lead, action, text_of):
    opinion = ask(action, lead, name="Mme Secrète")
    services.give_opinion(opinion, actor=lead, verdict="unfavourable", comment=WORDS, advised=Decimal(4321))
    holder = make_user(cite, Role.HOLDER, organisation=action.holder)
    Action.objects.filter(pk=action.pk).update(status=ActionStatus.RETAINED, published_at="2026-05-01T10:00Z")
    others = [
        holder,
        make_user(cite, Role.REFERENT, communes=cite.communes.all()),
        make_user(cite, Role.INSTITUTION, organisation=action.fundings.get().source.organisation),
        make_user(cite, Role.FINANCE),
        make_user(cite, Role.EVALUATOR),
        make_user(cite, Role.PARTNER),
    ]
    pages = [address(name, action.pk) for name in ("detail", "money", "history", "documents", "opinions")]
    pages += ["/", address("own"), f"{address('list')}?exercice=tous&format=csv", "/recherche/?q=secrete"]

    for user in others:
        client = sign_in(user)
        text = " ".join(text_of(client.get(page)) for page in pages)
        for secret in (WORDS, "4 321", "4321", "Mme Secrète", "éfavorable"):
            assert secret not in text, (user.access.roles, secret)
    assert WORDS in text_of(sign_in(make_user(cite, Role.PILOT)).get(pages[4]))


def test_a_referent_who_was_asked_reads_the_own_opinion_only(sign_in, cite, lead, action, text_of):
    user = make_user(cite, Role.REFERENT, communes=cite.communes.all())
    own = ask(action, lead, person=user.person, email="r@exemple.fr")
    other = ask(action, lead, name="Mme Secrète")
    client = sign_in(user)

    assert client.post(address("opinion_answer", own.pk), ANSWER).status_code == 302
    text = text_of(client.get(address("opinions", action.pk)))
    assert WORDS in text
    assert "Mme Secrète" not in text
    assert client.get(address("opinion_answer", other.pk)).status_code == 404


def test_what_awaits_each_one(sign_in, cite, lead, action, text_of):
    state = cite.sides.get(kind=SideKind.STATE)
    ask(action, lead, side=state)

    assert "Rendre l’avis" in text_of(sign_in(make_user(cite, Role.PILOT, side=state)).get("/"))
    assert "Avis de Mme Experte" in text_of(sign_in(lead).get("/"))
    outsider = make_organisation(cite=cite)
    assert "Rendre l’avis" not in text_of(sign_in(make_user(cite, Role.HOLDER, organisation=outsider)).get("/"))


def test_the_journal_of_the_action_never_tells_an_opinion(lead, action):
    ask(action, lead)

    assert not Entry.objects.about(action).exists()


def test_a_second_click_enters_one_opinion(sign_in, cite, action):
    pilot = make_user(cite, Role.PILOT, side=cite.sides.get(kind=SideKind.STATE))
    client, url = sign_in(pilot), address("opinion_enter", action.pk)
    for answer in (ANSWER, ANSWER, {**ANSWER, "advised": "4 000"}):
        client.post(url, answer)

    assert [opinion.advised for opinion in Opinion.objects.order_by("pk")] == [Decimal(4321), Decimal(4000)]
    assert Entry.objects.filter(verb="opinion.given").count() == 2


def test_a_second_click_asks_once_and_the_first_link_goes_on(client, cite, lead, action):
    for _ in range(2):
        ask(action, lead)
    twin = make_action(cite, title="Radio")
    ask(twin, lead)

    assert [opinion.action for opinion in Opinion.objects.order_by("pk")] == [action, twin]
    assert OutgoingMessage.objects.count() == 2
    assert client.get(link_path(Opinion.objects.get(action=action).link)).status_code == 200


def test_nobody_is_awaited_once_the_request_is_sent_back(sign_in, cite, lead, action, text_of):
    state = cite.sides.get(kind=SideKind.STATE)
    opinion, pilot = ask(action, lead, side=state), make_user(cite, Role.PILOT, side=state)
    Action.objects.filter(pk=action.pk).update(status=ActionStatus.SENT_BACK)

    assert "Rendre l’avis" not in text_of(sign_in(pilot).get("/"))
    answer = sign_in(pilot).post(address("opinion_answer", opinion.pk), ANSWER, follow=True)
    assert "est revenue à son porteur" in text_of(answer)
    opinion.refresh_from_db()
    assert opinion.given_on is None
    page = text_of(sign_in(lead).get(address("opinions", action.pk)))
    assert "Saisir sa réponse" not in page
    assert "Ne plus l’attendre" in page
