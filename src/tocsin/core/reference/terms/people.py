"""Who looks, for which part of the mission, and why."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may be in the mission: thirteen roles."""

    REPORTER = "reporter"
    PUBLIC_READER = "public_reader"
    FIELD_LIAISON = "field_liaison"
    DUTY_OFFICER = "duty_officer"
    ANALYST = "analyst"
    PROTECTION_LEAD = "protection_lead"
    COMPONENT_PLANNER = "component_planner"
    RESOURCE_ALLOCATOR = "resource_allocator"
    SOURCE_CUSTODIAN = "source_custodian"
    PARTNER = "partner"
    HOST_AUTHORITY = "host_authority"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Component(StrEnum):
    """Parts of the mission, and those outside it who may act; options of response are listed by them."""

    FORCE = "force"
    POLICE = "police"
    CIVIL_AFFAIRS = "civil_affairs"
    RIGHTS = "rights"
    CHILD_PROTECTION = "child_protection"
    POLITICAL = "political"
    INFORMATION = "information"
    SUPPORT = "support"
    MINE_ACTION = "mine_action"
    JOINT_OPERATIONS = "joint_operations"
    HUMANITARIAN = "humanitarian"
    HOST = "host"
    COMMUNITY = "community"
    OTHER = "other"


class Purpose(StrEnum):
    """Why a viewer looks."""

    DUTY = "duty"
    VERIFY = "verify"
    ASSESS = "assess"
    PLAN = "plan"
    REPORT = "report"
    REVIEW = "review"
    ADMINISTER = "administer"
    REPLY = "reply"
