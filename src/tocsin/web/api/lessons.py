"""Lessons: what was observed, and what became of it."""

from __future__ import annotations

from typing import Any

from ninja import Router, Status

from tocsin.services import lessons
from tocsin.store.queries import plans
from tocsin.web.api.doors import Door
from tocsin.web.api.shapes import ErrorOut, LessonIn, LessonOut, lesson_out
from tocsin.web.gate import require

router = Router(tags=["lessons"])
_ERRORS: dict[int, Any] = {401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut}


@router.get("/lessons", auth=Door("read:lessons"), response={200: list[LessonOut], **_ERRORS})
def list_lessons(request: Any) -> Any:
    """Return the lessons of this mission, newest first."""
    require(request.viewer, "read", "lesson")
    return [lesson_out(row) for row in plans.lessons(request.viewer)]


@router.post("/lessons", auth=Door("write:lessons"), response={201: LessonOut, **_ERRORS})
def submit_lesson(request: Any, given: LessonIn) -> Any:
    """Write a lesson as submitted, tied to the alert and the decision it came from."""
    made = lessons.submit(
        request.viewer,
        title=given.title,
        theme=given.theme,
        observation=given.observation,
        now=request.now,
        recommendation=given.recommendation,
        conditions=given.conditions,
        harm=given.harm,
        alert_ref=given.alert,
        decision_ref=given.decision,
    )
    return Status(201, lesson_out(made))
