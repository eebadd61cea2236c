from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.journal import entries_for
from partners import services, tenure
from partners.enums import Role, SideKind
from partners.models import Mandate, MissionLetter, Seat, User
from tests.factories import (
    make_cite,
    make_commune,
    make_lead,
    make_mandate,
    make_organisation,
    make_person,
    make_seat,
    make_user,
)
from tests.governance.factories import make_action

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = timedelta(days=1)
PDF = b"%PDF-1.7\n"


@pytest.fixture
def cite():
    return make_cite(communes=[make_commune("Dunkerque"), make_commune("Grande-Synthe")])


@pytest.fixture
def lead(cite, client):
    user = make_lead(cite)
    client.force_login(user)
    return user


@pytest.fixture
def seat(cite):
    return cite.sides.first().seats.get()


def text(response):
    return response.content.decode()


def correct(mandate, lead, **changes):
    values = {name: getattr(mandate, name) for name in ("title", "starts_on", "ends_on", "rank")}
    return services.update_mandate(
        actor=lead, mandate=mandate, **{**values, "communes": mandate.communes.all(), **changes}
    )


# --- Rights follow active mandates ----------------------------------------------------------------

PAGES = ["partners:list", "partners:troika", "actions:finances", "governance:home", "partners:mandates"]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "opens"),
    [
        (TODAY - 30 * DAY, TODAY - DAY, False),
        (TODAY - 30 * DAY, TODAY, True),
        (TODAY, None, True),
        (TODAY + DAY, None, False),
    ],
    ids=["ended yesterday", "ends today", "begins today", "begins tomorrow"],
)
def test_a_mandate_opens_from_its_first_to_its_last_day(cite, client, starts_on, ends_on, opens):
    client.force_login(make_user(cite, Role.LEAD, starts_on=starts_on, ends_on=ends_on))

    codes = {name: client.get(reverse(name)).status_code for name in PAGES}

    assert set(codes.values()) == ({200} if opens else {404}), codes


def test_an_ended_mandate_empties_the_plan_and_closes_the_sheets(cite, lead, client):
    action = make_action(cite, 1, actor=lead, title="Lire au parc")
    client.force_login(make_user(cite, Role.PILOT, ends_on=TODAY - DAY))

    assert "Lire au parc" not in text(client.get(reverse("actions:list")))
    assert "Lire au parc" not in text(client.get(reverse("search"), {"q": "parc"}))
    assert client.get(reverse("actions:detail", args=[action.pk])).status_code == 404


def test_an_open_session_loses_its_rights_at_the_next_request(cite, lead):
    member = make_user(cite, Role.CO_LEAD, starts_on=TODAY - 30 * DAY)
    browser = Client()
    browser.force_login(member)
    assert browser.get(reverse("partners:mandates")).status_code == 200

    services.end_mandate(actor=lead, mandate=member.person.mandates.get(), ends_on=TODAY - DAY)

    assert browser.get(reverse("partners:mandates")).status_code == 404
    assert browser.post(reverse("partners:protocol"), {}).status_code == 404


def test_one_ended_mandate_leaves_what_the_other_gives(cite):
    user = make_user(cite, Role.LEAD, ends_on=TODAY - DAY)
    make_mandate(cite, Role.READER, person=user.person)

    access = User.objects.get(pk=user.pk).access

    assert access.roles == {cite.pk: {Role.READER}}


# --- Correcting -----------------------------------------------------------------------------------


def test_a_correction_is_journalled_with_what_was_there(cite, lead):
    mandate = make_mandate(cite, Role.FINANCE, title="comptable", ends_on=TODAY + 10 * DAY)

    changed = correct(mandate, lead, title="responsable financière", ends_on=TODAY + 400 * DAY)

    entry = entries_for(mandate).first()
    assert changed == ["title", "ends_on"]
    assert entry.before == {"title": "comptable", "ends_on": str(TODAY + 10 * DAY)}
    assert entry.after == {"title": "responsable financière", "ends_on": str(TODAY + 400 * DAY)}


def test_a_correction_that_changes_nothing_is_not_told(cite, lead):
    mandate = make_mandate(cite, Role.FINANCE)

    assert correct(mandate, lead) == []
    assert not entries_for(mandate).exists()


def test_a_corrected_mandate_ends_after_it_begins(cite, lead, client):
    mandate = make_mandate(cite, Role.FINANCE, starts_on=TODAY, title="comptable")
    url = reverse("partners:mandate_edit", args=[mandate.pk])

    page = text(client.post(url, {"title": "autre", "starts_on": TODAY, "ends_on": TODAY - DAY, "rank": 3}))

    assert page.count("Un mandat ne peut pas finir avant d’avoir commencé.") >= 1
    assert 'value="autre"' in page
    mandate.refresh_from_db()
    assert (mandate.title, mandate.ends_on) == ("comptable", None)


def test_two_titulars_never_share_a_seat_by_a_correction(cite, lead, seat):
    make_mandate(cite, Role.PILOT, seat=seat, starts_on=TODAY)
    former = make_mandate(cite, Role.PILOT, seat=seat, starts_on=TODAY - 400 * DAY, ends_on=TODAY - DAY)

    with pytest.raises(services.PartnersError, match="est tenu par"):
        correct(former, lead, ends_on=None)

    former.refresh_from_db()
    assert former.ends_on == TODAY - DAY


def test_substitutes_follow_their_titular(cite, lead, seat):
    end = TODAY + 20 * DAY
    titular = make_mandate(cite, Role.PILOT, seat=seat, ends_on=end)
    first = make_mandate(cite, Role.PILOT, seat=seat, substitute_of=titular, ends_on=end)
    second = make_mandate(cite, Role.PILOT, seat=seat, substitute_of=titular, ends_on=TODAY + 5 * DAY)

    correct(titular, lead, ends_on=TODAY + 300 * DAY)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.ends_on, second.ends_on) == (TODAY + 300 * DAY, TODAY + 5 * DAY)

    correct(titular, lead, ends_on=TODAY + 2 * DAY)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.ends_on, second.ends_on) == (TODAY + 2 * DAY, TODAY + 2 * DAY)


def test_a_titular_is_not_cut_before_a_substitution_begins(cite, lead, seat):
    titular = make_mandate(cite, Role.PILOT, seat=seat)
    make_mandate(cite, Role.PILOT, seat=seat, substitute_of=titular, starts_on=TODAY + 10 * DAY)

    with pytest.raises(services.PartnersError, match="serait hors du mandat") as refusal:
        correct(titular, lead, ends_on=TODAY)

    assert refusal.value.field == "ends_on"


def test_a_substitute_ends_with_the_titular_and_not_later(cite, lead, seat):
    titular = make_mandate(cite, Role.PILOT, seat=seat, ends_on=TODAY + 30 * DAY)
    given = {"actor": lead, "cite": cite, "role": Role.PILOT, "starts_on": TODAY, "substitute_of": titular}

    substitute = services.open_mandate(person=make_person(), **given)

    assert substitute.ends_on == titular.ends_on
    with pytest.raises(services.PartnersError, match="au plus tard ce jour-là"):
        services.open_mandate(person=make_person(), ends_on=TODAY + 31 * DAY, **given)


def test_a_referent_keeps_at_least_one_commune(cite, lead, client):
    first, second = cite.communes.all()
    mandate = make_mandate(cite, Role.REFERENT, communes=[first])
    url = reverse("partners:mandate_edit", args=[mandate.pk])
    dates = {"starts_on": mandate.starts_on, "rank": 100}

    assert "suit au moins une commune" in text(client.post(url, dates))
    client.post(url, dates | {"communes": [first.pk, second.pk]})

    assert set(mandate.communes.all()) == {first, second}


# --- Seats ----------------------------------------------------------------------------------------


def test_a_commune_has_one_seat_and_the_page_says_why(cite, lead, client):
    side = cite.sides.get(kind=SideKind.COMMUNES)
    town = side.seats.get().organisation
    typed = {"side": side.pk, "organisation": town.pk, "label": "Un second siège"}

    page = text(client.post(reverse("partners:seat_create"), typed))

    assert "Une commune n’a qu’une voix" in page
    assert 'value="Un second siège"' in page
    assert side.seats.count() == 1


def test_another_side_may_have_several_seats_for_one_organisation(cite, lead, seat):
    services.create_seat(actor=lead, side=seat.side, organisation=seat.organisation, label="Coordination")

    assert seat.side.seats.count() == 2


def test_the_timeline_shows_titulars_substitutes_and_gaps(cite, seat):
    first = make_mandate(
        cite, Role.PILOT, seat=seat, starts_on=TODAY - 400 * DAY, ends_on=TODAY - 301 * DAY, title="rectrice"
    )
    second = make_mandate(cite, Role.PILOT, seat=seat, starts_on=TODAY - 200 * DAY, ends_on=TODAY - 101 * DAY)
    make_mandate(cite, Role.PILOT, seat=seat, substitute_of=first, starts_on=first.starts_on, ends_on=first.ends_on)

    spans = tenure.seat_timeline(seat, today=TODAY)

    assert [span.pk for span in spans] == [None, second.pk, None, first.pk]
    assert spans[0].period.startswith("depuis le")
    assert len(spans[3].substitutes) == 1
    assert spans[3].quality == "rectrice"


def test_titulars_who_follow_each_other_leave_no_gap(cite, seat):
    make_mandate(cite, Role.PILOT, seat=seat, starts_on=TODAY - 400 * DAY, ends_on=TODAY - DAY)
    make_mandate(cite, Role.PILOT, seat=seat, starts_on=TODAY)

    assert all(span.pk for span in tenure.seat_timeline(seat, today=TODAY))


def test_a_seat_that_somebody_holds_is_not_closed(cite, lead, seat, client):
    held = make_mandate(cite, Role.PILOT, seat=seat)

    page = text(client.post(reverse("partners:seat_close", args=[seat.pk]), {"closed_on": TODAY}))

    assert held.person.formal_name in page
    assert "terminez d’abord ce mandat" in page
    seat.refresh_from_db()
    assert seat.closed_on is None


def test_a_closed_seat_leaves_the_troika_and_keeps_its_history(cite, lead, seat, client):
    make_mandate(cite, Role.PILOT, seat=seat, person=make_person(last_name="Ancienne"), ends_on=TODAY - DAY)

    client.post(reverse("partners:seat_close", args=[seat.pk]), {"closed_on": TODAY})

    client.get(reverse("home"))  # says what was done
    assert seat.label not in text(client.get(reverse("partners:troika")))
    assert "Ancienne" in text(client.get(reverse("partners:seat", args=[seat.pk])))
    with pytest.raises(services.PartnersError, match="est clos depuis"):
        services.open_mandate(actor=lead, cite=cite, person=make_person(), role=Role.PILOT, seat=seat, starts_on=TODAY)
    client.post(reverse("partners:seat_reopen", args=[seat.pk]))
    client.get(reverse("home"))
    assert seat.label in text(client.get(reverse("partners:troika")))


def test_a_seat_that_nobody_held_is_deleted(cite, lead, seat, client):
    client.post(reverse("partners:seat_close", args=[seat.pk]), {"closed_on": TODAY})

    assert not Seat.objects.filter(pk=seat.pk).exists()


def test_a_seat_is_not_reopened_beside_the_one_that_took_its_voice(cite, lead):
    side = cite.sides.get(kind=SideKind.COMMUNES)
    former = side.seats.get()
    make_mandate(cite, Role.PILOT, seat=former, side=side, ends_on=TODAY - 10 * DAY)
    services.close_seat(actor=lead, seat=former, closed_on=TODAY)
    services.create_seat(actor=lead, side=side, organisation=former.organisation, label="Maire")

    with pytest.raises(services.PartnersError, match="n’a qu’une voix"):
        services.reopen_seat(actor=lead, seat=former)


def test_a_seat_takes_its_place_among_the_others(cite, lead, seat):
    for number in (2, 3):
        make_seat(seat.side, label=f"Siège {number}", order=number)

    services.update_seat(actor=lead, seat=seat, label="Dernier", place=9)

    assert list(seat.side.seats.values_list("label", "order")) == [("Siège 2", 1), ("Siège 3", 2), ("Dernier", 3)]


# --- The list -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Actuelle", "Finissant"}),
        ("etat=coming", {"Prochaine"}),
        ("etat=ended", {"Passée"}),
        ("etat=ending", {"Finissant"}),
        ("etat=all", {"Actuelle", "Finissant", "Prochaine", "Passée"}),
        ("role=referent&etat=all", {"Prochaine"}),
        ("q=mediatheque", {"Actuelle"}),
        ("q=mediatheque&role=referent", set()),
    ],
)
def test_mandates_are_filtered(cite, lead, client, query, expected):
    library = make_organisation("Médiathèque de la Dune", cite=cite)
    rows = {
        "Actuelle": {"role": Role.PARTNER, "organisation": library},
        "Finissant": {"role": Role.FINANCE, "ends_on": TODAY + 60 * DAY},
        "Prochaine": {"role": Role.REFERENT, "starts_on": TODAY + DAY, "communes": cite.communes.all()},
        "Passée": {"role": Role.PARTNER, "ends_on": TODAY - DAY},
    }
    for name, fields in rows.items():
        make_mandate(cite, fields.pop("role"), person=make_person(last_name=name), **fields)

    response = client.get(f"{reverse('partners:mandates')}?{query}{'&' if query else ''}format=csv")
    export = response.getvalue().decode("utf-8-sig")

    assert {name for name in rows if name in export} == expected


def test_mandates_are_in_protocol_order_and_those_ending_are_announced(cite, lead, client):
    sides = list(cite.sides.all())
    for name, side in (("Quatrième", sides[3]), ("Premier", sides[0])):
        make_mandate(cite, Role.PILOT, person=make_person(last_name=name), side=side, seat=side.seats.get())
    make_mandate(cite, Role.FINANCE, person=make_person(last_name="Abeille"), ends_on=TODAY + 59 * DAY)

    page = text(client.get(reverse("partners:mandates")))
    table = page[page.index("<table") :]

    assert table.index("Premier") < table.index("Quatrième") < table.index("Abeille")
    assert "1 mandat prend fin dans les soixante jours." in page


def test_the_role_stands_under_the_person_and_the_export_keeps_its_columns(cite, lead, client):
    title = "Coordonnatrice du réseau d’éducation prioritaire renforcée"
    person = make_person(civility="mme", first_name="Ana", last_name="Roy")
    make_mandate(cite, Role.FINANCE, person=person, title=title, ends_on=TODAY + DAY)

    table = text(client.get(reverse("partners:mandates"))).partition("<tbody")[2]
    row = next(row for row in table.split("<tr") if "Ana Roy" in row)
    export = client.get(f"{reverse('partners:mandates')}?format=csv").getvalue().decode("utf-8-sig")

    assert '<span class="sous">responsable financière</span></th>' in row
    assert f"<span>{title}</span>" in row
    assert "Se termine bientôt" in row
    header = export.splitlines()[0]
    assert all(word in header for word in ("Rôle", "Qualité", "État", "Lettre de mission"))
    assert "État, lettre" not in header


def test_more_mandates_cost_no_more_queries(cite, lead, client, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(40) as captured:
            assert client.get(reverse("partners:mandates")).status_code == 200
        return len(captured)

    def more():
        make_mandate(cite, Role.REFERENT, communes=cite.communes.all(), ends_on=TODAY + DAY)

    client.get(reverse("partners:mandates"))
    more()
    few = count()
    for _ in range(4):
        more()

    assert count() == few


# --- Mission letters ------------------------------------------------------------------------------


def drop(client, mandate, name="lettre.pdf", content=PDF, **data):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("partners:mission_letter_create", args=[mandate.pk]), {"file": file, **data})


def test_a_letter_is_added_and_the_old_one_stays(cite, lead, client):
    mandate = make_mandate(cite, Role.CO_LEAD)

    for name in ("2024.pdf", "2026.pdf"):
        assert drop(client, mandate, name, signed_on="02/09/2024").status_code == 302

    page = text(client.get(reverse("partners:person", args=[mandate.person_id])))
    assert page.index("2026.pdf") < page.index("2024.pdf")
    assert "signée le 2\u00a0septembre\u00a02024" in page
    letter = MissionLetter.objects.first()
    response = client.get(reverse("partners:mission_letter", args=[letter.pk]))
    assert response.getvalue() == PDF
    assert response["Content-Disposition"] == 'attachment; filename="2024.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "content", "data", "sentence"),
    [
        ("lettre.exe", b"MZ", {}, "n’est pas une lettre"),
        ("lettre.xlsx", b"PK\x03\x04", {}, "n’est pas une lettre"),
        ("lettre.pdf", b"<html>", {}, "Le contenu de ce fichier n’est pas celui d’un fichier .pdf"),
        ("lettre.pdf", PDF + b"0" * (10 * 1024 * 1024), {}, "dépasse 10"),
        ("lettre.pdf", PDF, {"signed_on": TODAY + DAY}, "Cette date est à venir"),
        ("lettre.pdf", PDF, {"signed_on": "hier"}, "Cette date est illisible"),
    ],
    ids=["program", "spreadsheet", "disguised", "too large", "to come", "unreadable"],
)
def test_what_is_no_letter_is_refused(cite, lead, client, name, content, data, sentence):
    mandate = make_mandate(cite, Role.CO_LEAD)

    page = text(drop(client, mandate, name, content, **data))

    assert sentence in page
    assert not MissionLetter.objects.exists()


def test_the_person_concerned_reads_her_letter_as_long_as_she_acts(cite, lead):
    member = make_user(cite, Role.FINANCE)
    mandate = member.person.mandates.get()
    letter = services.add_mission_letter(actor=lead, mandate=mandate, file=ContentFile(PDF, name="a.pdf"))
    browser = Client()
    browser.force_login(member)
    url = reverse("partners:mission_letter", args=[letter.pk])
    assert browser.get(url).getvalue() == PDF

    Mandate.objects.filter(pk=mandate.pk).update(ends_on=TODAY - DAY)

    assert browser.get(url).status_code == 404


def test_a_lost_file_is_a_404(cite, lead, client):
    mandate = make_mandate(cite, Role.CO_LEAD)
    letter = services.add_mission_letter(actor=lead, mandate=mandate, file=ContentFile(PDF, name="a.pdf"))
    letter.file.storage.delete(letter.file.name)

    assert client.get(reverse("partners:mission_letter", args=[letter.pk])).status_code == 404


# --- Announced ------------------------------------------------------------------------------------


def test_an_ending_mandate_awaits_the_lead_until_somebody_takes_over(cite, lead, client, seat):
    ending = make_mandate(cite, Role.PILOT, seat=seat, ends_on=TODAY + 60 * DAY)
    make_mandate(cite, Role.FINANCE, ends_on=TODAY + 61 * DAY)
    title = f"Mandat de {ending.person.formal_name}"
    page = text(client.get(reverse("home")))
    assert title in page
    assert page.count("Prolonger ou remplacer") == 1

    make_mandate(cite, Role.PILOT, seat=seat, organisation=ending.organisation, starts_on=TODAY + 61 * DAY)

    assert title not in text(client.get(reverse("home")))


def test_many_ending_mandates_are_one_line(cite, lead, client):
    for _ in range(4):
        make_mandate(cite, Role.PARTNER, ends_on=TODAY + 3 * DAY)

    page = text(client.get(reverse("home")))

    assert "4 mandats prennent fin dans les soixante jours" in page
    assert page.count("Prolonger ou remplacer") == 1


def test_the_person_concerned_is_told(cite, client):
    member = make_user(cite, Role.EVALUATOR, ends_on=TODAY + 10 * DAY)
    client.force_login(member)
    assert "Votre mandat prend fin le" in text(client.get(reverse("home")))

    make_mandate(cite, Role.EVALUATOR, person=member.person, starts_on=TODAY + 11 * DAY)

    assert "Votre mandat prend fin le" not in text(client.get(reverse("home")))


# --- Opening --------------------------------------------------------------------------------------


def test_a_refusal_stands_beside_its_field(cite, lead, client, seat):
    make_mandate(cite, Role.PILOT, seat=seat)
    typed = {"role": "pilot", "seat": seat.pk, "person": make_person_of(cite).pk, "starts_on": TODAY}

    form = client.post(reverse("partners:mandate_create"), typed).context["form"]
    assert "est tenu par" in form.errors["seat"][0]

    form = client.post(
        reverse("partners:mandate_create"), typed | {"seat": "", "ends_on": TODAY - DAY, "role": "partner"}
    ).context["form"]
    assert "ne peut pas finir avant" in form.errors["ends_on"][0]


def make_person_of(cite):
    return make_mandate(cite, Role.READER).person


def test_the_form_is_filled_in_by_its_address(cite, lead, client):
    person = make_person_of(cite)

    page = client.get(f"{reverse('partners:mandate_create')}?role=referent&personne={person.pk}")

    assert page.context["form"]["role"].value() == "referent"
    assert f'<option value="{person.pk}" selected>' in text(page)


def test_persons_are_proposed_in_protocol_order(cite, lead, client):
    last = make_mandate(cite, Role.READER, person=make_person(last_name="Aaa"))
    first = make_mandate(cite, Role.PILOT, person=make_person(last_name="Zzz"))

    persons = list(client.get(reverse("partners:mandate_create")).context["form"].fields["person"].queryset)

    assert persons[0] == first.person
    assert persons[-1] == last.person
