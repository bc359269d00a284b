"""The thirty messages of Ardenya, as they arrived: facts fixed, whatever the seed."""

from __future__ import annotations

from typing import Any

from making.land import Spot
from making.means import SENDERS

# when, channel, role of the sender, place they are registered at, text
MESSAGES: tuple[tuple[str, str, str, str, str], ...] = (
    ('2027-03-04T18:27:00+01:00', 'sms', 'can_focal_point', 'Nyaroko (HL)',
     "Urgent CLA! Les FPL sont entrés a Nyaroko 18h15, ils tirent et brulent les maisons. Les gens fuient vers la riviere. Envoyez la patrouille svp"),
    ('2027-03-05T02:13:00+01:00', 'missed_call', 'can_focal_point', 'Gorumba',
     "[3 missed calls 02:11-02:13]"),
    ('2027-03-05T17:05:00+01:00', 'sms', 'can_focal_point', 'Mbirawe',
     "Armed men with black bands gathering near Mbirawe since morning around 40 with AK and 2 PKM. They say they will attack Oulanga tonight bcoz they hosted the army"),
    ('2027-03-05T19:34:00+01:00', 'sms', 'teacher_registered', 'Oulanga',
     "Black band boys abt 60 moving from Mbirawe to Oulanga now, on foot, seen at the school junction 19.30"),
    ('2027-03-05T23:41:00+01:00', 'relay_call', 'can_focal_point', 'Oulanga',
     "[signal] casseroles et bidons battus plus de 10 minutes a Mbirawe, entendu depuis Oulanga 23:40"),
    ('2027-03-06T09:15:00+01:00', 'sms', 'can_focal_point', 'Bahr Nimra',
     "cows of the Waduri passed early this year, more than 3000 heads crossing Bahr Nimra with armed herders. farmers not harvested yet. trouble coming"),
    ('2027-03-06T16:30:00+01:00', 'sms', 'can_focal_point', 'Kisanta',
     "Rien a signaler a Kisanta ce jour. Marché normal."),
    ('2027-03-07T07:10:00+01:00', 'sms', 'local_authority', 'Zambaleko',
     "Attention fausse alerte: les tirs d hier soir a Zambaleko c etait un mariage"),
    ('2027-03-07T08:05:00+01:00', 'sms', 'local_authority', 'Pont Lusanga',
     "Fighting between FAA and FPL at Pont Lusanga is finished since yesterday, FPL left to north. people coming back"),
    ('2027-03-08T06:00:00+01:00', 'sms', 'can_focal_point', 'Mbirawe',
     "test test un deux"),
    ('2027-03-08T11:20:00+01:00', 'sms', 'citizen_unregistered', '',
     "On dit que la MINUA a donné des armes aux Waduri pour tuer les Belanko. Les jeunes veulent barrer la route a Abu Serrif demain"),
    ('2027-03-09T09:00:00+01:00', 'sms', 'citizen_unregistered', '',
     "Bonjour, quand est ce que la distribution des vivres aura lieu au camp Salama?"),
    ('2027-03-09T15:45:00+01:00', 'sms', 'local_peace_committee', 'Abu Serrif',
     "Le chef a signé l accord avec les éleveurs. le couloir passe à l est du champ Belanko, ouvert le 15 mars"),
    ('2027-03-09T20:10:00+01:00', 'hotline', 'citizen_anonymous', '',
     "A girl of my neighbour, 14, was taken by soldiers at the checkpoint near Dabali market yesterday evening. She came back this morning crying. Please dont tell the chief. No names."),
    ('2027-03-09T22:50:00+01:00', 'sms', 'can_focal_point', 'Toromaya',
     "Boss il ya bcp de movement bizarre la nuit vers Toromaya, moto sans phare, pas su qui. 3 nuits deja"),
    ('2027-03-10T01:32:00+01:00', 'sms', 'citizen_unregistered', '',
     "fire fire fire"),
    ('2027-03-10T10:40:00+01:00', 'sms', 'can_focal_point', 'Gorumba',
     "2 enfants touchés par une grenade trouvée au champ a Gorumba ce matin. 1 mort 1 blessé grave. Beaucoup d autres engins labas"),
    ('2027-03-10T12:00:00+01:00', 'sms', 'can_focal_point', 'Zambaleko',
     "Si la base MINUA de Zambaleko ferme le 31 les Simbarra vont venir nous finir, le chef Simbarra l a dit a la radio locale hier"),
    ('2027-03-10T13:25:00+01:00', 'whatsapp_forward', 'citizen_registered', 'Abu Serrif',
     "Forwarded many times: 'every Belanko house in Abu Serrif must be empty before Friday or we will empty it ourselves'"),
    ('2027-03-10T14:00:00+01:00', 'sms', 'citizen_unregistered', '',
     "ils ont coupé la route a Pont Lusanga, barriere des FAA, on paie 5000 par personne, ceux qui n ont pas sont frappés"),
    ('2027-03-10T14:48:00+01:00', 'radio', 'mission_patrol', '',
     "MINUA patrol stopped by FAA at Kisanta bridge 1430, told to go back, clearance No 117 valid"),
    ('2027-03-10T18:20:00+01:00', 'sms', 'ngo_driver', '',
     "IED suspect on road 5.1642, 26.2411 near Abu Serrif, wires seen beside culvert, convoy due 0900 tomorrow"),
    ('2027-03-11T05:50:00+01:00', 'radio', 'mission_base', 'Tembwali',
     "Environ 350 personnes devant la porte de la base Tembwali surtout femmes et enfants. Elles disent que Gorumba est attaqué"),
    ('2027-03-11T07:30:00+01:00', 'sms', 'citizen_registered', 'Nyaroko (HL)',
     "Thank you MINUA for coming last week after the attack in Nyaroko. Since patrol come at night we sleep at home"),
    ('2027-03-11T10:05:00+01:00', 'sms', 'idp_representative', 'Lekuwa',
     "We are 1200 families at Lekuwa school no food no water, some have guns hidden"),
    ('2027-03-11T11:15:00+01:00', 'walk_in', 'family_member', '',
     "Mon mari a été arreté par la PNA dimanche passé a Dabali, on ne sait pas ou il est"),
    ('2027-03-11T12:02:00+01:00', 'sms', 'can_focal_point', 'Ferreko',
     "Les FPL recrutent de force les jeunes garcons 13-16 ans a Ferreko, 7 pris lundi"),
    ('2027-03-11T16:20:00+01:00', 'hotline', 'eyewitness', '',
     "6 people killed at Dabali market on 2 March, 3 women 2 men 1 boy, by men in uniform. I saw it. Come and write"),
    ('2027-03-11T17:40:00+01:00', 'sms', 'citizen_unregistered', '',
     "demain ya marche pacifique a Tembwali contre les tueries. jeunes disent ils vont bruler le bureau MINUA si la police tire"),
    ('2027-03-11T21:04:00+01:00', 'hf_radio', 'can_focal_point', 'Toromaya',
     "Zambaleko this is Toromaya. Two one zero zero hours. Shelling from south, six rounds landed near health post. No casualties known. Over."),
)  # fmt: skip
# Dates that a text spells out, so that the world can be moved in time.
_SPELLED = {"2 March": "2027-03-02", "le 31": "2027-03-31", "15 mars": "2027-03-15"}
_NAMELESS = {"citizen_anonymous"}
# The network cell that a message of an unregistered sender came through.
_CELLS = {"fire fire fire": "Lekuwa"}


def message_rows(sources: list[dict[str, Any]], spots: list[Spot]) -> list[dict[str, Any]]:
    """Return messages.jsonl: a registered sender by reference, a stranger by role and number."""
    names = {spot.ref: {spot.name, f"{spot.name} ({spot.province})"} for spot in spots}
    rows: list[dict[str, Any]] = []
    for when, channel, role, place, text in MESSAGES:
        row: dict[str, Any] = {"received_at": when, "channel": channel, "sender": ""}
        if any(sender[:2] == (role, place) for sender in SENDERS):
            row["sender"] = next(
                source["ref"]
                for source in sources
                if source["role"] == role and (not place or place in names[source["place"]])
            )
        else:
            row["sender_role"] = role
            if channel in {"sms", "hotline"} and role not in _NAMELESS:
                row["contact"] = f"+999 020 {len(rows) + 1:04}"
        if text in _CELLS:
            row["place_hint"] = _CELLS[text]
        row["text"] = text
        dates = [{"words": words, "on": on} for words, on in _SPELLED.items() if words in text]
        if dates:
            row["dates"] = dates
        rows.append(row)
    return rows
