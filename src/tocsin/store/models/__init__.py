"""Tables only: fields, constraints and indexes, one module a room."""

from tocsin.store.models.alerts import Addressee, Alert, AlertReport, OutgoingMessage
from tocsin.store.models.assessment import AssessmentRun, ImminencePolicy, LineAction, MatrixLine
from tocsin.store.models.desk import (
    Deed,
    DeedItem,
    Handover,
    HandoverVersion,
    RejectedPair,
    SavedFilter,
    Sighting,
    WordProposal,
)
from tocsin.store.models.evidence import Actor, Incident, IncidentVersion, Message, Report, SealedContact, Source
from tocsin.store.models.lessons import Lesson
from tocsin.store.models.people import AccessToken, Account, DutyShift, Gateway, SeenNonce
from tocsin.store.models.places import Area, Base, Displacement, PartnerPresence, Place, Road, RoadClosure, Site
from tocsin.store.models.plans import Asset, CapabilityGap, CommunityFeedback, Decision, Task
from tocsin.store.models.record import AuditEntry, AuditSeal, FeedLoad, HistoryEntry, SealedEntry, WorkItem

__all__ = [
    "AccessToken",
    "Account",
    "Actor",
    "Addressee",
    "Alert",
    "AlertReport",
    "Area",
    "AssessmentRun",
    "Asset",
    "AuditEntry",
    "AuditSeal",
    "Base",
    "CapabilityGap",
    "CommunityFeedback",
    "Decision",
    "Deed",
    "DeedItem",
    "Displacement",
    "DutyShift",
    "FeedLoad",
    "Gateway",
    "Handover",
    "HandoverVersion",
    "HistoryEntry",
    "ImminencePolicy",
    "Incident",
    "IncidentVersion",
    "Lesson",
    "LineAction",
    "MatrixLine",
    "Message",
    "OutgoingMessage",
    "PartnerPresence",
    "Place",
    "RejectedPair",
    "Report",
    "Road",
    "RoadClosure",
    "SavedFilter",
    "SealedContact",
    "SealedEntry",
    "SeenNonce",
    "Sighting",
    "Site",
    "Source",
    "Task",
    "WordProposal",
    "WorkItem",
]
