import pytest

from cite_educative.common.models import Entry, attachment_path


@pytest.mark.parametrize(
    ("filename", "suffix"),
    [
        ("Arrêté n° 12.PDF", ".pdf"),
        ("../../etc/passwd", ""),
        ("a/b\\c.d/e.xlsx", ".xlsx"),
        ("x.pdf/../y", ""),
        ("virus.ex e", ""),
        ("photo.é", ""),
        ("archive.verylongsuffix", ""),
    ],
)
def test_a_stored_file_owes_nothing_to_the_name_the_user_gave(filename, suffix):
    path = attachment_path(Entry(), filename)

    folder, _, name = path.rpartition("/")
    assert folder == "common/entry"
    assert len(name) == 32 + len(suffix)
    assert name.endswith(suffix)
