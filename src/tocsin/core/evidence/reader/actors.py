"""Who: actors by the names the mission knows, or by what they look like. A community is never an author."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tocsin.core.evidence.reader.text import Text
from tocsin.core.evidence.types import ActorNamed, Count, KnownActor
from tocsin.core.places.gazetteer import sound_of
from tocsin.core.reference.languages import lexicon, tokenise
from tocsin.core.reference.terms import ActorType, Certainty

ARMED_TYPES = frozenset(
    {ActorType.STATE, ActorType.STATE_POLICE, ActorType.REBEL, ActorType.MILITIA, ActorType.EXTERNAL}
)
FIGHTER_TYPES = frozenset({ActorType.REBEL, ActorType.MILITIA})
_HARMFUL = frozenset(
    {
        "ATK",
        "KIL",
        "ABD",
        "ARB",
        "SGV",
        "TOR",
        "REC",
        "LOO",
        "SHL",
        "THR",
        "MOB",
        "HSP",
        "CRM",
        "FMV",
        "UNX",
        "HUM",
        "SCH",
        "CLS",
    }
)
_LEAST_HEARD = 5
_FRONTS = ("ال", "وال", "بال", "لل", "ل", "و", "ب")
_UNSEEN = frozenset({"ATK", "KIL", "ABD", "SGV", "TOR", "REC", "LOO", "SHL", "THR", "MOB", "CRM", "HUM", "SCH", "UNX"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A known actor named in the text, by position and by words."""

    actor: KnownActor
    start: int
    end: int


def find_actors(raw: str, actors: Sequence[KnownActor]) -> tuple[Mention, ...]:
    """Return where known actors are named, with one slip of spelling allowed in long names."""
    tokens = tokenise(raw)
    forms = [_forms(token.key) for token in tokens]
    hits = [
        (actor, first, len(keys))
        for first, here in enumerate(forms)
        for actor, keys in _beginning(tuple(actors), here)
        if first + len(keys) <= len(forms) and all(_alike(forms[first + step], key) for step, key in enumerate(keys))
    ]
    found: list[Mention] = []
    taken: set[int] = set()
    for actor, first, length in sorted(hits, key=lambda hit: (-hit[2], hit[1])):
        span = set(range(first, first + length))
        if not taken & span:
            taken |= span
            found.append(Mention(actor, tokens[first].start, tokens[first + length - 1].end))
    return tuple(sorted(found, key=lambda mention: mention.start))


@lru_cache(maxsize=20_000)
def _beginning(
    actors: tuple[KnownActor, ...], forms: tuple[str, ...]
) -> tuple[tuple[KnownActor, tuple[str, ...]], ...]:
    """Return the names that this word may begin."""
    return tuple((actor, keys) for actor, keys in _names(actors) if _alike(forms, keys[0]))


@lru_cache(maxsize=8)
def _names(actors: tuple[KnownActor, ...]) -> tuple[tuple[KnownActor, tuple[str, ...]], ...]:
    """Return every name of every actor as the words it is compared by, longest first."""
    names = [
        (actor, tuple(token.key for token in tokenise(name)))
        for actor in actors
        for name in (actor.name, *actor.aliases)
    ]
    return tuple(sorted((pair for pair in names if pair[1]), key=lambda pair: -len(pair[1])))


@lru_cache(maxsize=20_000)
def _forms(key: str) -> tuple[str, ...]:
    """Return a word with what Arabic writes onto its front taken off, too."""
    bare = (key[len(start) :] for start in _FRONTS if key.startswith(start))
    return tuple(dict.fromkeys((key, *bare)))


def _alike(forms: tuple[str, ...], key: str) -> bool:
    word = forms[0]
    if key in forms or (len(key) > 3 and word == key + "s") or (len(word) > 3 and key == word + "s"):
        return True
    from rapidfuzz.distance import OSA

    if not word.isascii() and key.isascii() and len(key) >= _LEAST_HEARD:
        # A name in the other script is told by its sound.
        heard = sound_of(key)
        return any(
            OSA.distance(sound_of(form), heard, score_cutoff=1) <= 1 for form in forms if len(form) >= _LEAST_HEARD
        )
    if len(key) < 6 or abs(len(word) - len(key)) > 1 or word[0] != key[0] or word in lexicon().known:
        return False
    return OSA.distance(word, key, score_cutoff=1) <= 1


def name_actor(
    text: Text, mentions: Sequence[Mention], events: frozenset[str], *, trusted: bool, strength: Count | None
) -> ActorNamed | None:
    """Return the actor the message holds to be behind what it tells, as told; None when it tells of none."""
    weapons = _weapons(text)
    sure = Certainty.HIGH if trusted else Certainty.MEDIUM
    armed = [
        mention for mention in mentions if mention.actor.actor_type in ARMED_TYPES and not _on_the_side(text, mention)
    ]
    distinct = list({mention.actor.name: mention.actor for mention in armed}.values())
    if "CLS" in events and len(distinct) >= 2:
        parties = tuple((actor.name, actor.actor_type) for actor in distinct[:2])
        return ActorNamed("|".join(name for name, _ in parties), parties[0][1], sure, strength, weapons, parties)
    civil = _civil_actor(text, events)
    if armed and not (civil and "DEM" in events):
        chosen = _author(text, armed)
        return ActorNamed(chosen.name, chosen.actor_type, sure, strength, weapons)
    return civil or _herders(text, mentions, events, sure, weapons) or _by_looks(text, events, strength, weapons)


def _on_the_side(text: Text, mention: Mention) -> bool:
    """Return whether the actor is spoken of as a victim, a host or a condition, not as an author."""
    at = _token_at(text, mention)
    conditioned = any(0 < at - found.last <= 3 and text.same_clause(found.first, at) for found in text.all("condition"))
    coming = any(found.first > at and found.first - at <= 4 for found in text.all("future", "THR"))
    against = at > 0 and text.tokens[at - 1].text in ("contre", "against", "hosted", "dhidi", "ضد")
    return against or (conditioned and not coming)


def _token_at(text: Text, mention: Mention) -> int:
    return next((at for at, token in enumerate(text.tokens) if token.end > mention.start), 0)


def _author(text: Text, armed: Sequence[Mention]) -> KnownActor:
    """Return the actor named right after "by", else the one named first."""
    for mention in armed:
        at = _token_at(text, mention)
        before = [token.text for token in text.tokens[max(0, at - 2) : at]]
        if any(word in ("par", "by", "na", "des", "قبل") for word in before) and _passive(text, at):
            return mention.actor
    return armed[0].actor


def _passive(text: Text, at: int) -> bool:
    return any(found.concept in _HARMFUL and found.first < at for found in text.found)


def _civil_actor(text: Text, events: frozenset[str]) -> ActorNamed | None:
    if "DEM" in events:
        return ActorNamed("protesters", ActorType.CIVILIANS, Certainty.MEDIUM)
    if "RST" in events:
        mob = any(token.text == "mob" for token in text.tokens)
        return ActorNamed("mob" if mob else "crowd", ActorType.CIVILIANS, Certainty.MEDIUM)
    youth = text.all("youth")
    if not youth or not events & {"FMV", "RST", "THR", "TNS"} or events & {"REC", "ABD"} or text.has("armed"):
        return None
    acts = any(
        found.first > young.first and found.first - young.last <= 5 and text.same_sentence(found.first, young.first)
        for young in youth
        for found in text.all("FMV", "RST", "THR", "future", "LOO")
    )
    return ActorNamed("local youth", ActorType.CIVILIANS, Certainty.MEDIUM) if acts else None


def _herders(
    text: Text, mentions: Iterable[Mention], events: frozenset[str], sure: Certainty, weapons: tuple[str, ...]
) -> ActorNamed | None:
    """Return the moving party of a cattle movement; a community may move, it is never an author of harm."""
    if "TRH" not in events or events & (_HARMFUL - {"THR", "MOB", "FMV"}) or "PRO" in events:
        return None
    moving = next((mention.actor.name for mention in mentions if mention.actor.actor_type is ActorType.COMMUNITY), None)
    if moving is None and text.has("herder"):
        return ActorNamed("herders", ActorType.COMMUNITY, Certainty.MEDIUM, None, weapons)
    if moving is None:
        return None
    return ActorNamed(
        f"{moving} herders", ActorType.COMMUNITY, sure, None, weapons or (("unspecified",) if text.has("armed") else ())
    )


def _by_looks(
    text: Text, events: frozenset[str], strength: Count | None, weapons: tuple[str, ...]
) -> ActorNamed | None:
    seen = [
        one for one in text.all("uniform") if not any(0 <= one.first - no.first <= 3 for no in text.all("no_names"))
    ]
    if seen and events & _HARMFUL and not _only_weapon_seen(text):
        return ActorNamed(None, ActorType.UNIFORMED_UNKNOWN, Certainty.LOW, strength, weapons)
    if events & _UNSEEN or (text.has("armed") and events & _HARMFUL):
        return ActorNamed(None, ActorType.UNKNOWN, Certainty.LOW, strength, weapons)
    return None


def _only_weapon_seen(text: Text) -> bool:
    words = text.all("uniform")
    return bool(words) and all(any(0 < word.first - found.last <= 1 for found in text.all("against")) for word in words)


def _weapons(text: Text) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    for found in text.all("weapon"):
        word = text.tokens[found.first].text
        label = word.upper() if len(word) <= 4 and word.isascii() else found.words.rstrip("*")
        before = text.tokens[found.first - 1].text if found.first else ""
        seen[f"{label} x{before}" if before.isdigit() and int(before) < 100 and len(label) <= 4 else label] = None
    return tuple(seen)
