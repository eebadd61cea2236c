from django.db import transaction
from django.utils import timezone

from cite_educative.documents.services import request_file
from governance.content import record_content
from governance.models import DecisionRecord, DecisionRecordFile

RECORD_KIND = "governance.record"
FORMATS = ("pdf", "docx")


@transaction.atomic
def issue_record(meeting, *, actor):
    """Freeze the relevé de décisions of a closed meeting and ask for its files. Each run is a new version."""
    last = meeting.records.first()
    number = last.number + 1 if last else 1
    record = DecisionRecord.objects.create(
        meeting=meeting,
        number=number,
        content=record_content(meeting, version=number),
        issued_at=timezone.now(),
        issued_by=actor,
    )
    on = timezone.localdate(meeting.starts_at)
    for format_ in FORMATS:
        file = request_file(
            kind=RECORD_KIND,
            format=format_,
            title=f"Relevé de décisions, {meeting}",
            filename=f"releve-{meeting.body.code}-{on:%Y-%m-%d}-v{number}.{format_}",
            cite_id=meeting.body.cite_id,
            author=actor,
        )
        DecisionRecordFile.objects.create(record=record, file=file)
    return record
