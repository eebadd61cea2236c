"""A note with everything a note may hold, for the tests of the print style sheet and of the two converters."""

from decimal import Decimal

from django.template import engines

from cite_educative.common.charts import Envelope, envelope_bars

ACTIONS = [
    ("École ouverte d’automne", "Ville de Dunkerque", "12 000", "–", "8 000", "–", "20 000"),
    ("Parler bambin dans les crèches", "Ville de Grande-Synthe", "10 000", "–", "7 000", "5 000", "22 000"),
    ("Mentorat : quarante binômes lycéens-collégiens", "Association inventée", "12 000", "5 000", "–", "–", "17 000"),
    ("La classe dehors : sciences sur l’estran", "Association inventée", "7 000", "2 500", "1 500", "–", "11 000"),
]

TEMPLATE = """{% extends "documents/print/base.html" %}
{% block doc_title %}Note de décision – Programmer la seconde vague{% endblock %}
{% block running_left %}Programmer quatre actions de la seconde vague{% endblock %}
{% block running_right %}Troïka du 23 juin 2026{% endblock %}
{% block footer_left %}Note de décision CE-2026-N07, version 2{% endblock %}
{% block kicker %}Troïka du mardi 23 juin 2026, point 3. Note CE-2026-N07, version 2 du 17 juin 2026{% endblock %}
{% block title %}Programmer quatre actions de la seconde vague{% endblock %}
{% block subtitle %}Cité éducative d’essai, exercice 2026. Exemple fictif, sans valeur de décision.{% endblock %}
{% block body %}
{% include "documents/print/_request.html" with ask=ask costs=costs only %}
<h2>Ce qu’il faut savoir</h2>
<p>Le comité de pilotage du 17 avril a programmé 320 000,00 € sur 514 000,00 € notifiés (<span class="nb">CP-2026-004</span>).
La seconde vague a reçu quatorze demandes ; le <a href="https://www.education.gouv.fr/">cadre national</a> est inchangé.</p>
<ul><li>Huit demandes ont quatre avis favorables.</li><li>Cinq ont au moins une réserve.</li></ul>
<h2>Effet sur les enveloppes</h2>
<figure>{{ chart }}<figcaption>Plein : programmé. Hachuré : proposé. Clair : disponible.</figcaption></figure>
<table class="office-only"><thead><tr><th scope="col">Enveloppe</th><th scope="col" class="amount">Reste</th></tr></thead>
<tbody><tr><th scope="row">État – P147</th><td class="amount">3 500 €</td></tr></tbody></table>
<h2>Tableau annexé à la décision</h2>
<table><caption>Montants en euros</caption><thead><tr><th scope="col" class="w-10">Code</th><th scope="col">Action et porteur</th>
<th scope="col" class="amount w-10">État</th><th scope="col" class="amount w-8">CUD</th><th scope="col" class="amount w-12">Communes</th>
<th scope="col" class="amount w-8">CAF</th><th scope="col" class="amount w-10">Total</th></tr></thead><tbody>
{% for row in rows %}<tr><th scope="row">CE26-{{ forloop.counter|stringformat:"03d" }}</th><td>{{ row.0 }}<small>{{ row.1 }}</small></td>
{% for amount in row|slice:"2:" %}<td class="amount">{{ amount }}</td>{% endfor %}</tr>{% endfor %}</tbody>
<tfoot><tr><th scope="row" colspan="2">Total programmé</th><td class="amount">41 000</td><td class="amount">7 500</td>
<td class="amount">16 500</td><td class="amount">5 000</td><td class="amount">70 000</td></tr></tfoot></table>
<p class="footnote">Programmé par la Troïka ; l’accord de chaque financeur résulte ensuite de son propre acte.</p>
<h2>Décision proposée</h2>
<p>« La Troïka programme quatre actions de la seconde vague pour 70 000,00 €, selon le tableau annexé. »</p>
{% endblock %}"""

CONTEXT = {
    "logos": [{"label": "Éducation nationale"}, {"label": "Préfecture"}, {"label": "Communes"}, {"label": "CUD"}],
    "ask": "La Troïka est invitée à programmer quatre actions pour 70 000,00 €.",
    "costs": [
        {"label": "État – P147", "amount": "41 000 €"},
        {"label": "CUD", "amount": "7 500 €"},
        {"label": "communes", "amount": "16 500 €"},
        {"label": "CAF", "amount": "5 000 €"},
    ],
    "signatures": [
        {"label": "Rédaction", "name": "Mme Claire Invention", "detail": "cheffe de projet"},
        {"label": "Relecture", "name": "M. Karim Invention", "detail": "principal chef de file"},
        {"label": "État", "name": "Version 2", "detail": "17 juin 2026"},
    ],
}


def sample_note(*, repeat=1, draft=False):
    """The HTML of the note; `repeat` lengthens its table to make it run over several pages."""
    chart = envelope_bars(
        [
            Envelope("État – P147", Decimal(310_000), Decimal(199_000), Decimal(107_500)),
            Envelope("CUD", Decimal(90_000), Decimal(59_000), Decimal(26_000)),
            Envelope("Communes", Decimal(78_000), Decimal(60_000), Decimal(29_000)),
            Envelope("CAF", None, Decimal(0), Decimal(12_000)),
        ],
        chart_id="envelopes",
        title="Consommation des enveloppes après décision",
        desc="Pour chaque financeur : part programmée, part proposée, reste.",
    )
    context = {**CONTEXT, "chart": chart, "rows": ACTIONS * repeat, "draft": draft}
    return engines["django"].from_string(TEMPLATE).render(context)
