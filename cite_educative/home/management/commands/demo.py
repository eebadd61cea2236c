import shutil

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from actions.services import make_financial_review
from cite_educative.home.demo.accounts import ACCOUNTS, DOMAIN, PASSWORD
from cite_educative.home.demo.action_points import leave_action_points
from cite_educative.home.demo.acts import detail_acts
from cite_educative.home.demo.agreements import add_agreements
from cite_educative.home.demo.articulation import articulate
from cite_educative.home.demo.budgets import write_budgets
from cite_educative.home.demo.calls import announce_next_year, describe_calls, give_opinions
from cite_educative.home.demo.chain import follow_to_the_end
from cite_educative.home.demo.communication import plan_communication
from cite_educative.home.demo.consultations import consult_in_writing
from cite_educative.home.demo.directory import add_duplicates
from cite_educative.home.demo.dunkerque import Dunkerque
from cite_educative.home.demo.envelopes import tell_envelopes
from cite_educative.home.demo.evaluation import evaluate
from cite_educative.home.demo.exchanges import keep_journal
from cite_educative.home.demo.follow_up import follow_actions
from cite_educative.home.demo.invitations import invite_two
from cite_educative.home.demo.letters import write_letters
from cite_educative.home.demo.life import tell_lives
from cite_educative.home.demo.listing import dress_list
from cite_educative.home.demo.mandates import appoint_others
from cite_educative.home.demo.meetings import create_troika, hold_first, prepare_second
from cite_educative.home.demo.minutes import write_minutes
from cite_educative.home.demo.network import open_network
from cite_educative.home.demo.others import open_other_cites
from cite_educative.home.demo.payments import pay_last_year, schedule_payments
from cite_educative.home.demo.print_plan import print_plan
from cite_educative.home.demo.privacy import add_privacy
from cite_educative.home.demo.scenarios import try_amounts
from cite_educative.home.demo.sheets import write_sheet
from cite_educative.home.demo.spending import spend_directly
from cite_educative.home.demo.state_exports import compare_with_the_state
from cite_educative.home.demo.statements import justify
from cite_educative.home.demo.strategy import write_strategy
from cite_educative.home.demo.support import support_holders
from cite_educative.home.demo.territory import choose_lead_schools
from partners.models import User
from partners.services import load_reference


class Command(BaseCommand):
    """Empty the database and fill it with the demonstration; a second run gives the same state.

    Refused when DEBUG is off. Goes through the services, so that no state is impossible.
    """

    help = "Reset the database and load the demonstration (never in production)."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing when an account exists")
        parser.add_argument("--accounts", action="store_true", help="only print the accounts")

    def handle(self, *, if_empty, accounts, **options):
        if accounts:
            self._print_accounts()
            return
        if not settings.DEBUG:
            raise CommandError("The demonstration empties the database: it is refused when DEBUG is off.")
        if if_empty and User.objects.exists():
            return
        if User.objects.exists():
            self._refuse_real_data()
            call_command("flush", interactive=False, verbosity=0)
            shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        load()
        if not if_empty:
            self._print_accounts()

    def _refuse_real_data(self):
        others = User.objects.exclude(email__endswith=f"@{DOMAIN}")
        if others.exists():
            raise CommandError(
                f"This database holds accounts that are not of the demonstration ({others.count()}): it is not emptied."
            )

    def _print_accounts(self):
        if User.objects.filter(email=ACCOUNTS[0].email).exists():
            self.stdout.write(f"Comptes de démonstration (mot de passe «\u00a0{PASSWORD}\u00a0»)\u00a0:")
            for account in ACCOUNTS:
                self.stdout.write(f"  {account.email:<26} {account.title}")


@transaction.atomic
def load():
    load_reference(directory=settings.BASE_DIR / "cite_educative" / "data")
    dunkerque = Dunkerque().build()
    describe_calls(dunkerque)
    body = create_troika(dunkerque)
    hold_first(dunkerque, body)
    dunkerque.grant_first_wave()
    detail_acts(dunkerque)
    add_agreements(dunkerque)
    write_letters(dunkerque)
    dunkerque.file_second_wave()
    write_strategy(dunkerque)
    prepare_second(dunkerque, body)
    write_minutes(dunkerque)
    appoint_others(dunkerque)
    consult_in_writing(dunkerque, body)
    leave_action_points(dunkerque, body)
    open_network(dunkerque)
    choose_lead_schools(dunkerque)
    add_privacy(dunkerque)
    add_duplicates(dunkerque)
    keep_journal(dunkerque)
    invite_two(dunkerque.cite, actor=dunkerque.actor)
    support_holders(dunkerque)
    follow_actions(dunkerque)
    tell_lives(dunkerque)
    give_opinions(dunkerque)
    try_amounts(dunkerque)
    compare_with_the_state(dunkerque)
    _tell_the_year(dunkerque)
    open_other_cites(dunkerque.actor)
    follow_to_the_end(dunkerque.actor)


def _tell_the_year(dunkerque):
    announce_next_year(dunkerque)
    articulate(dunkerque)
    write_budgets(dunkerque)
    pay_last_year(dunkerque)
    justify(dunkerque)
    write_sheet(dunkerque)
    dress_list(dunkerque)
    tell_envelopes(dunkerque)
    schedule_payments(dunkerque)
    spend_directly(dunkerque)
    print_plan(dunkerque)
    plan_communication(dunkerque)
    evaluate(dunkerque)
    make_financial_review(cite=dunkerque.cite, budget_year=2026, actor=dunkerque.actor)
