"""Running the import command on a table made by a test."""

import io
import json

from django.core.management import CommandError, call_command


def run_command(tmp_path, cite, call, content, mapping=None):
    """(code, standard output, standard error); 1 for a CommandError."""
    path = tmp_path / "tableau.csv"
    path.write_bytes(content)
    out, err = io.StringIO(), io.StringIO()
    options = {}
    if mapping is not None:
        options["mapping"] = str(tmp_path / "m.json")
        (tmp_path / "m.json").write_text(
            mapping if isinstance(mapping, str) else json.dumps(mapping), encoding="utf-8"
        )
    try:
        call_command("import_table", str(path), cite=cite.slug, call=call, stdout=out, stderr=err, **options)
    except SystemExit as stop:
        return stop.code, out.getvalue(), err.getvalue()
    except CommandError as error:
        return 1, out.getvalue(), str(error)
    return 0, out.getvalue(), err.getvalue()
