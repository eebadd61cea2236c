"""Accent-insensitive search, the same on every database: one normalised column per model."""

import re
import unicodedata

from django.db import models

MAX_WORDS = 10
BETWEEN_WORDS = re.compile(r"[\W_]+")


def normalise(text):
    """Lower case, no accents, ligatures undone, everything but letters and digits turned into one space."""
    text = str(text).lower().replace("œ", "oe").replace("æ", "ae")
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(character for character in text if not unicodedata.combining(character))
    return " ".join(BETWEEN_WORDS.sub(" ", text).split())


class SearchableQuerySet(models.QuerySet):
    def search(self, query):
        """Rows that contain every word of `query` (the first ten), in any order; all rows for no word."""
        found = self
        for word in normalise(query).split()[:MAX_WORDS]:
            found = found.filter(search_text__contains=word)
        return found

    def refresh_search(self):
        """Recompute the column, for instance after a related row that it quotes was renamed."""
        rows = list(self)
        return self.bulk_update(rows, ["search_text"], batch_size=500)

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for instance in objs:
            instance.fill_search_text()
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = self.model.with_search_text(kwargs["update_fields"])
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs, fields, *args, **kwargs):
        objs = tuple(objs)
        fields = self.model.with_search_text(fields)
        if "search_text" in fields:
            for instance in objs:
                instance.fill_search_text()
        return super().bulk_update(objs, fields, *args, **kwargs)

    def update(self, **changes):
        """Refused on a searched field: SQL could not rewrite the column. Use `save()` or `bulk_update()`."""
        searched = set(self.model.with_search_text(changes)) - set(changes)
        if searched:
            raise TypeError(f"update() on a searched field of {self.model.__name__}: use save() or bulk_update().")
        return super().update(**changes)


class SearchableModel(models.Model):
    """`SEARCH_FIELDS` names the row's own fields that are searched.

    Override `search_source()` to add words of related rows, and call `refresh_search()` on this model
    when those change. Keep `SearchableQuerySet` as the base of the model's queryset.
    """

    SEARCH_FIELDS = ()

    search_text = models.TextField("texte de recherche", blank=True, default="", editable=False)

    objects = SearchableQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is not None:
            update_fields = self.with_search_text(update_fields)
        if update_fields is None or "search_text" in update_fields:
            self.fill_search_text()
        super().save(*args, update_fields=update_fields, **kwargs)

    @classmethod
    def with_search_text(cls, fields):
        """The names of `fields`, with `search_text` when one of them is searched."""
        fields = list(fields)
        names = {name.removesuffix("_id") for name in fields}
        if "search_text" not in fields and names & set(cls.SEARCH_FIELDS):
            fields.append("search_text")
        return fields

    def search_source(self):
        return " ".join(str(value) for name in self.SEARCH_FIELDS if (value := getattr(self, name)))

    def fill_search_text(self):
        self.search_text = normalise(self.search_source())
