"""Which words and which severity does the clinician meet? The one place where they are chosen.

The core states facts as values; the window, the terminal, the sheet and the JSON all take their words here.
"""

from itbcalc.say.findings import (
    GRADE_WORDS,
    figure_name,
    figure_source,
    finding_message,
    folded,
    severity_of,
    source_words,
)
from itbcalc.say.log import (
    ANCHOR_PROOF,
    anchor_words,
    found_words,
    meanwhile_words,
    not_held_message,
    plain_copy_words,
    server_words,
    waiting_words,
    waits_words,
)
from itbcalc.say.message import SEVERITY_SIGNS, SEVERITY_WORDS, Message, by_severity
from itbcalc.say.places import READ_OUT_WORDS, place_words, read_out_words, setting_text
from itbcalc.say.readouts import (
    VERDICT_WORDS,
    answer_text,
    compared_message,
    computed_text,
    rows_messages,
    stands_for,
    value_text,
    verdict_words,
)
from itbcalc.say.refusals import entry_words, refusal_words, self_test_words, typed_of
from itbcalc.say.unread import incomplete_message, refused_message
from itbcalc.say.whole import whole_line, whole_lines, whole_words

__all__ = [
    "ANCHOR_PROOF",
    "GRADE_WORDS",
    "READ_OUT_WORDS",
    "SEVERITY_SIGNS",
    "SEVERITY_WORDS",
    "VERDICT_WORDS",
    "Message",
    "anchor_words",
    "answer_text",
    "by_severity",
    "compared_message",
    "computed_text",
    "entry_words",
    "figure_name",
    "figure_source",
    "finding_message",
    "folded",
    "found_words",
    "incomplete_message",
    "meanwhile_words",
    "not_held_message",
    "place_words",
    "plain_copy_words",
    "read_out_words",
    "refusal_words",
    "refused_message",
    "rows_messages",
    "self_test_words",
    "server_words",
    "setting_text",
    "severity_of",
    "source_words",
    "stands_for",
    "typed_of",
    "value_text",
    "verdict_words",
    "waiting_words",
    "waits_words",
    "whole_line",
    "whole_lines",
    "whole_words",
]
