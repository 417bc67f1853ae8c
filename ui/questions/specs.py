"""Which quick questions are there, with which fields, and what of the program may be meant in each? No Qt."""

from msgspec import Struct


class Ask(Struct, frozen=True):
    """One field of a question: its name as on the command line, its words, the unit it shows, an example.

    `offers` names the places of the program being typed whose present values may be meant here.
    """

    name: str
    label: str
    unit: str = ""
    example: str = ""
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()  # value and words, where one of a closed list is chosen
    offers: tuple[str, ...] = ()


class Question(Struct, frozen=True):
    """One question: the command it is, its title, what it answers, and its fields in lines."""

    command: str
    title: str
    about: str
    lines: tuple[tuple[Ask, ...], ...]
    repeats: int = 0  # how many parts `mix` offers

    @property
    def asks(self) -> tuple[Ask, ...]:
        """All fields, in the order of the keyboard."""
        return tuple(ask for line in self.lines for ask in line)


_DOSES = ("current.daily_dose", "new.daily_dose")
_STRENGTHS = ("current.concentration", "new.concentration")
_FLOWS = ("current.flow_rate", "new.flow_rate")
_HOLDS = (("", "as before"), ("old", "old drug"), ("none", "no drug"), ("new", "new drug"))
_PUMPS = (("", "not said"),)  # and those of the library, once it is loaded
_LINE = (
    Ask("tubing", "Tubing holds", options=_HOLDS),
    Ask("catheter", "Catheter holds", options=_HOLDS),
    Ask("prime_volume", "Primed with", "mL", "0.19", offers=("line.prime.volume",)),
)
_FLOW = (
    Ask("flow_rate", "Flow rate", "mL/day", "0.175", "or dose and concentration", offers=_FLOWS),
    Ask("dose", "Daily dose", "mcg/day", "350", offers=_DOSES),
    Ask("concentration", "Concentration", "mcg/mL", "2000", offers=_STRENGTHS),
)

RESERVOIR = (
    Question(
        "refill",
        "Refill: how long does it last?",
        "Give the flow rate, or dose and concentration. Every allotted patient bolus is counted. The drug's own limit (baclofen) "
        "and the pump's interval are held against it.",
        (
            (
                Ask("volume", "Volume in the reservoir", "mL", "40", offers=("reservoir.filled",)),
                Ask("alarm", "Low-reservoir alarm", "mL", "2", offers=("reservoir.low_alarm",)),
            ),
            _FLOW,
            (
                Ask("patient_bolus", "Patient bolus", "", "10 mcg", "a dose, or a volume beside a flow rate"),
                Ask("patient_boluses_per_day", "Boluses a day", "", "3"),
                Ask("accuracy", "Flow accuracy", "%", "14.5"),
            ),
            (
                Ask(
                    "from",
                    "Counted from",
                    "",
                    "22 Nov 2026 09:30",
                    "in the time zone, or with its offset",
                    offers=("reservoir.at",),
                ),
                Ask("zone", "Time zone", "", "Asia/Jerusalem", offers=("reservoir.zone",)),
                Ask("pump", "Pump", hint="whose interval and accuracy count", options=_PUMPS),
            ),
        ),
    ),
    Question(
        "residual",
        "Residual: did it deliver what it should?",
        "What was filled, what was drawn off, and the days between.",
        (
            (
                Ask("filled", "Filled", "mL", "20", offers=("reservoir.filled",)),
                Ask("aspirated", "Aspirated now", "mL", "4.2", offers=("refill.drawn_off",)),
                Ask("days", "Days since the fill", "", "60"),
            ),
            (
                Ask("pump", "Pump", hint="whose accuracy counts", options=_PUMPS),
                Ask("accuracy", "or its accuracy", "%", "10", "of a pump not in the list"),
            ),
            _FLOW,
        ),
    ),
    Question(
        "pocket",
        "Pocket fill: is it in the reservoir?",
        "Right after a refill: what was injected, and what is found in the reservoir.",
        (
            (
                Ask("injected", "Injected", "mL", "40", offers=("reservoir.filled",)),
                Ask("measured", "Found in the reservoir", "mL", "39"),
                Ask("pump", "Pump", hint="whose bound counts", options=_PUMPS),
            ),
        ),
    ),
)
CONCENTRATION = (
    Question(
        "convert",
        "Convert",
        "Mass, volume, time, dose per hour or day; percent w/v; molar with the molar mass.",
        (
            (
                Ask("quantity", "Quantity", "", "0.05 %"),
                Ask("to", "To the unit", "", "mcg/mL"),
                Ask("molar_mass", "Molar mass", "g/mol", "213.66", "only for mmol/L and umol/L"),
            ),
        ),
    ),
    Question(
        "dilute",
        "Dilute",
        "How much stock and diluent make the volume.",
        (
            (
                Ask("stock", "Stock", "mcg/mL", "2000", offers=_STRENGTHS),
                Ask("target", "Target", "mcg/mL", "500", offers=_STRENGTHS),
                Ask("volume", "Volume", "mL", "20"),
            ),
        ),
    ),
    Question(
        "mix",
        "Mix",
        "What several parts together become; a part without drug has 0 mcg/mL.",
        tuple(
            (
                Ask(f"volume_{n}", f"Volume {n}", "mL", "2" if n == 1 else "18"),
                Ask(f"concentration_{n}", f"Concentration {n}", "mcg/mL", "500" if n == 1 else "2000"),
                Ask(f"drug_{n}", f"Drug {n}", "", "baclofen", "only where they differ" if n == 1 else ""),
            )
            for n in range(1, 4)
        ),
        repeats=3,
    ),
    Question(
        "constant-flow",
        "Constant-flow pump",
        "The flow is fixed: a dose is a mixture. Which one, and how much stock and diluent make it.",
        (
            (
                Ask("dose", "Daily dose wanted", "mcg/day", "300", offers=("new.daily_dose",)),
                Ask("flow_rate", "Fixed flow rate", "mL/day", "0.5", offers=("system.fixed_flow_rate",)),
            ),
            (
                Ask("stock", "Stock", "mcg/mL", "2000", "with the volume: how it is made up"),
                Ask("volume", "Volume to fill", "mL", "20"),
            ),
        ),
    ),
    Question(
        "titrate",
        "Percentages",
        "One or several equal steps, or the change to another dose.",
        (
            (
                Ask("dose", "Daily dose", "mcg/day", "100", offers=("current.daily_dose",)),
                Ask("percent", "Change", "%", "15", "or the new dose"),
                Ask("steps", "Steps", "", "3"),
                Ask("to", "New dose", "mcg/day", "115", offers=("new.daily_dose",)),
            ),
        ),
    ),
)
BRIDGE = (
    Question(
        "bridge",
        "Bridge",
        "The concentration changes: the old drug in tubing and catheter runs out first.",
        (
            (
                Ask(
                    "old_concentration",
                    "Old concentration",
                    "mcg/mL",
                    "500",
                    offers=("current.concentration",),
                ),
                Ask(
                    "new_concentration", "New concentration", "mcg/mL", "2000", offers=("new.concentration",)
                ),
                Ask("old_dose", "Old dose", "mcg/day", "250", offers=("current.daily_dose",)),
            ),
            (
                Ask("new_dose", "New dose", "mcg/day", "285", offers=("new.daily_dose",)),
                Ask(
                    "bridge_dose",
                    "Bridge dose",
                    "mcg/day",
                    "250",
                    "left out: the old dose is kept",
                    offers=("bridge.dose",),
                ),
            ),
            (
                Ask(
                    "dead_volume",
                    "Dead volume",
                    "mL",
                    "0.336",
                    "or tubing and catheter",
                    offers=("dead_volume",),
                ),
                Ask("tubing_volume", "Pump tubing", "mL", "0.140", offers=("system.tubing_volume",)),
                Ask("catheter_volume", "Catheter", "mL", "0.196", offers=("catheter_volume",)),
            ),
            _LINE,
        ),
    ),
    Question(
        "prime",
        "Priming bolus",
        "The volume that fills tubing and catheter (or, given alone as dead volume, the catheter).",
        (
            (
                Ask(
                    "dead_volume",
                    "Volume to fill",
                    "mL",
                    "0.336",
                    "or tubing and catheter",
                    offers=("dead_volume",),
                ),
                Ask("tubing_volume", "Pump tubing", "mL", "0.140", offers=("system.tubing_volume",)),
                Ask("catheter_volume", "Catheter", "mL", "0.196", offers=("catheter_volume",)),
            ),
            (
                Ask("concentration", "Concentration", "mcg/mL", "500", offers=("new.concentration",)),
                Ask("duration", "Duration", "", "20 min", offers=("line.prime.duration",)),
                Ask("old_concentration", "Old concentration", "mcg/mL", "2000", "where old drug is left"),
            ),
            _LINE,
        ),
    ),
    Question(
        "catheter",
        "Catheter volume",
        "Implanted length times volume per length, for up to two segments.",
        (
            (
                Ask("length_1", "Length", "cm", "89", offers=("system.catheter.length",)),
                Ask(
                    "volume_per_length_1",
                    "Volume per length",
                    "mL/cm",
                    "0.0022",
                    offers=("system.catheter.volume_per_length",),
                ),
            ),
            (
                Ask("length_2", "Second segment", "cm"),
                Ask("volume_per_length_2", "Its volume per length", "mL/cm"),
            ),
        ),
    ),
)
GROUPS = (("Reservoir", RESERVOIR), ("Mixing", CONCENTRATION), ("Bridge and priming", BRIDGE))
QUESTIONS = tuple(question for _, questions in GROUPS for question in questions)
