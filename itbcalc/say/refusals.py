"""Why is typed text, or a whole program, refused - and what would be accepted instead?"""

from collections.abc import Mapping
from fractions import Fraction

from itbcalc.errors import (
    EntryAlreadyLoggedError,
    EntryError,
    FieldEntryError,
    ItbcalcError,
    LibraryError,
    LogDamagedError,
    LogError,
    LogTooNewError,
    LogUnavailableError,
    PeopleUnavailableError,
    Problem,
    Refusal,
    RefusedError,
    SelfTestError,
)
from itbcalc.quantities.display import number_shown
from itbcalc.quantities.entry import visible
from itbcalc.say.places import place_words


def refusal_words(error: ItbcalcError) -> str:
    """Why input was refused, what was typed and what would be accepted."""
    if isinstance(error, FieldEntryError):
        return entry_words(error.entry)
    if isinstance(error, EntryError):
        return entry_words(error)
    if isinstance(error, RefusedError):
        return _refused_words(error)
    if isinstance(error, LibraryError):
        return f"{error.where}: {error.reason}"
    if isinstance(error, SelfTestError):
        return self_test_words(error)
    if isinstance(error, LogError):
        return log_words(error)
    if isinstance(error, PeopleUnavailableError):
        return _PEOPLE_WORDS[error.reason].format(detail=error.detail)
    return str(error)


_PEOPLE_WORDS: Mapping[str, str] = {
    "locked": "the file of operators is being written by another window; nothing was changed, try again",
    "full": "the disk is full; nothing was changed",
    "read_only": "the file of operators or its folder may not be written; nothing was changed",
    "cannot_open": "the file of operators cannot be opened: {detail}",
    "not_people": "this file holds no operators: {detail}",
    "too_new": "the file of operators was written by a newer itbcalc ({detail}): it is not touched",
    "malformed": "the file of operators is damaged: {detail}",
    "disk_error": "the disk reported an error: {detail}",
    "refused": "the file of operators refused what was to be written: {detail}",
    "settings_did_not_take": "this system does not let the file of operators be written safely ({detail})",
    "unknown": "the file of operators could not be used: {detail}",
}


_LOG_WORDS: Mapping[str, str] = {
    "missing": "there is no log at {detail}",
    "empty": "the file of the log is empty; it was left as it is, put back a backup: {detail}",
    "exists": "there is a file already at {detail}: it was left as it is",
    "replaced": "another log lies at {detail} than the one that was opened; nothing was written, open it again",
    "too_large": "the entry is larger than an entry can be ({detail}); nothing was written",
    "locked": "the log is being written by another window or workstation; nothing was written, try again",
    "full": "the disk is full; nothing was written",
    "read_only": "the log or its folder may not be written; nothing was written",
    "cannot_open": "the log cannot be opened: {detail}",
    "not_a_log": "this file is not a titration log, or it is an encrypted one whose key is not here: {detail}",
    "malformed": "the file of the log is damaged; nothing was written, put back a backup: {detail}",
    "disk_error": "the disk reported an error; look for the entry in the log before you write it again: {detail}",
    "refused": "the log refused to be rewritten: {detail}",
    "settings_did_not_take": "this system does not let the log be written safely ({detail}); nothing was written",
    "not_read_back": "the entry could not be read back; do not rely on it before it stands in the log: {detail}",
    "backup_differs": "the copy is not what the log holds; the older backups were kept: {detail}",
    "backup_failed": "the copy was not made; the older backups were kept: {detail}",
    "not_put_back": "the backup was not put back: {detail}",
    "not_migrated": "the log could not be brought to this version; it was left as it is: {detail}",
    "not_written": "the file was not written: {detail}",
    "practice": "what is practised and what is real are kept in different logs; nothing was written",
    "vanished": "there is no log at {detail} any more, but backups of one are: put one back (Restore), or move them away to"
    " begin a new log",
    "guards_gone": "the guards that keep this log from being rewritten were taken out of its file; nothing was written. "
    "Verify it, and put back a backup",
    "key_file": "the key file of the log cannot be used: {detail}",
    "encrypted": "the log is encrypted; unlock it with its passphrase first: {detail}",
    "no_cipher": "the log is encrypted, and what reads it is not installed: install itbcalc[encryption]",
    "unknown": "the log could not be used: {detail}",
}


def log_words(error: LogError) -> str:
    """What happened with the log, and what is true of it now."""
    if isinstance(error, LogUnavailableError):
        return _LOG_WORDS[error.reason].format(detail=error.detail)
    if isinstance(error, LogTooNewError):
        return f"the log was written by a newer itbcalc (format {error.found}; this one knows {error.known}): it is left as it is; write and verify it with that one"
    if isinstance(error, LogDamagedError):
        return f"the log is not whole from entry {error.first_bad_entry} on: {error.what}"
    if isinstance(error, EntryAlreadyLoggedError):
        return f"the entry {error.entry_id} stands in the log already; it was not written again"
    return str(error)


def self_test_words(error: SelfTestError) -> str:
    """Why nothing may be saved or relied on."""
    cases = ", ".join(error.failed[:5])
    return (
        f"The self-test failed in {len(error.failed)} reference cases ({cases}). "
        "Read-only: do not rely on any value."
    )


def typed_of(refusal: Refusal) -> str:
    """The refused text as it was typed."""
    return refusal.entry.typed if isinstance(refusal, FieldEntryError) else refusal.typed


_ENTRY_WORDS: Mapping[Problem, str] = {
    Problem.EMPTY: "nothing is written here; write it as {accepted}",
    Problem.TOO_LONG: "‘{typed}’ is too long for one value; write it as {accepted}",
    Problem.INVISIBLE: "‘{typed}’ holds a character that cannot be seen; type it again, as {accepted}",
    Problem.NO_NUMBER: "‘{typed}’ has no number; write it as {accepted}",
    Problem.UNIT_BEFORE_NUMBER: "‘{typed}’: the number comes first; write it as {accepted}",
    Problem.NAKED_POINT: "‘{typed}’: write a digit before the point, as in 0.5",
    Problem.TRAILING_POINT: "‘{typed}’: write a digit after the point, or leave the point out",
    Problem.SEVERAL_POINTS: "‘{typed}’ has more than one point; write it as {accepted}",
    Problem.SIGN: "‘{typed}’: no sign belongs here; write it as {accepted}",
    Problem.EXPONENT: "‘{typed}’: write the number out, without an exponent",
    Problem.NOT_FINITE: "‘{typed}’ is no number; write it as {accepted}",
    Problem.COMMA: "‘{typed}’: a comma can be read two ways; use a point for decimals and no grouping",
    Problem.GROUPING: "‘{typed}’: write the digits together, without gaps between them",
    Problem.LEADING_ZERO: "‘{typed}’ starts with a zero too many; write it as {accepted}",
    Problem.FRACTION: "‘{typed}’: write decimals, not a fraction",
    Problem.NOT_ASCII_DIGIT: "‘{typed}’: use the plain digits 0 to 9",
    Problem.TOO_MANY_DIGITS: "‘{typed}’ has more than 15 digits",
    Problem.MALFORMED_NUMBER: "‘{typed}’ is no plain number; write it as {accepted}",
    Problem.ZERO: "‘{typed}’: zero has no meaning here",
    Problem.NOT_WHOLE: "‘{typed}’: a whole number is needed, as in {accepted}",
    Problem.UNIT_MISSING: "‘{typed}’ has no unit; write it as {accepted}",
    Problem.UNIT_UNKNOWN: "‘{typed}’: this unit is not accepted; write it as {accepted}",
    Problem.UNIT_OF_ANOTHER_KIND: "‘{typed}’: the unit does not belong here; write it as {accepted}",
    Problem.PERCENT_AS_CONCENTRATION: "‘{typed}’: write a concentration as {accepted}",
    Problem.SEVERAL_SPACES: "‘{typed}’: one space at most between number and unit",
    Problem.COMPOUND: "‘{typed}’: write a duration from the large unit to the small, each part below the next"
    " unit, as in 16 h 7 min",
    Problem.DATE: "‘{typed}’ is not read as a date; write one that exists, in the form {accepted}",
    Problem.DATE_AMBIGUOUS: "‘{typed}’: a date in figures alone is read in different orders; write it in the form {accepted}",
    Problem.DATE_WITHOUT_OFFSET: "‘{typed}’ lacks its offset from UTC; write it as {accepted}",
    Problem.TIME_SKIPPED: "‘{typed}’ does not exist: the clocks go forward over it",
    Problem.TIME_TWICE: "‘{typed}’ happens twice that night; add the offset, as in {accepted}",
    Problem.ZONE_UNKNOWN: "‘{typed}’ is no known time zone; write it as {accepted}",
    Problem.TIME_OF_DAY: "‘{typed}’ is no time of day; write hours and minutes with two digits each, as in {accepted}",
    Problem.TIME_AM_PM: "‘{typed}’: write the time on a clock of 24 hours, as in {accepted}",
    Problem.ANCHOR: "‘{typed}’ is no anchor; write the whole line as it was printed: {accepted}",
    Problem.TIME_MIDNIGHT: "‘{typed}’: midnight is the beginning of a day here; write 00:00",
}


def entry_words(error: EntryError) -> str:
    """Why a text is no value."""
    typed = visible(error.typed)
    if error.problem is Problem.UNIT_UNKNOWN and error.hint:
        return f"‘{typed}’: this unit is not accepted; the nearest accepted one is {error.hint}"
    if error.problem is Problem.PERCENT_AS_CONCENTRATION:
        return f"‘{typed}’: percent is not accepted here; {_percent_reading(error.typed)}"
    return _ENTRY_WORDS[error.problem].format(typed=typed, accepted=error.accepted)


def _percent_reading(typed: str) -> str:
    number = typed.strip(" ").rstrip("%").strip(" ")
    return (
        f"weight in volume it would be {number_shown(Fraction(number) * 10)} mg/mL: write that if you mean it"
    )


_REFUSED_WORDS: Mapping[str, str] = {
    "missing": "not given: {field} is needed",
    "unknown_key": "‘{typed}’ is not known here; accepted: {known}",
    "not_a_table": "‘{typed}’: a table is needed here",
    "not_text": '{typed}: write it as text with its unit, in quotes, as in "40 mL"',
    "not_true_or_false": "{typed}: true or false is needed",
    "unknown_pump": "‘{typed}’ is not in the library; known: {known}",
    "unknown_drug": "‘{typed}’ is not in the library; known: {known}",
    "unknown_mode": "‘{typed}’ is no mode; known: {known}",
    "key_of_other_mode": "‘{typed}’ belongs to another mode ({known}): take it out, or change the mode",
    "unknown_weekday": "‘{typed}’ is no day of the week here; write {known}",
    "bolus_of_a_stopped_pump": "a stopped pump gives no boluses: take the patient bolus out",
    "time_not_text": '{typed}: write the time as text, in quotes, as in "22:00"',
    "rows_shape": "‘{typed}’: a list of rows is needed, each with its start",
    "steps_shape": "‘{typed}’: a list of steps is needed, each with start, duration and dose",
    "too_many_steps": "{typed} steps in one day; {known} at most can be read",
    "no_steps": "no step is given: add one, or choose simple continuous",
    "longer_than_a_day": "{typed} is longer than a day",
    "steps_exceed_day": "the steps last {typed} together: a day has 24 h",
    "steps_overlap": "the step at {typed} begins before the one at {earlier} ends, at {end}",
    "step_said_twice": "the step at {earlier} runs past midnight until {end} by itself: the one at {typed} says it twice",
    "gap_without_basal": "nothing is said for {typed}: give a basal (0 mcg/day where nothing runs), or steps that"
    " fill the day",
    "bolus_longer_than_interval": "{typed} is longer than the interval between boluses ({other})",
    "interval_too_short": "{typed}: an interval of a minute at least is needed",
    "lockout_shorter_than_bolus": "{typed} is shorter than the bolus itself ({other})",
    "boluses_exceed_day": "{typed} boluses of this duration do not fit into 24 h",
    "unknown_origin": "‘{typed}’ is not accepted; write spinal or cerebral",
    "unknown_jurisdiction": "‘{typed}’ has no rule set; known: {known}",
    "age": "{typed}: the age in years is needed, from 0 to 130, as a bare number",
    "catheter_shape": "‘{typed}’: give a volume, or a length and a volume per length, or a list of such"
    " segments",
    "given_twice": "‘{typed}’: given more than once; give it once",
    "two_alternatives": "{typed}: two alternatives at once; give one of them",
    "alarm_not_below_filled": "{typed} is not below the volume after the refill ({other_typed}): the alarm would"
    " sound at once",
    "bridge_without_change": "a bridge is given, but the concentration does not change: take it out, or correct"
    " the concentration",
    "dates_out_of_order": "{typed} is later than the {other} ({other_typed})",
    "file_unreadable": "{typed} cannot be read: {detail}",
    "anchor_file_too_large": "{typed}: larger than an anchor can be ({limit} bytes); a file with its one line is needed",
    "file_too_large": "{typed}: larger than a program file can be",
    "byte_order_mark": "the file begins with a byte order mark; save it as plain UTF-8",
    "not_utf8": "the file is not UTF-8 text ({typed}); save it as plain UTF-8",
    "unanswered": "what was found has to be answered with a reason: {known}",
    "no_such_finding": "‘{typed}’ was not found in this check; found: {known}",
    "reason": "‘{typed}’: a reason of up to {limit} visible characters is needed",
    "no_such_entry": "‘{typed}’ is no entry of this log; give its number or its id",
    "not_a_step": "‘{typed}’ is no step: a dose step, a refill or a change of concentration is needed",
    "no_field": "the window has no field for {typed}: check this file with the command `itbcalc check`, or take it out",
    "log_exists": "there is a log already at {typed}: nothing is read in over it",
    "voided_already": "‘{typed}’ was voided already",
    "amended_already": "‘{typed}’ was amended already: amend entry {known}",
    "no_step_then": "‘{typed}’: no dose step of {known} was in force then",
    "cannot_be_voided": "‘{typed}’ says what happened with the log itself and cannot be voided",
    "no_recovery_key": "a recovery key has 14 groups of four letters and digits, as it was printed",
    "recovery_key_mistyped": "the recovery key holds a slip: its last group does not belong to the others; read it again",
    "recovery_key_of_another_log": "this recovery key does not open this log",
    "encrypted_already": "the log at {typed} is encrypted already",
    "passphrase_not_asked": "the passphrase can be asked on a terminal only; else {known} may hold it",
    "not_an_operator": "‘{typed}’ is no operator of this workstation who may sign",
    "reserved_name": "‘{typed}’ stands for what the program writes by itself; write a person's name",
    "before_pumps": "‘{typed}’: a year from {known} on is needed",
    "not_signed": "the second person signs with a name and a passphrase of their own",
    "same_person": "‘{typed}’ recorded this step: a second check needs another person",
    "not_a_setting": "‘{typed}’: this step has no such setting; it has {known}",
    "in_the_future": "‘{typed}’ lies in the future",
    "other_patient": "‘{typed}’ is not the patient of the entry ({known}): record a new step, and void the wrong one",
    "not_an_observation": "‘{typed}’ is no observation",
    "nothing_amended": "nothing differs from entry {typed}: there is nothing to amend",
    "nothing_observed": "nothing is given: a score, a goal, a side effect or a note is needed",
    "unknown_scale": "‘{typed}’ is no scale known here; known: {known}",
    "unknown_site": "‘{typed}’ is no muscle group known here; known: {known}",
    "site_missing": "the muscle group is needed: {known}",
    "site_not_used": "‘{typed}’: this scale is not scored by muscle group",
    "not_on_scale": "‘{typed}’ is not a value of {scale}; its values are {known}",
    "severity_without_spasms": "‘{typed}’: the severity is scored only with a spasm frequency above 0",
    "scored_twice": "‘{typed}’ is given twice",
    "too_many_goals": "{typed} goals; {known} at most",
    "goal_missing": "what the goal is, is needed",
    "not_on_list": "‘{typed}’ is not on the list; it has {known}",
    "unknown_state": "‘{typed}’ is not accepted; write {known}",
    "not_an_export": "the file is not an export of a titration log",
    "not_toml": "the file is not valid TOML: {detail}",
    "too_deep": "the file is nested more deeply than a program file can be",
    "target_above_stock": "the target is stronger than the stock: diluting cannot make it",
    "one_of": "give {known}",
    "together": "{typed} belongs with {known}",
    "change_below_zero": "{typed}: a dose cannot fall by 100 % or more",
    "needs_molar_mass": "between mass and amount of substance the molar mass is needed, as in 213.66 g/mol",
    "cannot_convert": "{typed} cannot be expressed in {known}",
    "not_used": "{typed}: not needed for this conversion; take it out",
    "zero": "‘{typed}’: zero has no meaning here",
    "pairs": "{known} and this option go in pairs, one of each for every segment",
    "not_below": "{typed} is not below the {other} ({limit})",
    "too_long": "‘{typed}’ is longer than {limit} characters",
    "invisible": "‘{typed}’ holds a character that cannot be seen; type it again",
    "passphrase_short": "at least {limit} characters are needed: a shorter passphrase, a PIN above all, is found by"
    " trying them all on a copy of the file, however it is stored. Some words that belong together only for you will do",
    "passphrase_alike": "at least {limit} different characters are needed",
    "passphrase_long": "a passphrase has up to {limit} characters",
    "passphrase_unseen": "the passphrase holds a character that cannot be seen; type it again",
    "passphrase_wrong": "this is not the passphrase of {known}",
    "passphrase_wait": "too many wrong passphrases in a row; wait {seconds} s, then try again",
    "passphrases_differ": "the passphrases differ; type the same one twice",
    "name_taken": "‘{typed}’ is the name of an operator already; entries must tell them apart",
    "unknown_role": "‘{typed}’ is no role here; choose {known}",
    "no_operator": "‘{typed}’ is no active operator here",
    "fault_value": "‘{typed}’ does not fit ‘{kind}’: {accepted} is needed",
    "fault_times": "‘{kind}’ cannot end at ‘{typed}’: it begins no earlier than that, or before the run",
    "needs_operator": "an operator must have unlocked the window for this",
    "last_operator": "‘{typed}’ is the last operator: add another first",
    "out_of_range": "‘{typed}’: a whole number from 1 to {known} is needed",
    "practice_choice": "‘{typed}’ is not accepted; write {known}",
    "practice_empty": "there is nothing to read here",
    "practice_name": "‘{typed}’: a name is small letters, digits and single hyphens, as in first-dose",
    "practice_whole": "{typed}: a whole number from {least} to {most} is needed, without quotes",
    "practice_number": "{typed}: a bare number is needed, without quotes and unit, as in 2.5",
    "practice_texts": "{typed}: a list of texts is needed, one at least",
    "practice_tables": "a list of tables is needed here",
    "practice_chart": "{typed}: a list of pairs is needed, each a heading and its words",
    "practice_source": "‘{typed}’ is no key of sources.toml: what no source carries is not scored",
    "practice_place": "‘{typed}’ is no field of a program file; write one such as system.tubing_volume",
    "practice_pump": "{typed}: the volume of this pump's reservoir is not known; take one whose is",
    "practice_moment": "{typed}: the moment is that of the run; take it out, and say starts and zone",
    "practice_away": "{typed} is not after the time at which it begins",
    "practice_twice": "‘{typed}’ is used already",
    "practice_order": "{typed} is above the most that is said",
    "practice_when_mode": "say when_mode, or a whole therapy with its mode: else it is not known of which mode this is",
    "practice_lasts": "{typed}: a run lasts above nothing and up to {most} days, the hidden time before it counted",
    "practice_scale": "{typed} is beyond the end of the scale, which is {most}",
    "practice_needs": "‘{typed}’ is no criterion before this one",
    "practice_offset": "‘{typed}’: this offset is not in force in {zone} then",
    "practice_too_full": "{typed} is more than the reservoir of this pump holds: {most}",
    "practice_after_end": "‘{typed}’ comes after the end of the scenario",
    "practice_no_such_fault": "‘{typed}’ is to be found, and is not among the hidden faults",
    "practice_scenario": "‘{typed}’ is no scenario; known: {known}; one of your own by the path of its file",
    "practice_over": "the scenario is over: go back to a decision, or look at the debrief",
    "practice_is_away": "the patient is out of reach until {until}: only time can pass",
    "practice_no_time": "there is not that much time left: the scenario ends in {left}",
    "practice_no_decision": "{typed}: there is no such decision; there are {known}",
    "practice_no_hint": "there are no more hints",
    "practice_prime_and_bridge": "a prime and a bridge at once: give one of them",
    "practice_not_a_run": "the file is no run of practice: {detail}",
    "practice_other_scenario": "the scenario is not the one that was played: its file has changed since",
    "practice_run_differs": "the run does not come out as it stands in the file: {detail}",
    "practice_unfinished": "‘{typed}’ is not finished: its title is still that of the template",
    "practice_certificate": "‘{typed}’: the certificate is a page of HTML; give it a name that ends in .html",
    "practice_seed": "‘{typed}’: a seed is a whole number from 0 to {most}; leave it empty for the scenario's own patient",
    "practice_fixed": "in practice this is as it is; only what is to be programmed can be changed",
    "practice_filled": "‘{typed}’: the reservoir holds another volume only after a refill; tick the refill, or put the volume back",
}


def _refused_words(error: RefusedError) -> str:
    values = {**error.values, "typed": visible(error.typed, 60), "field": place_words(error.field)}
    if "other" in values:
        values["other"] = place_words(values["other"])
    template = _REFUSED_WORDS.get(error.rule)
    if template is None:
        return f"‘{values['typed']}’: {error.rule.replace('_', ' ')}"
    return template.format_map(_Missing(values))


class _Missing(dict[str, str]):
    """A refusal raised without a value its words name still says the rest."""

    def __missing__(self, key: str) -> str:
        return f"the {key}"
