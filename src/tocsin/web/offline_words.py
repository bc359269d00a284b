"""What the form without a network says while nobody can be asked; `{}` holds a number or a time."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

WORDS: Final = {
    # The line on top
    "no_network": _("No network. What you write waits on this phone."),
    "network": _("There is a network."),
    "counts": _("Waiting: {waiting} · Not taken: {refused} · Sent: {sent}"),
    # States of a report
    "draft": _("Draft, not finished"),
    "waiting": _("Waiting"),
    "sending": _("Sending …"),
    "refused": _("Not taken"),
    "sent": _("Sent"),
    "locked": _("Locked: your PIN opens it and lets it go"),
    # Why a report still waits
    "why_offline": _("There is no network."),
    "why_silence": _("No answer came."),
    "why_late": _("The line was too slow: no whole answer came."),
    "why_busy": _("The mission cannot take it now."),
    "why_stranger": _("Something else answered, perhaps the sign-in page of this network."),
    "next": _("Next try {when}."),
    "tries": _("Tries: {n}."),
    "may_have_come": _("It may have arrived already; sent again it still counts once."),
    # Lines of one report
    "numbered": _("No. {n}"),
    "written": _("written {when}"),
    "hidden": _("Words hidden. Tap to show."),
    "receipt": _("Receipt {ref}, {when}"),
    "words_gone": _("The words are no longer on this phone."),
    "clock_wrong": _("The clock of this phone is wrong by about {how_long}. The mission has {when}."),
    "minutes": _("{n} min"),
    "hours": _("{n} h"),
    "days": _("{n} d"),
    # What can be done with it
    "send": _("Send now"),
    "edit": _("Change"),
    "go_on": _("Go on writing"),
    "again": _("Try again"),
    "sms": _("As SMS"),
    "file": _("As a file"),
    "delete": _("Delete"),
    "forget": _("Remove this line"),
    "sure_delete": _("Delete no. {n}? It has not been sent, and nothing brings it back."),
    "sure_forget": _("Remove the line with receipt {ref}? The mission keeps the report."),
    "sure_all": _("Delete everything on this phone: {n} not sent, every receipt, every PIN? Nothing brings it back."),
    # What has just happened
    "kept": _("Kept on this phone as no. {n}. Not sent yet."),
    "was_sent": _("No. {n} is sent. Receipt {ref}."),
    "was_refused": _("No. {n} was not taken: {why}"),
    "editing": _("You are changing no. {n}. Until you keep the change, the earlier words stay and may go."),
    "edited_after": _("An earlier wording may have arrived too; the mission then has both."),
    "drafted": _("Draft kept on this phone."),
    "draft_back": _("Your draft is back."),
    "deleted": _("Deleted."),
    "exported": _("A file now holds the words in clear. The report stays here until it is sent."),
    # What is wrong
    "empty": _("Write a few words, or the name of the place."),
    "too_long": _("Too long to get through a bad line. Shorten it, or keep the rest as a second report."),
    "left": _("Room left: {n} letters"),
    "no_room": _("This phone has no room left: NOT kept. The words are still above. Send them as SMS, or make room."),
    "no_store": _("This browser keeps nothing (private window?): NOT kept. Use the form without keeping."),
    "no_place": _("The phone could not tell its position. Write the name of the place."),
    "asking": _("Asking the phone …"),
    "exact": _("exact position {point}"),
    "rounded": _("within about a kilometre: {point}"),
    # The PIN
    "pin_none": _("No PIN is set."),
    "pin_shut": _("Locked. You can write; what you write opens with the PIN used last."),
    "pin_open": _("Open. Whoever holds the phone now can read what waits."),
    "pin_short": _("Six signs at least. Four words are far safer than digits."),
    "pin_wrong": _("This PIN opens nothing here."),
    "pin_unequal": _("The two are not the same."),
    "pin_taken": _("Choose another one."),
    "pin_working": _("A moment …"),
    "pin_unsafe_page": _("A PIN needs an address with https."),
    # What the phone keeps
    "persisted": _("The browser has promised not to clear this by itself."),
    "evictable": _("The browser may clear this when the phone runs out of room. Send soon."),
    "used": _("Used: {used} of {quota}."),
    "not_kept_offline": _("This address cannot be kept for use without a network: it has no https."),
    "kept_offline": _("This page opens without a network."),
    "not_kept_yet": _("This page is not yet kept on the phone: leave it open until this line changes."),
}
