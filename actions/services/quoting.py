"""The rows that an exchange or a document quotes."""


def quotes_the_same(row, names, fields):
    """Whether the many-to-many `names` of a saved row hold exactly the rows of `fields`."""
    return all(
        {linked.pk for linked in fields.get(name) or ()} == set(getattr(row, name).values_list("pk", flat=True))
        for name in names
    )


def check_links(cite, fields):
    """What no form of ours offers: the actions of another Cité."""
    if any(action.cite_id != cite.pk for action in fields.get("actions") or ()):
        raise ValueError("Some actions belong to another Cité.")


def set_links(row, names, fields):
    """Write the given many-to-many `names`. Returns those that really changed."""
    changed = []
    for name in names:
        if name in fields:
            manager, wanted = getattr(row, name), {linked.pk for linked in fields[name]}
            if wanted != set(manager.values_list("pk", flat=True)):
                manager.set(wanted)
                changed.append(name)
    return changed
