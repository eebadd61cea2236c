"""The columns in which findings are exported."""

from cite_educative.common.tables import Column

CHECK_COLUMNS = [
    Column("group", "Famille", width=26),
    Column("rule", "Contrôle", width=44),
    Column("subject", "Sur quoi", width=60),
    Column("source", "Financeur", width=20),
    Column("detail", "Ce qui ne va pas", width=70),
    Column("amount", "Montant", kind="money"),
    Column("gesture", "Ce qui le règle", width=26),
]


def finding_rows(results):
    for result in results:
        for finding in result.findings:
            yield {
                "group": result.rule.group,
                "rule": result.rule.label,
                "subject": finding.subject,
                "source": finding.source,
                "detail": finding.detail,
                "amount": finding.amount,
                "gesture": finding.gesture,
            }
