"""A year of follow-up: points d’étape of the first wave, lines of the communes, jalons, two drawn pictures."""

import io
from datetime import date, datetime, time

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from actions.models import Action, Milestone, ProgressReport
from actions.services import add_photo, report_progress, save_milestone, tick_milestone

SPRING, SUMMER, AUTUMN = date(2026, 4, 3), date(2026, 6, 26), date(2026, 10, 9)
NOVEMBER = date(2026, 11, 13)
# beginning of the title: [(day, weather, progress, figures, what counts, difficulty, help)]
REPORTS = {
    "Ambassadeurs de la lecture": [
        (SPRING, "on_track", 30, (41, 12), "Quatre écoles ont ouvert leur coin lecture.", "", ""),
        (
            SUMMER,
            "on_track",
            60,
            (64, 22),
            "Deux écoles de plus depuis mai. Les lectures du mercredi à la maison de quartier attirent surtout des "
            "pères.",
            "",
            "",
        ),
    ],
    "Tous au savoir-nager": [
        (SPRING, "on_track", 40, (118, None), "Six classes ont fini leur cycle.", "", ""),
        (AUTUMN, "done", 100, (236, None), "Neuf enfants sur dix savent nager à l’entrée en sixième.", "", ""),
    ],
    "Café des parents": [
        (SUMMER, "on_track", 50, (None, 48), "Le café du vendredi a trouvé son public.", "", ""),
        (
            NOVEMBER,
            "difficulty",
            70,
            (None, 61),
            "Le groupe s’élargit aux pères.",
            "La salle n’est plus libre le vendredi depuis la rentrée.",
            "Une salle de la ville, deux heures par semaine.",
        ),
    ],
    "Découverte des métiers": [
        (SUMMER, "on_track", 60, (212, None), "Vingt-six entreprises ont ouvert leurs portes.", "", ""),
        (NOVEMBER, "on_track", 90, (304, None), "Les collégiens restituent leurs visites en décembre.", "", ""),
    ],
}
# Line of a commune: its figures and its sentence, on an intercommunal action.
COMMUNES = {
    "Grande-Synthe": ((96, None), "Les deux collèges ont visité le port en octobre."),
    "Dunkerque": ((148, None), "Trois collèges sur quatre ont tenu leur forum."),
    "Coudekerque-Branche": ((60, None), "Une classe de troisième suit le parcours complet."),
}
MILESTONES = {  # beginning of the title: [(jalon, due, done)]
    "Ambassadeurs de la lecture": [
        ("Formation des ambassadeurs", date(2026, 2, 20), date(2026, 2, 18)),
        ("Premières lectures en crèche", date(2026, 3, 16), date(2026, 3, 23)),
        ("Fête du livre", date(2026, 12, 5), None),
    ],
    "Café des parents": [
        ("Ouverture du second café", date(2026, 10, 2), None),
        ("Bilan avec les parents", date(2026, 12, 11), None),
    ],
    "Classes de mer": [("Départ des premières classes", date(2026, 5, 18), date(2026, 5, 18))],
}


def follow_actions(dunkerque):
    for beginning, reports in REPORTS.items():
        action = _action(dunkerque, beginning)
        for day, weather, progress, (children, parents), highlights, difficulty, help_needed in reports:
            report = report_progress(
                action=action,
                commune=None,
                actor=dunkerque.actor,
                weather=weather,
                progress=progress,
                children=children,
                parents=parents,
                highlights=highlights,
                difficulty=difficulty,
                help_needed=help_needed,
                reported_on=day,
            )
            _entered_on(report, day)
    _report_by_commune(dunkerque)
    for beginning, milestones in MILESTONES.items():
        _plan(_action(dunkerque, beginning), milestones, dunkerque.actor)
    _show(_action(dunkerque, "Ambassadeurs de la lecture"), dunkerque.actor)


def _action(dunkerque, beginning):
    return Action.objects.get(cite=dunkerque.cite, title__startswith=beginning, budget_year=2026)


def _entered_on(report, day):
    moment = timezone.make_aware(datetime.combine(day, time(17, 30)))
    ProgressReport.objects.filter(pk=report.pk).update(created_at=moment)


def _report_by_commune(dunkerque):
    action = _action(dunkerque, "Découverte des métiers")
    for name, ((children, parents), highlights) in COMMUNES.items():
        report = report_progress(
            action=action,
            commune=dunkerque.communes[name],
            actor=dunkerque.actor,
            weather="on_track",
            children=children,
            parents=parents,
            highlights=highlights,
            said_by=f"l’équipe municipale de {name}",
            reported_on=AUTUMN,
        )
        _entered_on(report, AUTUMN)


def _plan(action, milestones, actor):
    for label, due_on, done_on in milestones:
        milestone = save_milestone(Milestone(action=action, label=label, due_on=due_on, created_by=actor), actor=actor)
        if done_on:
            tick_milestone(milestone, actor=actor, done_on=done_on)


def _show(action, actor):
    for title, day, draw in (
        ("Le coin lecture de la crèche, avant l’ouverture", date(2026, 3, 20), _shelves),
        ("Les malles de livres, prêtes à partir", date(2026, 5, 6), _boxes),
    ):
        upload = ContentFile(_picture(draw), name="photo.png")
        add_photo(
            action=action, actor=actor, upload=upload, title=title, taken_on=day, consent=None, shows_nobody=True
        )


def _picture(draw):
    image = Image.new("RGB", (640, 480), "#f5f4ef")
    draw(ImageDraw.Draw(image))
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


COLOURS = ("#0e4a5a", "#4c8a97", "#2c6440", "#7f5300", "#9c3521", "#b9c2c4")


def _shelves(pen):
    for shelf in range(3):
        bottom = 150 + 130 * shelf
        for book in range(14):
            left = 60 + 38 * book
            height = 70 + 9 * ((book * 5 + shelf * 3) % 4)
            pen.rectangle((left, bottom - height, left + 28, bottom), fill=COLOURS[(book + shelf) % len(COLOURS)])
        pen.rectangle((40, bottom, 600, bottom + 10), fill="#17262c")


def _boxes(pen):
    for rank, (left, top) in enumerate(((70, 240), (330, 240), (200, 60))):
        pen.rectangle((left, top, left + 230, top + 160), fill=COLOURS[rank], outline="#17262c", width=4)
        pen.line((left, top + 40, left + 230, top + 40), fill="#17262c", width=4)
