import pytest
from django.db import connection


@pytest.fixture
def make_table(transactional_db):
    """Make the table of a model that only the test knows; dropped afterwards."""
    made = []

    def make(model):
        with connection.schema_editor() as editor:
            editor.create_model(model)
        made.append(model)
        return model

    yield make
    for model in reversed(made):
        with connection.schema_editor() as editor:
            editor.delete_model(model)
