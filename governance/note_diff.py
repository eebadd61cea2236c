"""Two issued versions of a note compared: each text word by word, the others named as unchanged."""

import re
from html import unescape

from actions.strategy_diff import text_change

CELL = re.compile(r"</t[hd]>\s*(?=<t[hd])")
LINE = re.compile(r"<br ?/?>|</(?:p|li|tr|h3|h4|caption)>")
TAG = re.compile(r"<[^>]+>")
# Titles that no section of the writer takes.
OWN = (
    "Titre",
    "À qui il s’adresse",
    "Fait à",
    "Ce qui est demandé",
    "Options examinées",
    "Positions connues",
    "Décision proposée",
    "Montants",
    "Suites",
    "Signataires",
)


def plain_text(html):
    """What is read of clean HTML, one line per paragraph, item or row of a table."""
    text = TAG.sub("", LINE.sub("\n", CELL.sub(" | ", html.replace("\n", " "))))
    return re.sub(r"\n\s*", "\n", unescape(text)).strip()


def compare_notes(before, after):
    """`{"changes": [TextChange], "same": [title]}`, in the order of the later version."""
    old, new = _parts(before), _parts(after)
    changes = [text_change(title, old.get(title, ""), text) for title, text in new.items()]
    changes += [text_change(title, text, "") for title, text in old.items() if title not in new]
    return {
        "changes": [change for change in changes if change.is_changed],
        "same": [change.title for change in changes if not change.is_changed and change.after],
    }


def note_sections(content):
    """Notes issued before they had sections hold one text."""
    if "sections" in content:
        return content["sections"]
    return [{"title": "Ce qu’il faut savoir", "text": content["context"]}] if content["context"] else []


def _parts(content):
    """`{title: plain text}`; two sections of one title are told apart by their rank."""
    said = {"Titre": "title", "À qui il s’adresse": "addressee", "Fait à": "place", "Ce qui est demandé": "request"}
    parts = dict.fromkeys(OWN, "") | {title: content.get(name, "") for title, name in said.items()}
    for section in note_sections(content):
        title = section["title"]
        if title in parts:
            title = f"{title} ({len(parts)})"
        parts[title] = plain_text(section["text"])
    parts["Options examinées"] = "\n".join(_option(option) for option in content["options"])
    parts["Positions connues"] = "\n".join(
        f"{row['side']}\u00a0: {' '.join(row['said'])}" for row in content.get("positions", [])
    )
    parts["Décision proposée"] = content["proposal"]
    parts["Montants"] = "\n".join(
        [*(f"{row['code']} {row['title']}\u00a0: {row['total']}" for row in content["table"]["rows"]), content["cost"]]
    )
    parts["Suites"] = plain_text(content["follow_up"])
    parts["Signataires"] = "\n".join(f"{one['name']}, {one['title']}" for one in content.get("signatories", []))
    return parts


def _option(option):
    proposed = "option proposée" if option["is_proposed"] else ""
    said = (option["label"], option["interest"], option["risk"], option["cost"], proposed)
    return ". ".join(filter(None, said))
