"""What somebody agreed to when they told us, and what must therefore not happen."""

from __future__ import annotations

from typing import Final

# An answer that is not here forbids nothing by itself; nobody having asked is a doubt, not a yes.
_FORBIDS: Final = {
    "none": ("do_not_share_without_consent", "consent_no_contact"),
    "anon_use": ("no_names",),
    "referral_only": ("do_not_share_without_consent", "consent_limited"),
    "withdrawn": ("do_not_share_without_consent", "consent_no_contact"),
}


def flags_of(consent: str) -> tuple[str, ...]:
    """Return the flags that an answer on consent puts on every report made of the message.

    Examples
    --------
    >>> flags_of("referral_only")
    ('do_not_share_without_consent', 'consent_limited')
    >>> flags_of("")
    ()
    """
    return _FORBIDS.get(consent, ())
