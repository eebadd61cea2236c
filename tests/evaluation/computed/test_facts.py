"""What the review asks of the territory, the governance and the plan: derived again by loops over the rows."""

from collections import Counter
from datetime import date, timedelta

import pytest

from actions.enums import ActionStatus, NationalObjective, RequestKind
from actions.models import Action, ActionPublic, Exchange, Theme
from evaluation.enums import Level, Unit
from evaluation.models import Indicator
from governance.enums import BodyKind, CommunicationState, MeetingStatus, Presence, Support
from governance.models import BodyMember, CommunicationItem, Meeting
from partners.enums import OrganisationKind, PriorityNetwork, Role
from partners.models import Mandate, Seat
from tests import factories
from tests.actions.factories import author_of, make_action, make_axis, make_exchange, make_objective, make_programme
from tests.evaluation.computed.rows import (
    YEAR,
    abandoned_after,
    attend,
    computed,
    make_body,
    make_meeting,
    pilots_of,
    retained,
)
from tests.evaluation.factories import make_indicator, make_measurement

NBSP = "\u00a0"


def kept_by_hand(cite, year=YEAR):
    rows = Action.objects.filter(cite=cite)
    return [row for row in rows if int(row.budget_year) == year and row.status in ("retained", "suspended", "closed")]


# --- A ------------------------------------------------------------------------------------------------


def test_the_name_and_the_label(cite):
    cite.name, cite.subtitle = "Dunkerque", "Grande-Synthe"
    cite.label_starts_on, cite.label_ends_on = date(2024, 9, 1), date(2027, 8, 31)
    assert computed("review.a1", cite).value == "Dunkerque, Grande-Synthe"
    assert computed("review.a2", cite).value.startswith("2024, label ")


def test_the_territory(cite, elsewhere):
    communes = [factories.make_commune("Coudekerque", population=21000), factories.make_commune("Bray")]
    cite.communes.set(communes)
    cite.neighbourhoods.set([factories.make_neighbourhood("Albeck", communes=communes[:1], code="QN05903M")])
    elsewhere.communes.set([factories.make_commune("Amiens")])
    elsewhere.neighbourhoods.set([factories.make_neighbourhood("Étouvie")])
    found = computed("review.a3", cite)
    assert {row[0] for row in found.rows} == {"Coudekerque", "Bray"}
    assert {row[2] for row in found.rows} == {f"21{NBSP}000", "non connu"}
    assert computed("review.a4", cite).rows == (("Albeck", "QN05903M", "Coudekerque"),)


def test_schools_by_kind_and_network(cite, elsewhere):
    networks = (PriorityNetwork.REP, PriorityNetwork.REP, PriorityNetwork.REP_PLUS, PriorityNetwork.NONE)
    rows = [factories.make_school(kind="école", network=network) for network in networks]
    rows.append(factories.make_school("Collège du Lac", kind="collège"))
    cite.schools.set(rows)
    cite.lead_schools.set(rows[-1:])
    elsewhere.schools.set([factories.make_school()])
    cells = Counter((school.kind, school.network) for school in cite.schools.all())
    found = computed("review.a5", cite)
    assert found.rows == (("Collège", "1", "1", "0", "0"), ("École", "4", "1", "2", "1"))
    assert cells["école", PriorityNetwork.REP] == 2
    assert found.told.endswith("Aucun effectif d’élèves n’est connu.")
    pupils = make_indicator(cite, "C6", unit=Unit.NUMBER, open_data_id="fr-en-college-effectifs-niveau-sexe-lv")
    for school, number in zip(cite.schools.all(), (310, 1204), strict=False):
        make_measurement(pupils, number, school=school)
    assert "1\u00a0514 élèves" in computed("review.a5", cite).told
    assert computed("review.a5", cite).told.endswith("2 sur 5.")
    assert computed("review.a6", cite).value == "Collège du Lac"


# --- B, D, E ------------------------------------------------------------------------------------------


def test_the_troika_of_a_past_year_is_that_of_its_last_day(cite, elsewhere, october):
    education, state, *_ = cite.sides.all()
    seats = {seat.side_id: seat for seat in Seat.objects.filter(side__cite=cite)}
    old = factories.make_mandate(
        cite, Role.PILOT, side=education, seat=seats[education.pk], ends_on=date(YEAR - 1, 12, 31)
    )
    new = factories.make_mandate(
        cite, Role.PILOT, side=education, seat=seats[education.pk], starts_on=date(YEAR, 1, 1)
    )
    factories.make_mandate(cite, Role.PILOT, side=education, seat=seats[education.pk], substitute_of=new)
    factories.make_mandate(cite, Role.PILOT, side=state, seat=seats[state.pk], starts_on=date(YEAR, 10, 2))
    names = {row[0]: row[2] for row in computed("review.b2", cite).rows}
    assert names["Éducation nationale"] == str(new.person)
    assert [name for name in names.values() if name == "vacant"] == ["vacant"] * 3
    before = {row[0]: row[2] for row in computed("review.b2", cite, YEAR - 1).rows}
    assert before["Éducation nationale"] == str(old.person)


def test_meetings_held_by_kind(cite, elsewhere, october):
    for place in (cite, elsewhere):
        troika, copil = make_body(place), make_body(place, "COPIL", "CP", BodyKind.STEERING)
        for month in (1, 2, 3):
            make_meeting(troika, date(YEAR, month, 5))
        make_meeting(troika, date(YEAR, 4, 5), MeetingStatus.CANCELLED)
        make_meeting(troika, date(YEAR - 1, 4, 5))
        make_meeting(copil, date(YEAR, 4, 5), MeetingStatus.PUBLISHED)
    kinds = Counter()
    for meeting in Meeting.objects.filter(body__cite=cite).select_related("body"):
        if meeting.starts_at.year == YEAR and meeting.status in ("held", "closed", "published"):
            kinds[meeting.body.get_kind_display()] += 1
    found = computed("review.b3", cite)
    assert dict(found.rows) == {f"{kind[0].upper()}{kind[1:]}": str(number) for kind, number in kinds.items()}
    assert found.value == f"comité de pilotage{NBSP}: 1, Troïka{NBSP}: 3"


def test_presence_by_pilot(cite, october):
    first, second, *_ = pilots_of(cite)
    for month, how in ((1, Presence.PRESENT), (2, Presence.ABSENT), (3, Presence.REPRESENTED)):
        meeting = make_meeting(make_body(cite, f"Instance {month}", f"I{'ABC'[month - 1]}"), date(YEAR, month, 3))
        attend(meeting, first, how)
        attend(meeting, second)
    assert computed("review.b4", cite).rows == (
        ("Éducation nationale", "2", "3", f"66,67{NBSP}%"),
        ("État", "3", "3", f"100{NBSP}%"),
    )


def test_the_lead_and_the_days_without_one(cite, elsewhere, october):
    cite.label_starts_on = date(YEAR, 1, 11)
    spans = [(date(YEAR - 2, 1, 1), date(YEAR, 3, 31)), (date(YEAR, 5, 1), None)]
    mandates = [factories.make_mandate(cite, Role.LEAD, starts_on=start, ends_on=end) for start, end in spans]
    factories.make_mandate(cite, Role.LEAD, starts_on=date(YEAR - 3, 1, 1), ends_on=date(YEAR - 2, 1, 1))
    factories.make_mandate(elsewhere, Role.LEAD)
    day, vacant = date(YEAR, 1, 11), 0
    while day <= october:
        vacant += not any(row.starts_on <= day and (row.ends_on is None or day <= row.ends_on) for row in mandates)
        day += timedelta(days=1)
    found = computed("review.b5", cite)
    assert vacant == 30
    assert found.value == "2 personnes, 30 jours de vacance"
    assert len(found.rows) == 2


def test_who_is_associated(cite, elsewhere, october):
    body = make_body(cite)
    family = factories.make_organisation("CAF du Nord", kind=OrganisationKind.FAMILY_FUND)
    gone = factories.make_organisation("Région", kind=OrganisationKind.REGION)
    for place, organisation, fields in (
        (cite, family, {}),
        (cite, gone, {"ends_on": date(YEAR, 9, 30)}),
        (elsewhere, gone, {}),
    ):
        mandate = factories.make_mandate(place, Role.PARTNER, organisation=organisation, **fields)
        BodyMember.objects.create(body=body if place == cite else make_body(elsewhere), mandate=mandate)
    BodyMember.objects.create(body=body, mandate=pilots_of(cite)[0])
    assert computed("review.b7", cite).rows == (("Caisse d’allocations familiales", "CAF du Nord", "Troïka"),)


def test_changes_of_office(cite, elsewhere, october):
    spans = [
        (Role.PILOT, date(YEAR, 1, 1), None),
        (Role.PILOT, date(YEAR - 1, 12, 31), date(YEAR, 9, 1)),
        (Role.LEAD, date(YEAR, 2, 1), date(YEAR, 3, 1)),
        (Role.CO_LEAD, date(YEAR - 1, 1, 1), date(YEAR, 12, 31)),
        (Role.PARTNER, date(YEAR, 2, 1), None),
    ]
    for place in (cite, elsewhere):
        for role, start, end in spans:
            factories.make_mandate(place, role, starts_on=start, ends_on=end)
    titular = Mandate.objects.filter(cite=cite, role=Role.PILOT).first()
    factories.make_mandate(cite, Role.PILOT, substitute_of=titular, starts_on=date(YEAR, 2, 1))
    came = left = 0
    for row in Mandate.objects.filter(cite=cite, substitute_of=None, role__in=["pilot", "lead", "co_lead"]):
        came += row.starts_on.year == YEAR
        left += row.ends_on is not None and date(YEAR, 1, 1) <= row.ends_on <= october
    assert (came, left) == (2, 2)
    assert computed("review.b11", cite).value == "2 arrivées, 2 départs"


def test_the_network_and_the_events(cite, elsewhere, october):
    for place in (cite, elsewhere):
        for kind, on in (
            ("national", date(YEAR, 1, 1)),
            ("national", date(YEAR - 1, 12, 31)),
            ("call", date(YEAR, 2, 2)),
        ):
            make_exchange(place, kind=kind, held_on=on)
        for support, state, on in (
            (Support.EVENT, CommunicationState.DONE, date(YEAR, 12, 31)),
            (Support.EVENT, CommunicationState.DONE, date(YEAR + 1, 1, 1)),
            (Support.EVENT, CommunicationState.READY, None),
            (Support.POSTER, CommunicationState.DONE, date(YEAR, 5, 1)),
        ):
            CommunicationItem.objects.create(
                cite=place, title="Fête", support=support, state=state, done_on=on, created_by=author_of(place)
            )
    national = [
        row for row in Exchange.objects.filter(cite=cite) if row.kind == "national" and row.held_on.year == YEAR
    ]
    assert computed("review.d1", cite).value == len(national) == 1
    assert computed("review.e3", cite).value == 1
    assert "sur 2 diffusions" in computed("review.e3", cite).told


# --- C, G ---------------------------------------------------------------------------------------------


@pytest.fixture
def plan(cite, elsewhere, october):
    """Kept, abandoned, rejected, of another year, of another Cité, with all that sorts an action."""
    for place in (cite, elsewhere):
        axis = make_axis(make_programme(place), "Lire", national_objective=NationalObjective.HORIZONS)
        make_objective(axis)
        sport, health = (Theme.objects.create(cite=place, label=label) for label in ("Sport", "Santé"))
        town = factories.make_organisation(cite=place, kind=OrganisationKind.COMMUNE)
        rows = [
            retained(place, axis=axis, during_school=True, during_holidays=True),
            retained(place, axis=axis, holder=town, around_school=True, request_kind=RequestKind.RENEWAL),
            retained(place, status=ActionStatus.CLOSED, holder=town),
            abandoned_after(place, axis=axis),
            make_action(place, status=ActionStatus.REJECTED, axis=axis, during_school=True),
            retained(place, budget_year=YEAR - 1, axis=axis, during_school=True),
        ]
        rows[2].renews = rows[5]
        rows[2].save()
        for row in rows:
            row.themes.set([sport, health] if row == rows[0] else [sport])
            ActionPublic.objects.create(action=row, kind="6-11", expected=20)
            ActionPublic.objects.create(action=row, kind="parents", expected=7)
        ActionPublic.objects.create(action=rows[0], kind="3-6")


def test_the_axes_of_the_programme(cite, plan):
    assert computed("review.c1", cite).rows == ((NationalObjective.HORIZONS.label, "Lire", "1"),)


def test_new_renewed_abandoned(cite, plan):
    kept = kept_by_hand(cite)
    renewed = [row for row in kept if row.renews_id or row.request_kind in ("renewal", "changed")]
    assert (len(kept), len(renewed)) == (3, 2)
    found = computed("review.c2", cite)
    assert found.value == "1 nouvelle, 2 reconduites, 1 abandonnée"
    assert len(found.rows) == 4


def test_by_objective_and_theme(cite, plan):
    objectives, themes = Counter(), Counter()
    for action in kept_by_hand(cite):
        objectives[action.axis.get_national_objective_display() if action.axis else "Sans axe"] += 1
        themes.update(theme.label for theme in action.themes.all())
    rows = {(kind, label): int(number) for kind, label, number in computed("review.c3", cite).rows}
    assert {label: number for (kind, label), number in rows.items() if kind == "Thématique"} == themes
    told = {label: number for (kind, label), number in rows.items() if kind == "Objectif national" and number}
    assert told == objectives == {NationalObjective.HORIZONS.label: 2, "Sans axe": 1}


def test_by_age(cite, plan):
    numbers, expected = Counter(), Counter()
    for action in kept_by_hand(cite):
        for public in action.publics.all():
            numbers[public.get_kind_display()] += 1
            expected[public.get_kind_display()] += public.expected or 0
    rows = {label: (number, persons) for label, number, persons in computed("review.c4", cite).rows}
    assert rows["6-11 ans"] == (str(numbers["6-11 ans"]), str(expected["6-11 ans"])) == ("3", "60")
    assert rows["3-6 ans"] == ("1", "non connu")
    assert "parents" not in rows


def test_by_holder_and_time(cite, plan):
    kinds, holders = Counter(), {}
    for action in kept_by_hand(cite):
        kinds[action.holder.get_kind_display()] += 1
        holders.setdefault(action.holder.get_kind_display(), set()).add(action.holder_id)
    assert computed("review.c6", cite).rows == (("Commune", "1", "2"), ("Association", "1", "1"))
    assert (kinds["commune"], len(holders["commune"])) == (2, 1)
    times = dict(computed("review.c7", cite).rows)
    assert times == {
        "Temps scolaire": "1",
        "Temps périscolaire": "1",
        "Temps extrascolaire": "0",
        "Vacances": "1",
        "Temps non précisé": "1",
    }


def test_publics_are_not_known_without_reports(cite, plan):
    assert computed("review.c5", cite).value is None


def test_indicators_followed(cite, elsewhere):
    for place, code, is_active in ((cite, "I1", True), (cite, "I2", False), (elsewhere, "I3", True)):
        Indicator.objects.create(
            cite=place, code=code, name=code, level=Level.OUTPUT, unit=Unit.NUMBER, is_active=is_active
        )
    assert [row[0] for row in computed("review.g4", cite).rows] == ["I1"]
