"""Places, sites, roads and bases."""

from __future__ import annotations

from django.db import models


class Place(models.Model):
    """A settlement or named point. An empty `people` is unknown, not nobody."""

    ref = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, db_index=True)  # lookup by normalised name
    province = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=80, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    kind = models.CharField(max_length=24)
    people = models.PositiveIntegerField(null=True, blank=True)
    people_source = models.CharField(max_length=60, blank=True)
    displaced_people = models.PositiveIntegerField(null=True, blank=True)
    languages = models.JSONField(default=list)
    aliases = models.JSONField(default=list)
    features = models.JSONField(default=list)
    sector = models.CharField(max_length=20, blank=True)
    pcode = models.CharField(max_length=24, blank=True)
    feed_id = models.CharField(max_length=80, null=True, unique=True)
    last_heard_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"
        indexes = [
            models.Index(fields=["lat", "lon"], name="place_by_point"),  # map boxes, nearest place
            models.Index(fields=["sector", "name"], name="place_by_sector"),  # place list of a desk
        ]


class Site(models.Model):
    """A water point, market, field, firewood route, school or health post."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="sites")
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=120, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    days = models.JSONField(default=list)
    distance_km = models.FloatField(null=True)

    class Meta:
        app_label = "tocsin"


class Road(models.Model):
    """A link between two places, with its state by season."""

    ref = models.CharField(max_length=40, unique=True)
    origin = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="roads_out")
    destination = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="roads_in")
    km = models.FloatField()
    road_class = models.CharField(max_length=12)
    dry = models.CharField(max_length=10)
    wet = models.CharField(max_length=10)

    class Meta:
        app_label = "tocsin"


class RoadClosure(models.Model):
    """A dated change of a road's state."""

    road = models.ForeignKey(Road, on_delete=models.CASCADE, related_name="closures")
    status = models.CharField(max_length=10)
    reason = models.CharField(max_length=40)
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"


class Base(models.Model):
    """A base of the mission."""

    ref = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16)
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="bases")
    lat = models.FloatField()
    lon = models.FloatField()
    province = models.CharField(max_length=80, blank=True)
    sector = models.CharField(max_length=20, blank=True)
    map_on = models.DateField(null=True, blank=True, db_index=True)  # one map per mission-month
    map_mission = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "tocsin"


class Area(models.Model):
    """An administrative area by its P-code."""

    pcode = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=200)
    level = models.PositiveSmallIntegerField()
    country = models.CharField(max_length=8)
    parent = models.CharField(max_length=24)
    valid_from_on = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"


class Displacement(models.Model):
    """How many people are displaced, as a dataset or partner stated it."""

    feed_id = models.CharField(max_length=160, unique=True)
    measure = models.CharField(max_length=8)
    group = models.CharField(max_length=20)
    where = models.CharField(max_length=200)
    country = models.CharField(max_length=80)
    origin = models.CharField(max_length=200, blank=True)
    people = models.PositiveIntegerField()
    as_at_on = models.DateField(db_index=True)  # latest figure at a date
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    cause = models.CharField(max_length=60, blank=True)
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL)

    class Meta:
        app_label = "tocsin"


class PartnerPresence(models.Model):
    """Which kind of organisation works where. Not used for targeting patrols."""

    organisation = models.CharField(max_length=60)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="partners")
    work = models.CharField(max_length=60)
    since_on = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["organisation", "place", "work"], name="one_presence_row")]
