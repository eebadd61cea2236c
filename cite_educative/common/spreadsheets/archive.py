"""Opening the ZIP container of XLSX and ODS files without being fooled by it."""

import zipfile
import zlib
from contextlib import contextmanager
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from cite_educative.common.spreadsheets import errors

ENCRYPTED_FLAG = 0x1


@contextmanager
def open_archive(stream):
    """Yield the checked ZipFile; raises SpreadsheetError for a damaged, encrypted or oversized one."""
    try:
        with zipfile.ZipFile(stream) as archive:
            check_sizes(archive.infolist())
            yield archive
    except errors.SpreadsheetError:
        raise
    except DefusedXmlException as error:
        raise errors.suspicious_archive() from error
    except RecursionError as error:
        raise errors.damaged() from error
    except (zipfile.BadZipFile, EOFError, zipfile.LargeZipFile, NotImplementedError, ParseError, KeyError) as error:
        raise errors.damaged() from error
    except (OSError, zlib.error, ValueError, TypeError, LookupError, AttributeError) as error:
        raise errors.damaged() from error
    except RuntimeError as error:  # zipfile's way to say that an entry wants a password
        raise errors.password_protected() from error


def check_sizes(entries):
    if len(entries) > errors.MAX_ARCHIVE_ENTRIES or sum(e.file_size for e in entries) > errors.MAX_UNPACKED_BYTES:
        raise errors.suspicious_archive()
    for entry in entries:
        if entry.flag_bits & ENCRYPTED_FLAG:
            raise errors.password_protected()
        if entry.file_size > 8 * errors.MEGABYTE and entry.file_size > errors.MAX_RATIO * max(entry.compress_size, 1):
            raise errors.suspicious_archive()


class BoundedReader:
    """A read-only stream that stops an entry larger than it declared."""

    def __init__(self, stream, limit):
        self.stream, self.left = stream, limit

    def read(self, size=-1):
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise errors.suspicious_archive()
        return data

    def close(self):
        self.stream.close()


def parse_entry(archive, name, events=("end",)):
    """Iterate over the XML events of an entry; refuses any DTD or entity."""
    with archive.open(name) as stream:
        yield from iterparse(BoundedReader(stream, errors.MAX_UNPACKED_BYTES), events, forbid_dtd=True)


def local_name(tag):
    return tag.rpartition("}")[2]
