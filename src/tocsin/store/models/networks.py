"""Community networks: who keeps watch where, their codes, check-ins, silences, drills and call-backs."""

from __future__ import annotations

from django.db import models

from tocsin.store.models.places import Place


class _Referred(models.Model):
    """A record with a reference such as ``N-000141``, its letter given by the table."""

    letter = ""

    class Meta:
        abstract = True

    @property
    def ref(self) -> str:
        """Reference such as ``N-000141``."""
        return f"{self.letter}-{self.pk:06d}"


class Network(_Referred):
    """A network of people who keep watch: alert network, village watch, hotline, committee or authorities.

    `check_times` are clock times of the mission's zone, `check_days` weekdays from 0 (Monday).
    `silent_after_h` empty follows the rhythm. `members` and `women` count a committee; empty is unknown.
    """

    letter = "N"
    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    sector = models.CharField(max_length=20, blank=True)
    languages = models.JSONField(default=list)
    rhythm = models.CharField(max_length=8, default="none")
    check_days = models.JSONField(default=list)
    check_times = models.JSONField(default=list)
    silent_after_h = models.FloatField(null=True, blank=True)
    members = models.PositiveIntegerField(null=True, blank=True)
    women = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)
    since_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"


class FocalPoint(_Referred):
    """One person of a network, shown by role and village; who it is stays sealed with the source."""

    letter = "F"
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="focal_points")
    source = models.ForeignKey("tocsin.Source", null=True, on_delete=models.SET_NULL, related_name="focal_points")
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="focal_points")
    sector = models.CharField(max_length=20, blank=True)
    role = models.CharField(max_length=40, default="can_focal_point")
    sex = models.CharField(max_length=8, blank=True)
    languages = models.JSONField(default=list)
    hours_from = models.TimeField(null=True, blank=True)
    hours_until = models.TimeField(null=True, blank=True)
    backup = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="stands_in_for")
    trained_on = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=8, default="unknown")
    credit = models.CharField(max_length=8, default="unknown")
    charge = models.CharField(max_length=8, default="unknown")
    coverage = models.CharField(max_length=8, default="unknown")
    entered_at = models.DateTimeField()
    since_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["network", "source"], name="once_in_a_network")]


class CodeBook(models.Model):
    """What signals mean in one village for a time: sealed, for the meaning is local and secret."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="code_books")
    sector = models.CharField(max_length=20, blank=True)
    secrecy = models.PositiveSmallIntegerField(default=3)
    key = models.CharField(max_length=24, unique=True)
    entries_sealed = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"
        indexes = [models.Index(fields=["place", "-valid_from"], name="code_book_in_force")]  # each signal heard


class CodeSheet(models.Model):
    """The grammar of a network's coded messages; the newest version is in force."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="code_sheets")
    definition = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["network", "version"], name="sheet_version_once")]


class Drill(_Referred):
    """A drill of one network, kept apart from what is real. `declared_live` lists what proved real in it."""

    letter = "X"
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="drills")
    sector = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=300, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=40, blank=True)
    declared_live = models.JSONField(default=list)

    class Meta:
        app_label = "tocsin"


class CheckIn(models.Model):
    """One question put to one focal point, and whether it was answered; in a drill or in earnest."""

    focal_point = models.ForeignKey(FocalPoint, on_delete=models.CASCADE, related_name="check_ins")
    drill = models.ForeignKey(Drill, null=True, on_delete=models.CASCADE, related_name="check_ins")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    backup_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"
        indexes = [models.Index(fields=["focal_point", "-asked_at"], name="check_in_newest")]  # heartbeat


class Silence(_Referred):
    """A node that was not heard for longer than its limit. It ends only by being heard."""

    letter = "Q"
    focal_point = models.ForeignKey(FocalPoint, on_delete=models.CASCADE, related_name="silences")
    sector = models.CharField(max_length=20, blank=True)
    began_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    limit_h = models.FloatField()
    because = models.JSONField(default=list)
    alert = models.ForeignKey("tocsin.Alert", null=True, on_delete=models.SET_NULL, related_name="silences")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "tocsin"
        constraints = [
            models.UniqueConstraint(
                fields=["focal_point"], condition=models.Q(ended_at__isnull=True), name="one_silence_at_a_time"
            )
        ]


class CommitteeMeeting(models.Model):
    """A meeting of a safety committee, and whether the village's plan was gone through."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    present = models.PositiveIntegerField(null=True, blank=True)
    women_present = models.PositiveIntegerField(null=True, blank=True)
    is_plan_reviewed = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)
    made_by = models.CharField(max_length=40)

    class Meta:
        app_label = "tocsin"


class CallBack(_Referred):
    """Somebody asked to be called back: in which language, by when, and who did. Never a number."""

    letter = "B"
    message = models.OneToOneField("tocsin.Message", on_delete=models.PROTECT, related_name="call_back")
    sector = models.CharField(max_length=20, blank=True)
    secrecy = models.PositiveSmallIntegerField(default=2)
    priority = models.CharField(max_length=2, default="P3")
    language = models.CharField(max_length=8, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    last_try_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    is_drill = models.BooleanField(default=False)

    class Meta:
        app_label = "tocsin"
        indexes = [
            models.Index(fields=["due_at"], name="call_back_due", condition=models.Q(done_at__isnull=True))
        ]  # the list of the hotline
