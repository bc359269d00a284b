"""Any record as it stood at a moment, and the log of who saw and did what."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Path, Query, Router

from tocsin.services import auditing, replay
from tocsin.web.api.doors import Door
from tocsin.web.api.shapes import AuditOut, ErrorOut, Moment, Ref
from tocsin.web.gate import require

router = Router(tags=["record"])
_ERRORS: dict[int, Any] = {401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 422: ErrorOut}


@router.get("/records/{ref}", auth=Door("read:records"), response={200: dict[str, Any], **_ERRORS})
def replay_record(request: Any, ref: Annotated[Ref, Path()], as_of: Moment | None = None) -> Any:
    """Return a record as it stood: what was known, to whom, and what was decided by then; nothing learned later."""
    return replay.as_it_was(request.viewer, ref, as_of=as_of or request.now, now=request.now)


@router.get("/audit/verify", auth=Door("read:audit"), response={200: AuditOut, **_ERRORS})
def verify_audit(request: Any, head: Annotated[str, Query(max_length=64, pattern=r"^[0-9a-f]*$")] = "") -> Any:
    """Check every entry and every seal of the audit log, and that a head written down earlier is in it."""
    require(request.viewer, "read", "audit")
    figures, problems = auditing.verify(request.viewer, now=request.now, head=head)
    return {**figures, "intact": not problems, "problems": [found.as_json() for found in problems]}
