from actions.enums import JOURNAL_ROLES, NOT_APPRAISED, OVER, ActionStatus, Audience, Stage
from partners.enums import Role, SideKind


def can_create_action(user, cite):
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD, Role.HOLDER)


def can_choose_holder(user, cite):
    """The team files for any organisation, a holder for its own."""
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD)


def can_edit_action(user, action):
    """The team always, until the action is closed; its holder while it is a draft or was sent back."""
    if action.status in (ActionStatus.CLOSED, ActionStatus.ABANDONED):
        return False
    if user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD):
        return True
    own = action.holder_id in user.access.held.get(action.cite_id, ())
    return own and action.status in (ActionStatus.DRAFT, ActionStatus.SENT_BACK)


def can_submit_action(user, action):
    return action.status in (ActionStatus.DRAFT, ActionStatus.SENT_BACK) and can_edit_action(user, action)


def can_renew(user, action):
    """The team, and the holder for what it carries."""
    return user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD) or (
        action.holder_id in user.access.held.get(action.cite_id, ())
    )


def can_publish_action(user, action):
    to_publish = action.status == ActionStatus.RETAINED and action.published_at is None
    return to_publish and user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD)


def can_enter_request(user, action):
    """Who writes the sheet of an action not filed yet writes what it asks for."""
    return can_submit_action(user, action)


def can_import(user, cite):
    return user.access.has(cite.pk, Role.LEAD)


def can_manage_money(user, cite):
    """Sources, envelopes, acts: the lead and finance officers."""
    return user.access.has(cite.pk, Role.LEAD, Role.FINANCE)


def can_write_statement(user, action):
    """The "compte rendu financier": its holder, and who keeps the money for them."""
    return can_manage_money(user, action.cite) or action.holder_id in user.access.held.get(action.cite_id, ())


def can_read_statement(user, action):
    return action.cite_id in user.access.money_readers or can_write_statement(user, action)


def can_enter_amounts(user, source):
    """The lead and finance officers for every source, a pilot for those of its own side."""
    if can_manage_money(user, source.cite):
        return True
    return source.side_id is not None and source.side_id in user.access.sides.get(source.cite_id, ())


def can_enter_something(user, action):
    """Whether the page of entry opens at all; each amount is checked again with its source."""
    access = user.access
    return (
        access.has(action.cite_id, Role.LEAD, Role.FINANCE)
        or bool(access.sides.get(action.cite_id))
        or can_enter_request(user, action)
    )


def can_write_plan(user, cite):
    """Programme, axes, objectives and calls."""
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD)


def can_read_working_strategy(user, cite):
    """The strategic file while it is written; the others read its versions, once the programme is published."""
    return cite.pk in user.access.steered | user.access.piloted


def can_share_view(user, cite):
    """Under a name, for the whole Cité: the team, the pilots, the finance officers."""
    return cite.pk in user.access.money_readers


def can_read_appraisal(user, cite):
    """What every opinion says of the requests of a call, side by side."""
    return cite.pk in user.access.steered | user.access.piloted


def can_read_envelopes(user, cite):
    return cite.pk in user.access.money_readers


def can_read_board(user, cite):
    """The requests of a call beside the scenarios; who reads it may try amounts in a scenario of her or his own."""
    return cite.pk in user.access.money_readers


def can_write_scenario(user, scenario):
    """Its author; once it is shared, the team and the finance officers too."""
    cite = scenario.call.cite_id
    own = scenario.author_id == user.pk and cite in user.access.money_readers
    return own or user.access.has(cite, Role.LEAD, Role.CO_LEAD, Role.FINANCE)


def can_adopt_scenario(user, scenario):
    """It writes what is proposed of every source."""
    return can_manage_money(user, scenario.call.cite)


# --- Pieces, reminders, opinions ------------------------------------------------------------------


def can_read_pieces(user, action):
    """Which pieces is `ActionPiece.visible_to`. Evaluators read under pseudonym, and pieces name persons."""
    level = action.reading_level(user.access)
    return level == "own" or (level == "full" and action.cite_id in user.access.name_readers)


def can_add_piece(user, action):
    """The team; until they know the action closed, its holder and the referents of its communes.

    `action` comes from `with_readable_stage`, its communes prefetched.
    """
    if user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD):
        return action.status != ActionStatus.ABANDONED
    access = user.access
    own = action.holder_id in access.held.get(action.cite_id, ())
    communes = access.communes.get(action.cite_id, ())
    followed = action.status != ActionStatus.DRAFT and any(one.pk in communes for one in action.communes.all())
    return (own or followed) and action.readable_stage not in (Stage.CLOSED, Stage.ABANDONED)


def can_refuse_piece(user, action):
    return user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD)


def can_ask_pieces(user, action):
    return action.status not in OVER and user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD)


def can_ask_sheet(user, action):
    """While the holder may still write it."""
    to_complete = action.status in (ActionStatus.DRAFT, ActionStatus.SENT_BACK)
    return to_complete and user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD)


def can_read_opinions(user, action):
    """All of them; other readers have their own only (`Opinion.visible_to`)."""
    return action.cite_id in user.access.steered | user.access.piloted


def can_ask_opinion(user, action):
    return action.status not in NOT_APPRAISED and user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD)


def can_enter_opinion(user, action):
    """The team for anybody ("reçu de…"), a pilot for the own side."""
    if action.status in (ActionStatus.DRAFT, ActionStatus.SENT_BACK):
        return False
    return can_read_opinions(user, action)


def can_answer_opinion(user, opinion):
    """Who was asked, a pilot of the side asked, or the team for them, as long as it is awaited."""
    if opinion.given_on is not None or opinion.action.status in NOT_APPRAISED:
        return False
    if user.access.has(opinion.action.cite_id, Role.LEAD, Role.CO_LEAD):
        return True
    return answers_for_itself(user, opinion)


def answers_for_itself(user, opinion):
    """In its own name or that of its side; one commune does not answer for another."""
    if user.person_id is not None and opinion.person_id == user.person_id:
        return True
    own_side = opinion.side_id is not None and opinion.side_id in user.access.sides.get(opinion.action.cite_id, ())
    return own_side and opinion.side.kind != SideKind.COMMUNES


# --- Exchanges and library ------------------------------------------------------------------------


def can_write_exchange(user, cite):
    """Who keeps the journal and the library; holders, evaluators, partners and readers do not."""
    return user.access.has(cite.pk, *JOURNAL_ROLES)


def allowed_audiences(user, cite):
    """The circles that an author may open: those that hold her or him, the narrowest first; [] for the others."""
    circles = list(Audience)
    if user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD):
        return circles
    if user.access.has(cite.pk, Role.PILOT):
        return circles[circles.index(Audience.PILOTS) :]
    return circles[circles.index(Audience.NETWORK) :] if can_write_exchange(user, cite) else []


def can_edit_exchange(user, exchange):
    """The team, and its author as long as she or he keeps the journal."""
    own = exchange.author_id == user.pk and can_write_exchange(user, exchange.cite)
    return own or user.access.has(exchange.cite_id, Role.LEAD, Role.CO_LEAD)


def can_close_next_step(user, exchange):
    """Whoever owes the next step too; the exchange is one that the user may read."""
    owes = user.person_id is not None and exchange.next_step_owner_id == user.person_id
    return bool(exchange.next_step) and (owes or can_edit_exchange(user, exchange))


def can_edit_library_item(user, item):
    own = item.created_by_id == user.pk and can_write_exchange(user, item.cite)
    return own or user.access.has(item.cite_id, Role.LEAD, Role.CO_LEAD)


# --- Articulation ---------------------------------------------------------------------------------


def can_read_articulation(user, cite):
    """The pages open; what they show is `visible_to`: a referent reads there what concerns the own ground only."""
    access = user.access
    return cite.pk in access.full_readers or cite.pk in access.communes or cite.pk in access.institutions


def can_write_articulation(user, cite):
    """Other programmes, what is set aside, notes."""
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD)


def can_add_mainstream(user, cite):
    """The team for any institution; a pilot or a referent for its own."""
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.REFERENT, Role.INSTITUTION)


def can_edit_mainstream(user, contribution):
    if can_write_articulation(user, contribution.cite):
        return True
    own = contribution.institution_id in user.access.organisations.get(contribution.cite_id, ())
    return own and can_add_mainstream(user, contribution.cite)


def can_explain_absence(user, action):
    return user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD)
