"""The run's own log: what its entries hold, and the marks by which nobody takes them for those of a patient."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from itbcalc import __version__
from itbcalc.library.records import Library
from itbcalc.log.canonical import Json
from itbcalc.log.entries import Draft
from itbcalc.log.store import MemoryLog
from itbcalc.practice.observing import Examination, Observed
from itbcalc.practice.parameters import NOT_VALIDATED
from itbcalc.practice.scenario import Scenario
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.observations import Observation, Scored, observation_body

# A clinical log is named by 32 hexadecimal digits; no clinical log takes in, and no anchor names, one called so.
PRACTICE = "practice-"
MARK = "practice"  # the key in the body of every entry
SCRIPT = "script"  # in it, where the moves came from a script
TRAINEE = "trainee"
_NAMES = uuid.UUID("5b0f4a0e-6f0b-4d5e-9d51-3f6f1b1f5a10")  # the space of the ids of practice entries
_TONE_SCALE = "modified_ashworth"


class RunIdentity(Struct, frozen=True):
    """What a run is known by: same scenario, seed and trainee, same name of the log and same ids."""

    scenario: Scenario
    seed: int
    trainee: str
    library: Library
    scripted: bool = False

    @property
    def log_id(self) -> str:
        """The name of the run's log."""
        told = "\n".join((self.scenario.digest, str(self.seed), self.trainee))
        return f"{PRACTICE}{hashlib.sha256(told.encode()).hexdigest()[:23]}"

    @property
    def patient(self) -> str:
        """The pseudonym in the run's log."""
        return f"PRACTICE {self.scenario.program.patient.ref or self.scenario.name}"

    def draft(self, number: int, kind: EntryKind, body: Mapping[str, Any], moment: datetime) -> Draft:
        """The entry of this number, at a moment of the scenario."""
        mark: dict[str, Json] = {"scenario": self.scenario.name, "seed": self.seed, "note": NOT_VALIDATED}
        if self.scripted:
            mark[SCRIPT] = True
        return Draft(
            entry_id=str(uuid.uuid5(_NAMES, f"{self.log_id}/{number}")),
            kind=kind,
            recorded_at=moment,
            author=self.trainee or TRAINEE,
            role=TRAINEE,
            workstation=MARK,
            patient=self.patient,
            zone=self.scenario.zone,
            effective_at=moment.isoformat(),
            program=__version__,
            library={"version": self.library.version, "digest": self.library.digest},
            body={**body, MARK: mark},
        )


def run_log(log_id: str, drafts: Iterable[Draft]) -> MemoryLog:
    """The log of a run: every entry in order, what was taken back voided. It lives in memory, and in the run's file."""
    log = MemoryLog(log_id)
    for draft in drafts:
        log.append(draft)
    return log


def seen_body(observed: Observed) -> dict[str, Json]:
    """What an entry about an examination holds: scores as in a clinical log, anything else in its note."""
    if observed.examination is Examination.TONE:
        scored = [Scored(_TONE_SCALE, value, site) for site, value in observed.values.items()]
        return observation_body(Observation(scored=scored))
    if observed.examination in (Examination.SPASMS, Examination.PAIN):
        return observation_body(
            Observation([Scored(scale, value) for scale, value in observed.values.items()])
        )
    return observation_body(Observation(note=f"{observed.examination.words}: {'; '.join(observed.words)}"))
