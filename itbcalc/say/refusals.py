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
from itbcalc.say.catalogue import N_, _, plural, said
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
        return _(PEOPLE_WORDS[error.reason], detail=error.detail)
    return str(error)


PEOPLE_WORDS: Mapping[str, str] = {
    "locked": N_("the file of operators is being written by another window; nothing was changed, try again"),
    "full": N_("the disk is full; nothing was changed"),
    "read_only": N_("the file of operators or its folder may not be written; nothing was changed"),
    "cannot_open": N_("the file of operators cannot be opened: {detail}"),
    "not_people": N_("this file holds no operators: {detail}"),
    "too_new": N_("the file of operators was written by a newer itbcalc ({detail}): it is not touched"),
    "malformed": N_("the file of operators is damaged: {detail}"),
    "disk_error": N_("the disk reported an error: {detail}"),
    "refused": N_("the file of operators refused what was to be written: {detail}"),
    "settings_did_not_take": N_(
        "this system does not let the file of operators be written safely ({detail})"
    ),
    "unknown": N_("the file of operators could not be used: {detail}"),
}


LOG_WORDS: Mapping[str, str] = {
    "missing": N_("there is no log at {detail}"),
    "empty": N_("the file of the log is empty; it was left as it is, put back a backup: {detail}"),
    "exists": N_("there is a file already at {detail}: it was left as it is"),
    "replaced": N_(
        "another log lies at {detail} than the one that was opened; nothing was written, open it again"
    ),
    "too_large": N_("the entry is larger than an entry can be ({detail}); nothing was written"),
    "locked": N_("the log is being written by another window or workstation; nothing was written, try again"),
    "full": N_("the disk is full; nothing was written"),
    "read_only": N_("the log or its folder may not be written; nothing was written"),
    "cannot_open": N_("the log cannot be opened: {detail}"),
    "not_a_log": N_(
        "this file is not a titration log, or it is an encrypted one whose key is not here: {detail}"
    ),
    "malformed": N_("the file of the log is damaged; nothing was written, put back a backup: {detail}"),
    "disk_error": N_(
        "the disk reported an error; look for the entry in the log before you write it again: {detail}"
    ),
    "refused": N_("the log refused to be rewritten: {detail}"),
    "settings_did_not_take": N_(
        "this system does not let the log be written safely ({detail}); nothing was written"
    ),
    "not_read_back": N_(
        "the entry could not be read back; do not rely on it before it stands in the log: {detail}"
    ),
    "backup_differs": N_("the copy is not what the log holds; the older backups were kept: {detail}"),
    "backup_failed": N_("the copy was not made; the older backups were kept: {detail}"),
    "not_put_back": N_("the backup was not put back: {detail}"),
    "not_migrated": N_("the log could not be brought to this version; it was left as it is: {detail}"),
    "not_written": N_("the file was not written: {detail}"),
    "practice": N_("what is practised and what is real are kept in different logs; nothing was written"),
    "vanished": N_(
        "there is no log at {detail} any more, but backups of one are: put one back (Restore), or move them away to"
        " begin a new log"
    ),
    "vanished_begun": N_(
        "a log was begun here before, and it is gone: {detail}. Look for it, or put back a backup; to begin a new one take its "
        "line out of the file that is named"
    ),
    "guards_gone": N_(
        "the guards that keep this log from being rewritten were taken out; nothing was written. "
        "Verify it, and put back a backup"
    ),
    "key_file": N_("the key file of the log cannot be used: {detail}"),
    "encrypted": N_("the log is encrypted; unlock it with its passphrase first: {detail}"),
    "control_character": N_(
        "a control character has no place in the log, it stands in what was to be written ({detail}); nothing was written"
    ),
    "server_file": N_("the connection file of the log on a server cannot be used: {detail}"),
    "no_driver": N_(
        "the log is kept on a server, and what reaches it is not installed: install itbcalc[postgres]"
    ),
    "server_away": N_("the server of the log cannot be reached; nothing was written: {detail}"),
    "server_certificate": N_(
        "the server of the log and this workstation do not trust one another; nothing was written: {detail}"
    ),
    "server_not_allowed": N_(
        "this workstation may not do that on the server of the log; nothing was written: {detail}"
    ),
    "server_copy": N_("the server of the log is a copy that is only read; nothing was written: {detail}"),
    "server_without_log": N_(
        "there are no tables of a log on the server; whoever looks after it makes them"
        " (itbcalc log server init): {detail}"
    ),
    "older_copy": N_(
        "the log on the server does not hold what this workstation saw in it last ({detail}): an older copy, or another"
        " log, was put in its place. Nothing is read or written. Ask whoever looks after the server; where it was meant,"
        " remove the file named here"
    ),
    "seen_not_kept": N_(
        "what was seen last of the log on the server cannot be kept here, so an older copy would not be noticed: {detail}"
    ),
    "not_known": N_(
        "the connection to the server was lost while the entry was written: whether it stands in the log is not known."
        " Look for it when the server can be reached: {detail}"
    ),
    "no_cipher": N_("the log is encrypted, and what reads it is not installed: install itbcalc[encryption]"),
    "unknown": N_("the log could not be used: {detail}"),
}


def log_words(error: LogError) -> str:
    """What happened with the log, and what is true of it now."""
    if isinstance(error, LogUnavailableError):
        return _(LOG_WORDS[error.reason], detail=error.detail)
    if isinstance(error, LogTooNewError):
        return _(
            "the log was written by a newer itbcalc (format {found}; this one knows {known}): it is left as it is; write and verify it with that one",
            found=error.found,
            known=error.known,
        )
    if isinstance(error, LogDamagedError):
        return _(
            "the log is not whole from entry {entry} on: {what}", entry=error.first_bad_entry, what=error.what
        )
    if isinstance(error, EntryAlreadyLoggedError):
        return _(
            "the entry {entry} stands in the log already; it was not written again", entry=error.entry_id
        )
    return str(error)


def self_test_words(error: SelfTestError) -> str:
    """Why nothing may be saved or relied on."""
    cases = ", ".join(error.failed[:5])
    return plural(
        "The self-test failed in {count} reference case ({cases}). Read-only: do not rely on any value.",
        "The self-test failed in {count} reference cases ({cases}). Read-only: do not rely on any value.",
        len(error.failed),
        cases=cases,
    )


def typed_of(refusal: Refusal) -> str:
    """The refused text as it was typed."""
    return refusal.entry.typed if isinstance(refusal, FieldEntryError) else refusal.typed


ENTRY_WORDS: Mapping[Problem, str] = {
    Problem.EMPTY: N_("nothing is written here; write it as {accepted}"),
    Problem.TOO_LONG: N_("‘{typed}’ is too long for one value; write it as {accepted}"),
    Problem.INVISIBLE: N_("‘{typed}’ holds a character that cannot be seen; type it again, as {accepted}"),
    Problem.NO_NUMBER: N_("‘{typed}’ has no number; write it as {accepted}"),
    Problem.UNIT_BEFORE_NUMBER: N_("‘{typed}’: the number comes first; write it as {accepted}"),
    Problem.NAKED_POINT: N_("‘{typed}’: write a digit before the point, as in 0.5"),
    Problem.TRAILING_POINT: N_("‘{typed}’: write a digit after the point, or leave the point out"),
    Problem.SEVERAL_POINTS: N_("‘{typed}’ has more than one point; write it as {accepted}"),
    Problem.SIGN: N_("‘{typed}’: no sign belongs here; write it as {accepted}"),
    Problem.EXPONENT: N_("‘{typed}’: write the number out, without an exponent"),
    Problem.NOT_FINITE: N_("‘{typed}’ is not a number; write it as {accepted}"),
    Problem.COMMA: N_("‘{typed}’: a comma can be read two ways; use a point for decimals and no grouping"),
    Problem.GROUPING: N_("‘{typed}’: write the digits together, without gaps between them"),
    Problem.LEADING_ZERO: N_("‘{typed}’ starts with a zero too many; write it as {accepted}"),
    Problem.FRACTION: N_("‘{typed}’: write decimals, not a fraction"),
    Problem.NOT_ASCII_DIGIT: N_("‘{typed}’: use the plain digits 0 to 9"),
    Problem.TOO_MANY_DIGITS: N_("‘{typed}’ has more than 15 digits"),
    Problem.MALFORMED_NUMBER: N_("‘{typed}’ is not a plain number; write it as {accepted}"),
    Problem.ZERO: N_("‘{typed}’: zero has no meaning here"),
    Problem.NOT_WHOLE: N_("‘{typed}’: a whole number is needed, as in {accepted}"),
    Problem.UNIT_MISSING: N_("‘{typed}’ has no unit; write it as {accepted}"),
    Problem.UNIT_UNKNOWN: N_("‘{typed}’: this unit is not accepted; write it as {accepted}"),
    Problem.UNIT_OF_ANOTHER_KIND: N_("‘{typed}’: the unit does not belong here; write it as {accepted}"),
    Problem.INCHES: N_("‘{typed}’: inches are not accepted; it is {centimetres}"),
    Problem.PERCENT_AS_CONCENTRATION: N_("‘{typed}’: write a concentration as {accepted}"),
    Problem.SEVERAL_SPACES: N_("‘{typed}’: one space at most between number and unit"),
    Problem.COMPOUND: N_(
        "‘{typed}’: write a duration from the large unit to the small, each part below the next"
        " unit, as in 16 h 7 min"
    ),
    Problem.DATE: N_("‘{typed}’ is not read as a date; write one that exists, in the form {accepted}"),
    Problem.DATE_AMBIGUOUS: N_(
        "‘{typed}’: a date in figures alone is read in different orders; write it in the form {accepted}"
    ),
    Problem.DATE_WITHOUT_OFFSET: N_(
        "‘{typed}’: the time zone is needed too, or the offset from UTC behind the time, as in {accepted}"
    ),
    Problem.DATE_WITHOUT_TIME: N_("‘{typed}’ has no time of day; write it in the form {accepted}"),
    Problem.TIME_SKIPPED: N_("‘{typed}’ does not exist: the clocks go forward over it"),
    Problem.TIME_TWICE: N_("‘{typed}’ happens twice that night; add the offset, as in {accepted}"),
    Problem.ZONE_UNKNOWN: N_("‘{typed}’ is not a known time zone; write it as {accepted}"),
    Problem.TIME_OF_DAY: N_(
        "‘{typed}’ is not a time of day; write hours and minutes with two digits each, as in {accepted}"
    ),
    Problem.TIME_AM_PM: N_("‘{typed}’: write the time on a clock of 24 hours, as in {accepted}"),
    Problem.ANCHOR: N_("‘{typed}’ is not an anchor; write the whole line as it was printed: {accepted}"),
    Problem.TIME_MIDNIGHT: N_("‘{typed}’: midnight is the beginning of a day here; write 00:00"),
}


def entry_words(error: EntryError) -> str:
    """Why a text is no value."""
    typed = visible(error.typed)
    if error.problem is Problem.UNIT_UNKNOWN and error.hint:
        return _(
            "‘{typed}’: this unit is not accepted; the nearest accepted one is {unit}",
            typed=typed,
            unit=error.hint,
        )
    if error.problem is Problem.PERCENT_AS_CONCENTRATION:
        return _(
            "‘{typed}’: percent is not accepted here; weight in volume it would be {strength} mg/mL: "
            "write that if you mean it",
            typed=typed,
            strength=_weight_in_volume(error.typed),
        )
    if error.problem is Problem.INCHES:
        return _(ENTRY_WORDS[error.problem], typed=typed, centimetres=error.hint)
    return _(ENTRY_WORDS[error.problem], typed=typed, accepted=error.accepted)


def _weight_in_volume(typed: str) -> str:
    """A percentage as grams in 100 mL, in mg/mL."""
    number = typed.strip(" ").rstrip("%").strip(" ")
    return number_shown(Fraction(number) * 10)


REFUSED_WORDS: Mapping[str, str] = {
    "missing": N_("{field} is needed and not given"),
    "unknown_key": N_("‘{typed}’ is not known here; accepted: {known}"),
    "not_a_table": N_("‘{typed}’: a table is needed here"),
    "not_text": N_('{typed}: write it as text with its unit, in quotes, as in "40 mL"'),
    "not_true_or_false": N_("{typed}: true or false is needed"),
    "no_vial_so_strong": N_(
        "{typed} at this flow needs {needed}, and the strongest vial for a pump that is known here holds {strongest}; "
        "where a stronger stock is at hand, give it with the volume to fill"
    ),
    "flow_not_fixed": N_("{typed}: the flow of {pump} is programmed; take it out"),
    "drug_name": N_("‘{typed}’: the name of a drug is needed, in letters"),
    "unknown_pump": N_("‘{typed}’ is not in the library; known: {known}"),
    "unknown_drug": N_("‘{typed}’ is not in the library; known: {known}"),
    "unknown_mode": N_("‘{typed}’ is no mode; known: {known}"),
    "key_of_other_mode": N_("‘{typed}’ belongs to another mode ({known}): take it out, or change the mode"),
    "unknown_weekday": N_("‘{typed}’ is not a day of the week here; write {known}"),
    "bolus_of_a_stopped_pump": N_("a stopped pump gives no boluses: take the patient bolus out"),
    "time_not_text": N_('{typed}: write the time as text, in quotes, as in "22:00"'),
    "too_many_boluses": N_(
        "{typed} screening boluses: at most {limit} are taken; a published trial has three, 50, 75 and 100 mcg"
    ),
    "boluses_shape": N_("‘{typed}’: a list of boluses is needed, each with its dose and its time"),
    "rows_shape": N_("‘{typed}’: a list of rows is needed, each with its start"),
    "steps_shape": N_("‘{typed}’: a list of steps is needed, each with start, duration and dose"),
    "too_many_steps": N_("{typed} steps in one day; {known} at most can be read"),
    "no_steps": N_("no step is given: add one, or choose simple continuous"),
    "longer_than_a_day": N_("{typed} is longer than a day"),
    "steps_exceed_day": N_("the steps last {typed} together: a day has 24 h"),
    "steps_overlap": N_("the step at {typed} begins before the one at {earlier} ends, at {end}"),
    "step_said_twice": N_(
        "the step at {earlier} runs past midnight until {end} by itself: the one at {typed} says it twice"
    ),
    "gap_without_basal": N_(
        "nothing is said for {typed}: give a basal (0 mcg/day where nothing runs), or steps that fill the day"
    ),
    "bolus_longer_than_interval": N_("{typed} is longer than the interval between boluses ({other})"),
    "interval_too_short": N_("{typed}: an interval of a minute at least is needed"),
    "lockout_shorter_than_bolus": N_("{typed} is shorter than the bolus itself ({other})"),
    "boluses_exceed_day": N_("{typed} boluses of this duration do not fit into 24 h"),
    "unknown_origin": N_("‘{typed}’ is not accepted; write spinal or cerebral"),
    "unknown_jurisdiction": N_("‘{typed}’ has no rule set; known: {known}"),
    "age": N_("{typed}: the age in years is needed, from 0 to 130, as a bare number"),
    "catheter_shape": N_(
        "‘{typed}’: give a volume, or a length and a volume per length, or a list of such segments"
    ),
    "catheter_typed": N_(
        "‘{typed}’: write its volume, as in 0.19 mL, or its length and volume per length, as in 89 cm × 0.0022 mL/cm"
    ),
    "option_unknown": N_("‘{typed}’ is not an option here; known: {known}"),
    "option_near": N_("‘{typed}’ is not an option here; did you mean: {known}"),
    "option_without_text": N_("‘{typed}’: this option stands alone, without a text"),
    "option_texts": N_("‘{typed}’: this option needs {known} behind it"),
    "more_than_taken": N_(
        "‘{typed}’ is one text too many for {known}; a text with a blank in it stands in quotes"
    ),
    "nothing_taken": N_("‘{typed}’ is one text too many: {known} takes options only"),
    "without_option": N_(
        '‘{typed}’ stands alone: what has a blank in it stands in quotes, as in "5 mL", and before it its option, one of {known}'
    ),
    "printed_quotes": N_("{typed} stands in printed quotation marks; write straight ones, {known}"),
    "empty": N_("nothing is written here; write what is meant, or leave the option out"),
    "given_twice": N_("‘{typed}’: given more than once; give it once"),
    "two_alternatives": N_("{typed}: two alternatives at once; give one of them"),
    "alarm_not_below_filled": N_(
        "{typed} is not below the volume after the refill ({other_typed}): the alarm would sound at once"
    ),
    "unknown_filling": N_("‘{typed}’ is not accepted; write {known}"),
    "line_in_parts": N_(
        "{typed}: what tubing and catheter hold is said apart, so give the volume of each instead"
    ),
    "aspirated_beside_line": N_(
        "the line is said as well: say there that the catheter holds no drug, and leave this out"
    ),
    "prime_not_below_filled": N_(
        "{typed} is not less than what is in the reservoir ({other_typed}): the prime would empty it"
    ),
    "bridge_without_old_drug": N_(
        "a bridge is given, but neither tubing nor catheter holds the old drug: take it out"
    ),
    "bridge_of_a_correction": N_(
        "a bridge is given, but the pump holds this concentration already: only the number is corrected, take it out"
    ),
    "bridge_without_change": N_(
        "a bridge is given, but the concentration does not change: take it out, or correct the concentration"
    ),
    "dates_out_of_order": N_("{typed} is later than the {other} ({other_typed})"),
    "file_near": N_("there is no file ‘{typed}’; did you mean: {known}"),
    "file_unreadable": N_("{typed} cannot be read: {detail}"),
    "anchor_file_too_large": N_(
        "{typed}: larger than an anchor can be ({limit} bytes); a file with its one line is needed"
    ),
    "export_too_large": N_("{typed}: larger than an export can be ({limit} bytes)"),
    "file_twice": N_("‘{typed}’ is given more than once; give it once"),
    "file_too_large": N_("{typed}: larger than a program file can be"),
    "byte_order_mark": N_("the file begins with a byte order mark; save it as plain UTF-8"),
    "not_utf8": N_("the file is not UTF-8 text ({typed}); save it as plain UTF-8"),
    "unanswered": N_("what was found has to be answered with a reason: {known}"),
    "no_such_finding": N_("‘{typed}’ was not found in this check; found: {known}"),
    "shared_code": N_("‘{typed}’ was found several times, each needs its own reason; name which: {known}"),
    "reason": N_("‘{typed}’: a reason of up to {limit} visible characters is needed"),
    "no_such_entry": N_("‘{typed}’ is not an entry of this log; give its number or its id"),
    "pseudonym_in_doubt": N_("{known} If it is the pseudonym, add --yes-a-pseudonym"),
    "pseudonym_not_ticked": N_("{known} If it is the pseudonym, tick that it is"),
    "before_leaving": N_("{typed} is not after leaving ({known})"),
    "no_such_list": N_(
        "‘{typed}’ is none: refills alone, refills travel and a pseudonym, or refills before-implant"
    ),
    "not_a_second_check": N_("this file holds no second check of itbcalc, or was cut off: {typed}"),
    "check_altered": N_("this file was altered after it was written: {typed}"),
    "check_of_newer_program": N_("this file is of a newer itbcalc: {typed}"),
    "no_such_log": N_("there is no log at {typed}"),
    "log_with_several": N_("one file at a time is held against a log"),
    "check_without_version": N_(
        "the file does not say which version of itbcalc wrote it: the second check is recorded with it"
    ),
    "check_file_too_large": N_("this file is larger than {limit} bytes: {typed}"),
    "not_a_question": N_("this is an answer, and no question to be answered"),
    "not_an_answer": N_("this is a question, and no answer yet"),
    "answer_of_another_log": N_("this answer is to a question of another log (entry {typed} there)"),
    "answer_never_asked": N_("no such question was asked of entry {typed}, or it was altered"),
    "answered_already": N_("this question about entry {typed} was answered already"),
    "answer_of_another_step": N_("entry {typed} is not the step that was asked about"),
    "answer_at_no_such_time": N_(
        "the answer about entry {typed} is from before the question, or from after now"
    ),
    "answer_too_old": N_("the question about entry {typed} is more than {limit} days old: ask anew"),
    "paper_not_read_back": N_(
        "nobody has seen the pump run after entry {known}: no paper is made of what may not be in force"
    ),
    "paper_not_known": N_("no paper can be made for {typed}: {known}"),
    "entry_holds_nonsense": N_(
        "entry {typed} holds what no version of this program wrote: it can be shown, and has no sheet"
    ),
    "visit_is_over": N_("{typed} is over: a visit is booked for a time to come"),
    "not_a_booking": N_("entry {typed} books no visit"),
    "no_visit_booked": N_("no such visit is booked"),
    "several_visits_booked": N_("several visits are booked: say which, --entry {known}"),
    "not_a_step": N_("‘{typed}’ is not a step: a dose step, a refill or a change of concentration is needed"),
    "no_field": N_(
        "the window has no field for {typed}: check this file with the command `itbcalc check`, or take it out"
    ),
    "on_a_server": N_(
        "that is done with a log in a file; {typed} lies on a server, and whoever looks after it copies it and puts it back"
    ),
    "not_on_a_server": N_("{typed} is no connection file of a log on a server"),
    "server_what": N_(
        "init prints what makes the tables of a log, check looks whether all is well; one of the two"
    ),
    "workstation_name": N_(
        "a workstation’s login has small letters, digits and _ and begins with a letter; {typed} has not"
    ),
    "no_connection_words": N_("{typed} says no connection to a server; one is postgresql:///itbcalc"),
    "password_in_words": N_(
        "a password has no place here; connect as an administrator who needs none, or use psql"
    ),
    "log_exists": N_("there is a log already at {typed}: nothing is read in over it"),
    "voided_already": N_("‘{typed}’ was voided already"),
    "amended_already": N_("‘{typed}’ was amended already: amend entry {known}"),
    "no_step_of": N_("the log has no step of {known}"),
    "no_step_by_then": N_("the log has no step of {known} that was in force then"),
    "no_step_then": N_("‘{typed}’: no dose step of {known} was in force then"),
    "cannot_be_voided": N_("‘{typed}’ says what happened with the log itself and cannot be voided"),
    "no_recovery_key": N_("a recovery key has 14 groups of four letters and digits, as it was printed"),
    "recovery_key_mistyped": N_(
        "the recovery key holds a slip: its last group does not belong to the others; read it again"
    ),
    "not_encrypted": N_("the log at {typed} is not encrypted"),
    "passphrase_same": N_("the new passphrase is the old one, which whoever left knows too"),
    "passphrase_of_other_key": N_(
        "the key of the log was being changed, and that was interrupted: it opens with the other passphrase, the one"
        " before or the new one"
    ),
    "recovery_key_of_another_log": N_("this recovery key does not open this log"),
    "encrypted_already": N_("the log at {typed} is encrypted already"),
    "passphrase_not_asked": N_("the passphrase can be asked on a terminal only; else {known} may hold it"),
    "operators_name": N_(
        "‘{typed}’ is the name of an operator of this log, who signs with a passphrase: it cannot be typed by anybody"
    ),
    "not_an_operator": N_("‘{typed}’ is not an operator of this workstation who may sign"),
    "reserved_name": N_("‘{typed}’ stands for what the program writes by itself; write a person's name"),
    "too_many_places": N_("‘{typed}’: a whole number from 0 to {limit} is needed"),
    "before_pumps": N_("‘{typed}’: a year from {known} on is needed"),
    "not_signed": N_("the second person signs with a name and a passphrase of their own"),
    "same_person": N_("‘{typed}’ recorded this step: a second check needs another person"),
    "not_a_setting": N_("‘{typed}’: this step has no such setting; it has {known}"),
    "in_the_future": N_("‘{typed}’ lies in the future"),
    "other_patient": N_(
        "‘{typed}’ is not the patient of the entry ({known}): record a new step, and void the wrong one"
    ),
    "not_an_observation": N_("‘{typed}’ is no observation"),
    "nothing_amended": N_("nothing differs from entry {typed}: there is nothing to amend"),
    "nothing_observed": N_("nothing is given: a score, a goal, a side effect or a note is needed"),
    "unknown_scale": N_("‘{typed}’ is not a scale known here; known: {known}"),
    "unknown_site": N_("‘{typed}’ is not a muscle group known here; known: {known}"),
    "site_missing": N_("the muscle group is needed: {known}"),
    "site_not_used": N_("‘{typed}’: this scale is not scored by muscle group"),
    "not_on_scale": N_("‘{typed}’ is not a value of {scale}; its values are {known}"),
    "severity_without_spasms": N_("‘{typed}’: the severity is scored only with a spasm frequency above 0"),
    "scored_twice": N_("‘{typed}’ is given twice"),
    "too_many_goals": N_("{typed} goals; {known} at most"),
    "goal_missing": N_("what the goal is, is needed"),
    "not_on_list": N_("‘{typed}’ is not on the list; it has {known}"),
    "unknown_state": N_("‘{typed}’ is not accepted; write {known}"),
    "not_an_export": N_("the file is not an export of a titration log"),
    "not_csv": N_("the file is not a table of comma-separated values: {detail}"),
    "no_rows": N_("the table holds no program: its first row names the keys, each further row is a program"),
    "two_separators": N_(
        "‘{typed}’: one of comma, semicolon and tabulator stands between the names, and no other"
    ),
    "column_twice": N_("‘{typed}’ heads two columns; each key has one"),
    "not_a_column": N_(
        "‘{typed}’ is not a column of a table of programs; accepted are name and the keys of a program file, such as"
        " new.daily_dose"
    ),
    "cell_without_column": N_("‘{typed}’ stands in line {line} behind the last column"),
    "not_toml": N_("the file is not valid TOML: {detail}"),
    "too_deep": N_("the file is nested more deeply than a program file can be"),
    "target_above_stock": N_("the target is stronger than the stock: diluting cannot make it"),
    "one_of": N_("give {known}"),
    "together": N_("{typed} belongs with {known}"),
    "change_below_zero": N_("{typed}: a dose cannot fall by 100 % or more"),
    "needs_molar_mass": N_(
        "between mass and amount of substance the molar mass is needed, as in 213.66 g/mol"
    ),
    "cannot_convert": N_("{typed} cannot be expressed in {known}"),
    "not_used": N_("{typed}: not needed for this conversion; take it out"),
    "zero": N_("‘{typed}’: zero has no meaning here"),
    "pairs": N_("{known} and this option go in pairs, one of each for every segment"),
    "not_below": N_("{typed} is not below the {other} ({limit})"),
    "too_long": N_("‘{typed}’ is longer than {limit} characters"),
    "invisible": N_("‘{typed}’ holds a character that cannot be seen; type it again"),
    "passphrase_short": N_(
        "at least {limit} characters are needed: a shorter passphrase, a PIN above all, is found by"
        " trying them all on a copy of the file, however it is stored. Some words that belong together only for you will do"
    ),
    "passphrase_alike": N_("at least {limit} different characters are needed"),
    "passphrase_long": N_("a passphrase has up to {limit} characters"),
    "passphrase_unseen": N_("the passphrase holds a character that cannot be seen; type it again"),
    "passphrase_wrong": N_("this is not the passphrase of {known}"),
    "passphrase_wait": N_("too many wrong passphrases in a row; wait {seconds} s, then try again"),
    "passphrases_differ": N_("the passphrases differ; type the same one twice"),
    "name_taken": N_("‘{typed}’ is the name of an operator already; entries must tell them apart"),
    "unknown_role": N_("‘{typed}’ is no role here; choose {known}"),
    "no_operator": N_("‘{typed}’ is no active operator here"),
    "fault_value": N_("‘{typed}’ does not fit ‘{kind}’: {accepted} is needed"),
    "fault_times": N_("‘{kind}’ cannot end at ‘{typed}’: it begins no earlier than that, or before the run"),
    "needs_operator": N_("an operator must have unlocked the window for this"),
    "last_operator": N_("‘{typed}’ is the last operator: add another first"),
    "out_of_range": N_("‘{typed}’: a whole number from 1 to {known} is needed"),
    "practice_choice": N_("‘{typed}’ is not accepted; write {known}"),
    "practice_empty": N_("there is nothing to read here"),
    "practice_name": N_("‘{typed}’: a name is small letters, digits and single hyphens, as in first-dose"),
    "practice_whole": N_("{typed}: a whole number from {least} to {most} is needed, without quotes"),
    "practice_number": N_("{typed}: a bare number is needed, without quotes and unit, as in 2.5"),
    "practice_texts": N_("{typed}: a list of texts is needed, one at least"),
    "practice_tables": N_("a list of tables is needed here"),
    "practice_chart": N_("{typed}: a list of pairs is needed, each a heading and its words"),
    "practice_source": N_("‘{typed}’ is no key of sources.toml: what no source carries is not scored"),
    "practice_place": N_("‘{typed}’ is no field of a program file; write one such as system.tubing_volume"),
    "practice_pump": N_("{typed}: the volume of this pump's reservoir is not known; take one whose is"),
    "practice_moment": N_("{typed}: the moment is that of the run; take it out, and say starts and zone"),
    "practice_away": N_("{typed} is not after the time at which it begins"),
    "practice_twice": N_("‘{typed}’ is used already"),
    "practice_order": N_("{typed} is above the most that is said"),
    "practice_when_mode": N_(
        "say when_mode, or a whole therapy with its mode: else it is not known of which mode this is"
    ),
    "practice_lasts": N_(
        "{typed}: a run lasts above nothing and up to {most} days, the hidden time before it counted"
    ),
    "practice_scale": N_("{typed} is beyond the end of the scale, which is {most}"),
    "practice_needs": N_("‘{typed}’ is no criterion before this one"),
    "practice_offset": N_("‘{typed}’: this offset is not in force in {zone} then"),
    "practice_too_full": N_("{typed} is more than the reservoir of this pump holds: {most}"),
    "practice_after_end": N_("‘{typed}’ comes after the end of the scenario"),
    "practice_no_such_fault": N_("‘{typed}’ is to be found, and is not among the hidden faults"),
    "practice_scenario": N_(
        "‘{typed}’ is not a scenario; known: {known}; one of your own by the path of its file"
    ),
    "practice_over": N_("the scenario is over: go back to a decision, or look at the debrief"),
    "practice_is_away": N_("the patient is out of reach until {until}: only time can pass"),
    "practice_no_time": N_("there is not that much time left: the scenario ends in {left}"),
    "practice_no_decision": N_("{typed}: there is no such decision; there are {known}"),
    "practice_no_hint": N_("there are no more hints"),
    "practice_prime_and_bridge": N_("a prime and a bridge at once: give one of them"),
    "practice_two_primes": N_("a prime is said twice: give one of them"),
    "practice_line": N_(
        "‘{typed}’: in practice pump and catheter stay; only the catheter can be aspirated, none"
    ),
    "practice_not_a_run": N_("the file is no run of practice: {detail}"),
    "practice_other_scenario": N_("the scenario is not the one that was played: its file has changed since"),
    "practice_run_differs": N_("the run does not come out as it stands in the file: {detail}"),
    "practice_unfinished": N_("‘{typed}’ is not finished: its title is still that of the template"),
    "practice_certificate": N_(
        "‘{typed}’: the certificate is a page of HTML; give it a name that ends in .html"
    ),
    "practice_seed": N_(
        "‘{typed}’: a seed is a whole number from 0 to {most}; leave it empty for the scenario's own patient"
    ),
    "practice_fixed": N_("in practice this is as it is; only what is to be programmed can be changed"),
    "practice_filled": N_(
        "‘{typed}’: the reservoir holds another volume only after a refill; tick the refill, or put the volume back"
    ),
}


def _refused_words(error: RefusedError) -> str:
    values = {**error.values, "typed": visible(error.typed, 60), "field": place_words(error.field)}
    if "other" in values:
        values["other"] = place_words(values["other"])
    template = REFUSED_WORDS.get(error.rule)
    if template is None:
        return f"‘{values['typed']}’: {error.rule.replace('_', ' ')}"
    return said(template, _Missing(values))


class _Missing(dict[str, str]):
    """A refusal raised without a value its words name still says the rest."""

    def __missing__(self, key: str) -> str:
        return _("the {value}", value=key)
