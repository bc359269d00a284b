"""What is fixed about Ardenya whatever the seed: names, parties, bases and accounts. All invented."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import NamedTuple

ZONE = timezone(timedelta(hours=1))
FIRST = datetime(2025, 3, 10, tzinfo=ZONE)
TODAY = datetime(2027, 3, 11, 22, tzinfo=ZONE)
# From here on the places of the messages are told of by messages, not by past incidents.
MESSAGES_FROM = datetime(2027, 3, 3, tzinfo=ZONE)


class Province(NamedTuple):
    code: str
    name: str
    sector: str
    languages: str
    box: tuple[float, float, float, float]  # south, north, west, east


PROVINCES = {
    "HL": Province("HL", "Haut-Lusanga", "south", "sw|fr|lus", (0.92, 1.75, 28.02, 28.98)),
    "SK": Province("SK", "Sud-Kareko", "east", "sw|fr|kar", (1.86, 2.62, 28.72, 29.75)),
    "BD": Province("BD", "Basse-Dembia", "centre", "fr|dem", (3.32, 4.25, 26.62, 27.78)),
    "NM": Province("NM", "Nord-Maïra", "north", "ar|bel|wad", (4.72, 5.58, 25.72, 26.75)),
}


class Fixed(NamedTuple):
    name: str
    province: str
    lat: float
    lon: float
    kind: str
    people: int | None
    aliases: str = ""
    features: str = ""


FIXED = (
    Fixed("Tembwali", "HL", 1.21, 28.41, "town", 24_000, "Tembuali", "market|key_route"),
    Fixed("Nyaroko", "HL", 1.305, 28.52, "village", 1_900, "Niaroko"),
    Fixed("Nyaroko", "BD", 3.88, 27.14, "village", 1_100, "Niaroko"),
    Fixed("Pont Lusanga", "HL", 1.15, 28.30, "bridge", 350, "Lusanga bridge", "key_route"),
    Fixed("Gorumba", "HL", 1.42, 28.61, "village", 2_300, "Goroumba"),
    Fixed("Dabali Marché", "SK", 2.05, 29.02, "market", 4_200, "Dabali|Dabali market", "market|key_route"),
    Fixed("Oulanga", "SK", 2.11, 29.14, "village", 1_600, "Ulanga"),
    Fixed("Ferreko", "SK", 2.30, 29.31, "village", 2_100, "Fereko"),
    Fixed("Mbirawe", "SK", 2.26, 29.18, "village", 1_400, "Birawe"),
    Fixed("Zambaleko", "BD", 3.76, 27.05, "village", 3_100, "Zambaleco"),
    Fixed("Kisanta", "BD", 3.64, 26.98, "bridge", 420, "Kisanta bridge|pont de Kisanta", "key_route|market"),
    Fixed("Toromaya", "BD", 3.90, 27.40, "mine", 2_700, "Toro Maya", "near_mine"),
    Fixed("Wadi Tarrin", "NM", 5.11, 26.20, "village", 1_500, "Ouadi Tarrin|وادي تارين"),
    Fixed("Abu Serrif", "NM", 5.24, 26.31, "village", 3_600, "Abou Serif|أبو سريف", "market"),
    Fixed("Lekuwa", "NM", 5.02, 26.05, "village", 5_200, "Lekoua|ليكوا", "market"),
    Fixed("Bahr Nimra", "NM", 5.30, 26.12, "village", 900, "بحر نمرة", "corridor"),
    Fixed("Camp Salama", "NM", 5.035, 26.071, "displacement_site", None, "Salama|معسكر سلامة", "displacement_site"),
)  # fmt: skip
TOWNS = (
    Fixed("Kanzuri", "SK", 2.42, 29.22, "town", 15_500, "", "market|key_route"),
    Fixed("Sarambi", "BD", 3.58, 27.36, "town", 38_000, "", "market|key_route"),
    Fixed("Dar Zikra", "NM", 5.14, 25.95, "town", 12_800, "دار ذكرى", "market|key_route"),
)
VILLAGES = {
    "HL": ("Kalimbwa", "Busheko", "Ntamiro", "Hirondo", "Masorobi", "Rutendwe", "Kibasha", "Gitembo",
           "Shavuro", "Ndulika", "Ombeya"),
    "SK": ("Sirembe", "Tolunda", "Obarri", "Lumeto", "Bafelo", "Ngerima", "Pelundu", "Yazombi", "Okuro",
           "Vihembo"),
    "BD": ("Dembasso", "Kombiro", "Gbanzaro", "Gofari", "Borendo", "Yanzokka", "Fodori", "Mourissa",
           "Ndiguiri", "Bissoro"),
    "NM": ("Goz Halim", "Hajar Suda", "Birket Lamun", "Kubri Taleb", "Umm Daresa", "Rahad Minno",
           "Khor Meleh", "Tell Hamir", "Bir Haseb"),
}  # fmt: skip

ACTORS = (
    ("K-0001", "FAA", "state", ("armée d'Ardenya|Forces armées d'Ardenya|"
     "jeshi la Ardenya|جيش أردينيا|الجيش الأرديني"), "1", "host army"),
    ("K-0002", "PNA", "state_police", "Police nationale d'Ardenya|polisi ya Ardenya|شرطة أردينيا", "1", "host police"),
    ("K-0003", "FPL", "rebel", ("Front de la Lusanga|les FPL|جبهة لوسانغا|جبهة لوسنقا|"
     "الجبهة|للجبهة|ناس الجبهة|اف بي ال|ف ب ل"), "0", "armed group"),
    ("K-0004", "Simbarra", "militia", "Simbara|سيمبارا|سمبارا|سمبرا", "0", "armed group"),
    ("K-0005", "Black Bands", "militia", ("Black Band|bandes noires|brassards noirs|الشارات السوداء|mabendi meusi|بلاك باندز|"
     "العصابات السوداء|الشرائط السوداء|الشرائط السود|العصابات السود|الأربطة السوداء|الربطات السوداء|"
     "بلاك باند|black bandi|blackbands|mabendi nyeusi|vitambaa vyeusi|bendi nyeusi"), "0", "armed group"),
    ("K-0006", "Goro", "militia", "Goro boys|غورو|قورو|جورو", "0", "self-defence group"),
    ("K-0007", "Waduri", "community", "Waduri herders|وادوري|الوادوري", "0",
     "herders; may be the moving party, never the perpetrator"),
    ("K-0008", "Belanko", "community", "Belanko farmers|بيلانكو|بلانكو", "0", "farmers; never the perpetrator"),
    ("K-0009", "MINUA", "mission", "the mission|مينوا", "0", "the peacekeeping mission"),
)  # fmt: skip

# name, kind, place
BASES = (
    ("MINUA headquarters", "hq", "Sarambi"),
    ("Sector South headquarters", "sector_hq", "Tembwali"),
    ("Sector East headquarters", "sector_hq", "Kanzuri"),
    ("Sector Centre headquarters", "sector_hq", "Sarambi"),
    ("Sector North headquarters", "sector_hq", "Lekuwa"),
    ("Kibasha company base", "cob", "Kibasha"),
    ("Ntamiro company base", "cob", "Ntamiro"),
    ("Dabali company base", "cob", "Dabali Marché"),
    ("Gofari company base", "cob", "Gofari"),
    ("Dar Zikra company base", "cob", "Dar Zikra"),
    ("Zambaleko temporary base", "tob", "Zambaleko"),
    ("Ferreko temporary base", "tob", "Ferreko"),
    ("Wadi Tarrin temporary base", "tob", "Wadi Tarrin"),
    ("Okuro mobile base", "mob", "Okuro"),
)
HELD = {
    "hq": ("qrf_coy", "util_heli", "util_heli", "attack_heli", "eod_team", "engineer_plant", "ambulance",
           "fpu", "interpreter", "civ_officer"),
    "sector_hq": ("inf_coy", "inf_plt", "unpol_ipo", "unmo_team", "cla", "interpreter"),
    "cob": ("inf_coy", "inf_plt", "cla"),
    "tob": ("inf_plt", "inf_plt", "cla"),
    "mob": ("mobile_base",),
}  # fmt: skip
ALSO_HELD = (
    ("Sector South headquarters", "fpu"),
    ("Sector South headquarters", "boat"),
    ("Sector East headquarters", "fpu"),
    ("Sector North headquarters", "util_heli"),
    ("Sector North headquarters", "ambulance"),
    ("Dabali company base", "interpreter"),
)


class Kind(NamedTuple):
    authorised: int
    notice_min: int
    night_share: float
    troops: bool = True
    people: bool = True


KINDS = {
    "inf_coy": Kind(150, 90, 0.5),
    "inf_plt": Kind(32, 40, 0.6),
    "qrf_coy": Kind(140, 30, 1.0),
    "fpu": Kind(140, 45, 0.7),
    "mobile_base": Kind(64, 360, 1.0),
    "unpol_ipo": Kind(12, 60, 0.0, troops=False),
    "unmo_team": Kind(8, 45, 0.0, troops=False),
    "cla": Kind(2, 30, 0.0, troops=False),
    "interpreter": Kind(3, 60, 0.3, troops=False),
    "civ_officer": Kind(4, 120, 0.0, troops=False),
    "eod_team": Kind(8, 120, 0.0),
    "engineer_plant": Kind(20, 720, 0.0),
    "ambulance": Kind(4, 20, 0.6, troops=False),
    "util_heli": Kind(3, 60, 0.4, people=False),
    "attack_heli": Kind(3, 45, 0.6, people=False),
    "boat": Kind(3, 60, 0.3, people=False),
}
# sector: contingent, its languages, its declared caveats
CONTINGENTS = {
    "south": ("contingent_a", "en", ""),
    "east": ("contingent_b", "fr", "no_night"),
    "centre": ("contingent_c", "fr|ar", ""),
    "north": ("contingent_d", "en", "sector_only"),
    "": ("contingent_e", "en|ar", "no_joint_ops"),
}
SPOKEN = {"south": "sw|lus", "east": "sw|kar", "centre": "dem", "north": "ar|bel"}

_MISSION = (
    ("duty", "Duty officer, operations centre", "duty_officer", "en", 0),
    ("lead", "Protection lead", "protection_lead", "fr", 1),
    ("head", "Head of office", "resource_allocator", "fr", 3),
    ("analyst", "Information analyst", "analyst", "en", None),
    ("custodian", "Source custodian", "source_custodian", "fr", None),
    ("auditor", "Auditor", "auditor", "en", None),
    ("admin", "System administrator", "administrator", "en", None),
    ("partner", "Protection cluster coordinator", "partner", "fr", None),
)
_SECTOR = (
    ("duty", "Duty officer", "duty_officer", 0),
    ("commander", "Sector commander", "component_planner", 2),
    ("liaison", "Community liaison assistant", "field_liaison", None),
)
_SECTOR_LANGUAGE = {"south": "en", "east": "fr", "centre": "fr", "north": "ar"}


def accounts() -> list[dict[str, object]]:
    """Return the accounts of the mission: job titles, never people."""
    rows: list[dict[str, object]] = [
        {"name": name, "full_name": title, "role": role, "sector": "", "language": tongue, "rung": rung, "actor": ""}
        for name, title, role, tongue, rung in _MISSION
    ]
    for sector, tongue in _SECTOR_LANGUAGE.items():
        rows += [
            {"name": f"{name}.{sector}", "full_name": f"{title}, sector {sector}", "role": role,
             "sector": sector, "language": tongue, "rung": rung, "actor": ""}
            for name, title, role, rung in _SECTOR
        ]  # fmt: skip
    for name, title, actor in (
        ("host", "Host army liaison officer", "FAA"),
        ("host.police", "Host police liaison officer", "PNA"),
    ):
        rows.append({"name": name, "full_name": title, "role": "host_authority", "sector": "",
                     "language": "fr", "rung": None, "actor": actor})  # fmt: skip
    off_duty = {"auditor"}
    for number, row in enumerate(rows, start=1):
        row |= {"contact": f"+999 000 {number:04}", "on_duty": row["name"] not in off_duty}
    return rows
