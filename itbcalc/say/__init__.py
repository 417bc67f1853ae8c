"""Which words and which severity does the clinician meet? The one place where they are chosen.

The core states facts as values; the window, the terminal, the sheet and the JSON all take their words here.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from itbcalc.say.answer_report import (
        value_text as value_text,
    )
    from itbcalc.say.findings import (
        GRADE_WORDS as GRADE_WORDS,
        figure_name as figure_name,
        figure_source as figure_source,
        finding_message as finding_message,
        folded as folded,
        severity_of as severity_of,
        source_words as source_words,
    )
    from itbcalc.say.log import (
        ANCHOR_PROOF as ANCHOR_PROOF,
        anchor_words as anchor_words,
        found_words as found_words,
        meanwhile_words as meanwhile_words,
        not_held_message as not_held_message,
        plain_copy_words as plain_copy_words,
        server_words as server_words,
        waiting_words as waiting_words,
        waits_words as waits_words,
    )
    from itbcalc.say.message import (
        SEVERITY_SIGNS as SEVERITY_SIGNS,
        SEVERITY_WORDS as SEVERITY_WORDS,
        Message as Message,
        by_severity as by_severity,
    )
    from itbcalc.say.places import (
        READ_OUT_WORDS as READ_OUT_WORDS,
        place_words as place_words,
        read_out_words as read_out_words,
        setting_text as setting_text,
    )
    from itbcalc.say.readouts import (
        VERDICT_WORDS as VERDICT_WORDS,
        answer_text as answer_text,
        compared_message as compared_message,
        computed_text as computed_text,
        rows_messages as rows_messages,
        stands_for as stands_for,
        verdict_words as verdict_words,
    )
    from itbcalc.say.refusals import (
        entry_words as entry_words,
        refusal_words as refusal_words,
        self_test_words as self_test_words,
        typed_of as typed_of,
    )
    from itbcalc.say.unread import (
        incomplete_message as incomplete_message,
        refused_message as refused_message,
    )
    from itbcalc.say.whole import (
        whole_line as whole_line,
        whole_lines as whole_lines,
        whole_words as whole_words,
    )
else:
    from itbcalc.when_asked import found_when_asked

    __getattr__ = found_when_asked(
        __name__,
        {
            "answer_report": ("value_text",),
            "findings": (
                "GRADE_WORDS",
                "figure_name",
                "figure_source",
                "finding_message",
                "folded",
                "severity_of",
                "source_words",
            ),
            "log": (
                "ANCHOR_PROOF",
                "anchor_words",
                "found_words",
                "meanwhile_words",
                "not_held_message",
                "plain_copy_words",
                "server_words",
                "waiting_words",
                "waits_words",
            ),
            "message": ("SEVERITY_SIGNS", "SEVERITY_WORDS", "Message", "by_severity"),
            "places": ("READ_OUT_WORDS", "place_words", "read_out_words", "setting_text"),
            "readouts": (
                "VERDICT_WORDS",
                "answer_text",
                "compared_message",
                "computed_text",
                "rows_messages",
                "stands_for",
                "verdict_words",
            ),
            "refusals": ("entry_words", "refusal_words", "self_test_words", "typed_of"),
            "unread": ("incomplete_message", "refused_message"),
            "whole": ("whole_line", "whole_lines", "whole_words"),
        },
    )
