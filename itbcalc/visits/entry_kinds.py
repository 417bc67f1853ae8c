"""The kinds of entries."""

from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry tells, in the past tense (they are in people's logs: never rename)."""

    DOSE_STEP_RECORDED = "dose_step_recorded"
    RESERVOIR_REFILLED = "reservoir_refilled"
    CONCENTRATION_CHANGED = "concentration_changed"
    READ_BACK_RECORDED = "read_back_recorded"
    OBSERVATION_RECORDED = "observation_recorded"
    SECOND_CHECK_RECORDED = "second_check_recorded"
    ENTRY_AMENDED = "entry_amended"
    ENTRY_VOIDED = "entry_voided"
    OPERATOR_CHANGED = "operator_changed"
    ANCHOR_TAKEN = "anchor_taken"
    BACKUP_MADE = "backup_made"
    LOG_IMPORTED = "log_imported"


STEP_KINDS = (EntryKind.DOSE_STEP_RECORDED, EntryKind.RESERVOIR_REFILLED, EntryKind.CONCENTRATION_CHANGED)
