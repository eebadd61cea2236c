"""What WeasyPrint 70 leaves out of the tags of a PDF/UA-1, added afterwards on the file."""

import re

from pikepdf import Array, Dictionary, Name

PRINT_FLAG = 4
MARKED_CONTENT = re.compile(rb"/(\w+)\s+<</MCID (\d+)>>\s*BDC")


class UntaggedImageError(Exception):
    """A figure has no alternative text."""


def complete_tags(pdf):
    """Scope of header cells, printable links, page headers outside the reading order.

    Raises `UntaggedImageError` when a figure has no alternative text. Running it twice changes nothing more.
    """
    seen = set()
    root = pdf.Root.StructTreeRoot
    for element in root.K:
        _visit(element, seen, in_head=False)
    for number, page in enumerate(pdf.pages):
        for annotation in page.get("/Annots", []):
            annotation.F = PRINT_FLAG
        _detach_page_headers(pdf, page, _elements_of_page(root, number), seen)


def _visit(element, seen, *, in_head):
    if not isinstance(element, Dictionary) or Name.S not in element:
        return
    seen.add(element.objgen)
    role = element.S
    in_head = in_head or role == Name.THead
    if role == Name.TH:
        attributes = element.get("/A", Dictionary(O=Name.Table))
        attributes.Scope = Name.Column if in_head else Name.Row
        element.A = attributes
    elif role == Name.Figure and not str(element.get("/Alt", "")).strip():
        raise UntaggedImageError
    children = element.get("/K", [])
    for child in children if isinstance(children, Array) else [children]:
        _visit(child, seen, in_head=in_head)


def _elements_of_page(root, number):
    """The elements of a page by marked-content id, from the parent tree (key, value, key, value…)."""
    pairs = root.ParentTree.Nums
    for index in range(0, len(pairs), 2):
        if int(pairs[index]) == number:
            return pairs[index + 1]
    return Array()


def _detach_page_headers(pdf, page, elements, seen):
    """Running headers and page numbers are decoration: read aloud on every page they would cut sentences in two."""
    orphans = {mcid for mcid, element in enumerate(elements) if element is None or element.objgen not in seen}
    if not orphans:
        return

    def as_artifact(match):
        return b"/Artifact <</Type /Pagination>> BDC" if int(match[2]) in orphans else match[0]

    for stream in page.Contents if isinstance(page.Contents, Array) else [page.Contents]:
        stream.write(MARKED_CONTENT.sub(as_artifact, stream.read_bytes()))
    for mcid in orphans:
        elements[mcid] = None
