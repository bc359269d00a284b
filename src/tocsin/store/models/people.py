"""Accounts of the mission, gateways and tokens."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from tocsin.core.reference.terms import Role


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts. There is no superuser."""

    def create_user(self, username: str, password: str, **fields: object) -> Account:
        """Return a new account with a hashed pass-phrase."""
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A desk or person of the mission that signs in. `title` is a post, never a person's name.

    `rung` is the step on the escalation ladder, empty for those who are not on it. `contact` is
    sealed: only the sender of alerts opens it. `speaks` are the languages this desk can speak with a
    caller. Between `quiet_from` and `quiet_until` (mission time) only what is at least as urgent as
    `wakes_for` is sent to them.
    """

    username = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, choices=[(r.value, r.value) for r in Role])
    sector = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=5, default="en")
    component = models.CharField(max_length=24, default="other")
    speaks = models.JSONField(default=list)
    deputy = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="stands_in_for")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    wakes_for = models.CharField(max_length=2, default="P1")
    rung = models.PositiveSmallIntegerField(null=True, blank=True)
    on_duty = models.BooleanField(default=True)
    actor = models.CharField(max_length=80, blank=True)
    contact_sealed = models.BinaryField(null=True, blank=True)
    contact_handle = models.CharField(max_length=64, blank=True, db_index=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []
    objects = AccountManager()

    class Meta:
        app_label = "tocsin"

    @property
    def is_staff(self) -> bool:
        """Nobody is staff in Django's sense: there is no back door of forms."""
        return False


class DutyShift(models.Model):
    """Who has the watch, and from when to when. Where no shift is entered, `on_duty` of the account counts.

    `is_absence`: the account is away, and its deputy stands in.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="shifts")
    sector = models.CharField(max_length=20, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_absence = models.BooleanField(default=False)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="shift_by_time")]  # who is on duty now


class Gateway(models.Model):
    """A machine that carries messages to us, from us, or both. It proves itself by its secret.

    `channel` names its adapter. `outbound_sealed` is what it asks of us, where it carries messages out;
    `options` are its settings that are no secret. The lowest `rank` is tried first.
    """

    name = models.CharField(max_length=40, unique=True)
    channel = models.CharField(max_length=20)
    secret_sealed = models.BinaryField()
    outbound_sealed = models.BinaryField(null=True, blank=True)
    options = models.JSONField(default=dict)
    rank = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)
    last_heard_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=120, blank=True)
    receipts_unknown = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "tocsin"


class SeenNonce(models.Model):
    """A signed call already taken; kept so that a replay has no effect."""

    gateway = models.ForeignKey(Gateway, on_delete=models.CASCADE)
    nonce = models.CharField(max_length=80)
    seen_at = models.DateTimeField(db_index=True)  # purge of old nonces

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["gateway", "nonce"], name="one_call_per_nonce")]


class AccessToken(models.Model):
    """A scoped token for the API; only its keyed fingerprint is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    label = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"
