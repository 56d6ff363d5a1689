"""A small pack in memory that tests change one file of."""

from __future__ import annotations

from routing_rules.pack import Pack, load_pack

TOML = """
name = "small"
title = "小区"
zone = "Asia/Shanghai"
district = "15"
order_prefix = "SML"

[office]
published_years = [2026]

[[office.hours]]
weekdays = [1, 2, 3, 4, 5]
opens = "09:00"
closes = "17:00"

[auto]
classes = ["城建/供热"]
"""
FILES = {
    "pack.toml": TOML,
    "units.csv": """code,name,level,parent,hours,answers_for,gets_orders,confirmed
ZWJ,政务局,department,,office,热线,yes,yes
DESK,派单台,desk,ZWJ,always,,no,yes
ZJJ,住建局,department,,office,物业;供热监管,yes,yes
RL,热力公司,company,ZJJ,always,供热,yes,yes
WY,物业公司,company,ZJJ,always,物业,no,yes
JD,一街道,street,,office,社区,yes,yes
15001001,一社区,community,JD,office,,no,yes
""",
    "places.csv": """code,name,level,parent,unit,elsewhere,aliases
15,本区,district,,,no,
15001,一街道,street,15,JD,no,
15001001,一社区,community,15001,,no,
16,邻区,district,,,yes,
""",
    "estates.csv": """id,name,aliases,community,property,heating,water,gas,confirmed
E1,甲园,甲花园;同名,15001001,WY,RL,,,yes
E2,乙园,同名,15001001,,,,,yes
""",
    "categories.csv": "level1,level2,level3\n城建,供热,\n城建,物业,\n民政,低保,\n",
    "dispatch.csv": """id,category,kind,place,words,->lead,->assist,->auto,->min_confidence,->confidential,->why,source,confirmed
D-1,城建/供热,,,not threat,@estate.heating,ZJJ;@street,yes,0.9,,供热单位负责,,yes
D-2,城建/供热,,,,ZJJ,,no,,,主管部门负责,,yes
D-3,城建/物业,,,threat,DESK,,no,,,扬言,,yes
D-4,城建/物业,举报,,,ZJJ,,no,,yes,举报,,yes
D-5,城建/物业,,,,@community,@estate.property;ZJJ,no,,,社区,,yes
D-6,民政/*,,,,@street,,no,,,街道,,yes
D-9,,,,,DESK,,no,,,兜底,,yes
""",
    "deadlines.csv": """id,urgency,kind,->clock,->amount,->unit,->starts,->returns,->leg_margin,source,confirmed
T-1,danger,,answer,12,hour,,,2,,yes
T-2,,咨询,answer,2,working_day,,,4,,yes
T-3,,,answer,5,working_day,,,4,,yes
T-11,danger,,sign,1,hour,,,,,yes
T-12,danger,,contact,2,hour,,,,,yes
T-13,danger,,return_window,1,hour,,1,,,yes
T-4,,,sign,2,work_hour,,,,,yes
T-5,,,dispatch,1,hour,,,,,yes
T-6,,,contact,1,working_day,,,,,yes
T-7,,,review,1,working_day,,,,,yes
T-8,,,callback,3,working_day,,,,,yes
T-9,,,return_window,1,working_day,,2,,,yes
T-10,,,return_decision,4,work_hour,,,,,yes
""",
    "street_duties.csv": """street,matter,duty,source,confirmed
*,城建/供热,配合,,yes
*,城建/物业,基本,,yes
*,民政/*,基本,,yes
""",
    "words.csv": "list,term\nthreat,同归于尽\nurgent,停暖\nvulnerable.elderly,老人\nconfidential,保密\nno_reply,不用回复\n",
    "emergency.csv": "kind,term,number\nterm,着火,119\nnegation,没有,\npast,去年,\nfigure,热死人,\n",
    "not_accepted.csv": "id,matter,terms,route,source,confirmed\nN-1,诉讼,法院判决;起诉,请拨打 12368,,yes\n",
    "holidays.csv": "date,worked,name,source\n2026-07-11,no,那达慕,\n",
    "cases.csv": "id,received_at,category,estate,dispatch,lead,deadline\nC-1,2026-03-09T09:00,城建/供热,E1,D-1,RL,T-3\n",
}


def files(**changed: str | None) -> dict[str, bytes]:
    """Return the pack's files; a keyword names a file by its stem, None takes it away, ``pack`` is the settings."""
    named = {("pack.toml" if stem == "pack" else f"{stem}.csv"): text for stem, text in changed.items()}
    return {name: text.encode() for name, text in {**FILES, **named}.items() if text is not None}


def small(**changed: str | None) -> Pack:
    """Load the small pack with some files changed."""
    return load_pack(files(**changed))
