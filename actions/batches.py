"""Gestures on many actions at once: what each asks, why it does not suit a row, what it does to one.

Money has none: amounts are entered, decided and granted one by one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from actions import letters, services
from actions.enums import OVER, ActionStatus
from actions.models import Action, ActionPiece, Axis, Call, ExpectedPiece, Objective, Scheme, Theme
from cite_educative.common.dates import date_fr
from partners.enums import Gesture as LinkGesture
from partners.enums import Role
from partners.models import Mandate

LIMIT = 10_000
PUBLISH, CALL, AXIS, OBJECTIVE, THEMES, SCHEMES, PIECES, RENEW = (
    *("publier", "appel", "axe", "objectif", "thematiques", "dispositifs", "pieces", "reconduire"),
)


@dataclass(frozen=True)
class Batch:
    """`field` names what the gesture asks first ("" for nothing). `refusal(action, choice, facts)` is a reason, "" when
    it suits; `apply(action, choice, user)` does it and says so."""

    key: str
    label: str
    field: str
    refusal: Callable
    apply: Callable


class Facts:
    """What refusals look up for all the rows at once."""

    def __init__(self, actions):
        calls = {action.call_id for action in actions} - {None}
        asked = ExpectedPiece.objects.filter(call__in=calls, is_required=True)
        self._asked = {}
        for piece in asked:
            self._asked.setdefault(piece.call_id, []).append(piece)
        pks = [action.pk for action in actions]
        received = ActionPiece.objects.filter(action__in=pks, expected__isnull=False).valid()
        self._received = set(received.values_list("action", "expected"))
        cites = {action.cite_id for action in actions}
        mandates = Mandate.objects.active().filter(cite__in=cites, role=Role.HOLDER).exclude(person__email="")
        self._reachable = set(mandates.values_list("organisation", flat=True))
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        letters_of_today = services.piece_letters(pks).filter(message__created_at__gte=today)
        self._asked_today = set(letters_of_today.values_list("link__subject_pk", flat=True))
        renewed = Action.objects.filter(renews__in=pks).values_list("renews", "budget_year")
        self._renewed = set(renewed)

    def missing(self, action):
        asked = self._asked.get(action.call_id, ())
        return [
            piece for piece in asked if piece.concerns(action.holder) and (action.pk, piece.pk) not in self._received
        ]

    def can_be_written_to(self, action):
        return action.holder_id in self._reachable or bool(action.holder.email)

    def is_asked_today(self, action):
        return action.pk in self._asked_today

    def is_renewed(self, action, year):
        return (action.pk, year) in self._renewed


# --- Reasons --------------------------------------------------------------------------------------


def _over(action):
    if action.status == ActionStatus.ABANDONED:
        return "Elle est abandonnée."
    return "Elle est close." if action.status in OVER else ""


def _not_to_publish(action, choice, facts):
    if action.published_at:
        return "Elle est déjà publiée."
    return "" if action.status == ActionStatus.RETAINED else "Elle n’est pas retenue."


def _not_for_call(action, call, facts):
    if action.call_id == call.pk:
        return "Elle répond déjà à cet appel."
    if action.budget_year != call.budget_year:
        return f"Elle est de l’exercice {action.budget_year}, l’appel de {call.budget_year}."
    return _over(action)


def _not_under_axis(action, axis, facts):
    return _over(action) or ("C’est déjà son axe." if action.axis_id == axis.pk else "")


def _not_under_objective(action, objective, facts):
    return _over(action) or ("C’est déjà son objectif." if action.objective_id == objective.pk else "")


def _has_all(relation, words):
    def refusal(action, chosen, facts):
        known = {row.pk for row in getattr(action, relation).all()}
        return _over(action) or (words if {row.pk for row in chosen} <= known else "")

    return refusal


def _no_piece_to_ask(action, due_on, facts):
    if _over(action):
        return _over(action)
    if not facts.missing(action):
        return "Aucune pièce indispensable ne lui manque."
    if facts.is_asked_today(action):
        return "Ses pièces ont déjà été demandées aujourd’hui."
    return "" if facts.can_be_written_to(action) else "Aucune adresse n’est connue pour écrire au porteur."


def _not_to_renew(action, year, facts):
    if year <= action.budget_year:
        return f"Elle est déjà de l’exercice {action.budget_year}."
    return f"Elle est déjà reconduite pour {year}." if facts.is_renewed(action, year) else ""


# --- What is done ---------------------------------------------------------------------------------


def _publish(action, choice, user):
    published = services.publish_actions(Action.objects.visible_to(user).filter(pk=action.pk), actor=user)
    return "Publiée." if published else "Déjà publiée."


def _update(action, user, **fields):
    services.update_action(action, actor=user, version=action.version, **fields)


def _attach(action, call, user):
    _update(action, user, call=call)
    return f"Rattachée à «\u00a0{call}\u00a0»."


def _place_under_axis(action, axis, user):
    """Its objective goes, when it is of another axis."""
    stays = action.objective is not None and action.objective.axis_id == axis.pk
    _update(action, user, axis=axis, objective=action.objective if stays else None)
    return f"Classée dans l’axe «\u00a0{axis}\u00a0»."


def _place_under_objective(action, objective, user):
    _update(action, user, axis=objective.axis, objective=objective)
    return f"Classée sous «\u00a0{objective}\u00a0»."


def _add(relation):
    def apply(action, chosen, user):
        known = {row.pk: row for row in [*getattr(action, relation).all(), *chosen]}
        _update(action, user, **{relation: list(known.values())})
        return "Ajouté\u00a0: " + ", ".join(str(row) for row in chosen) + "."

    return apply


def _ask_pieces(action, due_on, user):
    """To those who act for the holder; to its mailbox when nobody does."""
    contacts = services.holder_contacts(action)
    people = [contact for contact in contacts if contact.person] or contacts
    pieces = Facts([action]).missing(action)
    services.remind(
        action=action,
        gesture=LinkGesture.PIECE,
        recipients=people,
        subject=f"Pièces attendues pour «\u00a0{action.title}\u00a0»"[:200],
        body=letters.filled(
            letters.draft(letters.PIECES, action=action, author=user),
            date=date_fr(due_on),
            pieces="\n".join(f"– {piece.label}" for piece in pieces),
        ),
        due_on=due_on,
        actor=user,
        expected=pieces,
    )
    number = len(pieces)
    names = ", ".join(contact.name for contact in people)
    return f"{number} pièce{'s' if number > 1 else ''} demandée{'s' if number > 1 else ''} à {names}."


def _renew(action, year, user):
    services.renew_action(action, actor=user, budget_year=year)
    return f"Fiche préparée pour {year}."


BATCHES = {
    batch.key: batch
    for batch in (
        Batch(PUBLISH, "Publier", "", _not_to_publish, _publish),
        Batch(RENEW, "Reconduire pour un autre exercice", "year", _not_to_renew, _renew),
        Batch(CALL, "Rattacher à un appel", "call", _not_for_call, _attach),
        Batch(AXIS, "Classer dans un axe", "axis", _not_under_axis, _place_under_axis),
        Batch(OBJECTIVE, "Classer sous un objectif", "objective", _not_under_objective, _place_under_objective),
        Batch(THEMES, "Ajouter des thématiques", "themes", _has_all("themes", "Elle les a déjà."), _add("themes")),
        Batch(
            SCHEMES,
            "Ajouter des dispositifs liés",
            "schemes",
            _has_all("schemes", "Elle les a déjà."),
            _add("schemes"),
        ),
        Batch(PIECES, "Demander les pièces qui manquent", "due_on", _no_piece_to_ask, _ask_pieces),
    )
}
SOON = timedelta(days=10)
ROWS = {"call": Call, "axis": Axis, "objective": Objective, "themes": Theme, "schemes": Scheme}
SEVERAL = ("themes", "schemes")


def packed_choice(field, choice):
    """What a gesture asks, ready for JSON."""
    if field in SEVERAL:
        return [row.pk for row in choice]
    if field in ROWS:
        return choice.pk
    return choice.isoformat() if field == "due_on" else choice


def read_choice(field, packed):
    """What `packed_choice` packed; None or empty when its rows are no more."""
    if field in SEVERAL:
        return list(ROWS[field].objects.filter(pk__in=packed))
    if field in ROWS:
        return ROWS[field].objects.filter(pk=packed).first()
    return date.fromisoformat(packed) if field == "due_on" else packed


def chosen_actions(user, cite, keys):
    """The rows of these keys that the user sees in this Cité, as gestures and their reasons read them."""
    actions = Action.objects.visible_to(user).filter(cite=cite, pk__in=keys).order_by("code", "pk")
    related = ("cite", "holder", "axis", "objective", "call")
    return list(actions.select_related(*related).prefetch_related("themes", "schemes"))


def usual_due_on():
    return timezone.localdate() + SOON


def refusals(batch, actions, choice):
    """`{key: reason}` of the rows that the gesture does not suit."""
    facts = Facts(actions)
    found = {action.pk: batch.refusal(action, choice, facts) for action in actions}
    return {pk: reason for pk, reason in found.items() if reason}
