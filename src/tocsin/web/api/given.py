"""The shapes of what is written by the loop's deeds: strict, nothing unknown, nothing converted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import core_schema

from tocsin.core.reference.terms import (
    Component,
    DutyCall,
    HarmKind,
    HarmPhase,
    PolicyOpinion,
    Priority,
    ReportKind,
    ResponseClass,
    ResponseTiming,
    TaskState,
    VerificationState,
    WarningReach,
    WelfareAnswer,
)
from tocsin.services import hotline, planning
from tocsin.web.api.shapes import Moment, NeededText, Ref, Text, Words


def _iso(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a scale, or nothing where `may_be_empty`."""

    kind: type[Enum]
    may_be_empty: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Return what checks it and describes it: exactly the codes there are."""
        known = [str(one.value) for one in self.kind]
        return core_schema.literal_schema(["", *known] if self.may_be_empty else known)


# JSON has no moments: they come as text, in a shape that is otherwise strict.
When = Annotated[Moment, BeforeValidator(_iso)]
Account = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f/]+$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")]
Refs = Annotated[list[Ref], Field(max_length=500)]
NeededRefs = Annotated[list[Ref], Field(min_length=1, max_length=500)]
Clock = Annotated[str, StringConstraints(max_length=5, pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Language = Annotated[str, StringConstraints(min_length=2, max_length=8, pattern=r"^[a-z]+(-[A-Za-z]+)?$")]


class Given(Schema):
    """Something that comes in."""

    model_config = ConfigDict(extra="forbid", strict=True)


class WhyIn(Given):
    """A reason."""

    why: NeededText


class CallIn(Given):
    """A call to a post about an alert, and what came of it."""

    account: Account
    outcome: Annotated[str, Code(DutyCall)]
    called_at: When | None = None
    note: Text = ""


class TaskIn(Given):
    """What is to be done, by whom and by when."""

    what: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
    owner: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$")]
    due_at: When
    asset: Words = ""


class TaskMoveIn(Given):
    """Where a task stands now."""

    to: Annotated[str, Code(TaskState)]
    note: Text = ""


class ConfirmIn(Given):
    """Who saw the delegate act: a source other than the delegate."""

    confirmed_by: Name


class RelayIn(Given):
    """The account of the authority that is told."""

    to: Account


class HarmIn(Given):
    """What people suffered. Null is unknown; kind none: somebody looked and found none."""

    kind: Annotated[str, Code(HarmKind)]
    phase: Annotated[str, Code(HarmPhase)] | None = None
    least: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    most: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    started_at: When | None = None
    ended_at: When | None = None
    reports: Refs = []
    note: Text = ""


class EffectIn(Given):
    """What came of it; class and timing count only where the record does not know them."""

    outcome: NeededText
    response_class: Annotated[str, Code(ResponseClass)] | None = None
    timing: Annotated[str, Code(ResponseTiming)] | None = None


class FeedbackIn(Given):
    """What the village was told, and how."""

    method: Literal[planning.METHODS]  # type: ignore[valid-type]  # one list for pages, command line and API
    text: NeededText


class CloseIn(Given):
    """Why the threat is over, and the reports and tasks that this rests on."""

    determination: NeededText
    rests_on: Refs = []
    why_no_feedback: Text = ""
    is_false_alarm: bool = False
    is_interested: bool | None = None


class MergeAlertIn(Given):
    """The alert that stays, and why."""

    into: Ref
    why: NeededText


class ShiftIn(Given):
    """A watch, or an absence."""

    account: Account
    starts_at: When
    ends_at: When
    sector: Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00-\x1f]*$")] = ""
    is_absence: bool = False


class TakerIn(Given):
    """Who takes the watch over."""

    to: Account


class DeputyIn(Given):
    """Who stands in; null takes the deputy away."""

    deputy: Account | None


class HabitsIn(Given):
    """When somebody is not to be woken, for what all the same, and the languages they speak."""

    quiet_from: Clock | None
    quiet_until: Clock | None
    wakes_for: Annotated[str, Code(Priority)]
    speaks: Annotated[list[Language], Field(max_length=12)]


class NoteIn(Given):
    """The giver's own words."""

    note: Text


class TriageIn(Given):
    """What is to be set on every report; empty leaves it as it is."""

    refs: NeededRefs
    state: Annotated[str, Code(VerificationState, may_be_empty=True)] = ""
    source: Literal["", "A", "B", "C", "D", "E", "F"] = ""
    content: Annotated[int, Field(ge=0, le=6)] = 0
    place: Words = ""
    component: Annotated[str, Code(Component, may_be_empty=True)] = ""
    holder: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00-\x1f]*$")] = ""
    kind: Annotated[str, Code(ReportKind, may_be_empty=True)] = ""
    is_interested: bool | None = None
    why: Text = ""


class CorrectIn(Given):
    """Fields as they should have been read, and why."""

    fields: dict[Annotated[str, StringConstraints(max_length=24)], Any]
    why: NeededText


class MergeIn(Given):
    """Reports that tell of one event: that of an incident, or of the report that is the main one."""

    refs: NeededRefs
    into: Ref
    why: Text = ""


class SplitIn(Given):
    """Reports that tell of something else."""

    refs: NeededRefs
    why: Text = ""


class OtherIn(Given):
    """The other report of a pair."""

    other: Ref


class TryWordIn(Given):
    """A word to be tried, and what it would stand for."""

    language: Language
    concept: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]+$")]
    words: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$")]


class AcceptWordIn(Given):
    """What a proposed word stands for, as it goes into the list."""

    concept: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]+$")]
    words: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$")]


class DrillIn(Given):
    """What is to be told in the drill."""

    text: Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00-\x08\x0e-\x1f]*$")] = ""


class CallBackIn(Given):
    """What came of a call-back."""

    outcome: Literal[hotline.OUTCOMES]  # type: ignore[valid-type]  # one list for pages, command line and API


class WarningTextIn(Given):
    """What is said in one language."""

    headline: Annotated[str, StringConstraints(max_length=160, pattern=r"^[^\x00-\x08\x0e-\x1f]*$")]
    what: Text
    do: Text


class SeenWarningIn(Given):
    """The draft that was read: its mark, as the API tells it."""

    seen: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9a-f]+$")]


class AtOnceIn(SeenWarningIn):
    """The draft that was read, and why it cannot wait."""

    why: NeededText


class WarningIn(Given):
    """A warning to begin with. What is left out is proposed: by the alert, by its places, by their languages."""

    alert: Annotated[str, StringConstraints(max_length=20, pattern=r"^(A-\d{1,12})?$")] = ""
    places: Refs = []
    event: Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z_]*$")] = ""
    reach: Annotated[str, Code(WarningReach)] | None = None
    expires_at: When | None = None
    is_exercise: bool = False
    texts: dict[Language, WarningTextIn] = {}
    tasks: Refs = []
    promises_help: bool | None = None
    tells_of_troops: bool | None = None
    tells_who_reported: bool | None = None


class AnswerIn(Given):
    """What somebody on the list answered; null: nobody took the call."""

    answer: Annotated[str, Code(WelfareAnswer)] | None


class VersionIn(Given):
    """The name of a new version of the policy."""

    version: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$")]


class PartyIn(Given):
    """A component, or a contingent of the force."""

    component: Annotated[str, Code(Component)]
    contingent: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00-\x1f]*$")] = ""


class ConsultIn(Given):
    """Who is asked for an opinion."""

    parties: Annotated[list[PartyIn], Field(min_length=1, max_length=60)]


class OpinionIn(PartyIn):
    """What a component or contingent says of a version."""

    opinion: Annotated[str, Code(PolicyOpinion)]
    text: Text = ""


class CaveatsIn(PartyIn):
    """That a component or contingent has the version, with what it declares."""

    caveats: Text = ""


class ApproveIn(Given):
    """The mark of the difference that was looked at, and from when the version holds."""

    seen: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9a-f]+$")]
    effective_from: When | None = None
    why: Text = ""


class SettleIn(Given):
    """Whether the new judgement of an alert is accepted or the alert is left as it is."""

    is_accepted: bool
    why: Text = ""


class SwitchIn(Given):
    """Open or close a gateway, or say when it is tried; null leaves it as it is."""

    is_active: bool | None = None
    rank: Annotated[int, Field(ge=1, le=99)] | None = None


class TestIn(Given):
    """The account that is sent a test message."""

    account: Account


class TelephoneIn(Given):
    """How an account is reached; sealed at once and never told again. Null takes it away."""

    telephone: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")] | None


class AccountIn(Given):
    """What an account is and where it belongs; null leaves it as it is."""

    title: Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00-\x1f]*$")] | None = None
    component: Annotated[str, Code(Component)] | None = None
    language: Literal["en", "fr", "ar"] | None = None
    rung: Annotated[int, Field(ge=0, le=20)] | None = None
    on_duty: bool | None = None
