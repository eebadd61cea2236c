from django.db import models


class Heartbeat(models.Model):
    """Last proof that a queue is consumed, written by the worker itself: one row per queue."""

    name = models.CharField("file d’attente", max_length=20, unique=True)
    beat_at = models.DateTimeField("dernier signe de vie")

    class Meta:
        verbose_name = "signe de vie"
        verbose_name_plural = "signes de vie"

    def __str__(self):
        return self.name
