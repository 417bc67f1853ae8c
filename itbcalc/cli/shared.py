"""What every command shares: exit statuses, the one JSON document, the self-test, the library with the clinic's profiles."""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from itbcalc.say.catalogue import _

if TYPE_CHECKING:
    from itbcalc.ask.selftest import SelfTest
    from itbcalc.library.records import Library

STATUS_FINE, STATUS_STOP, STATUS_REFUSED, STATUS_FAILED = 0, 1, 2, 3


def json_option() -> click.Option:
    """`--json`, on every command."""
    return click.Option(["--json", "as_json"], is_flag=True, help="One JSON document on standard output.")


def print_json(document: Mapping[str, Any]) -> None:
    """The one document on standard output; half a character of a name that is no UTF-8 stands in it as JSON escapes it."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")


def self_test_of_start(command: str = "") -> "SelfTest":
    """The self-test of this start: of everything, or of what one question needs."""
    from itbcalc.ask.selftest import run_self_test

    return run_self_test(command=command)


def say_self_test_failed(tested: "SelfTest") -> int:
    """Says that nothing computed here can be relied on, and the status for it."""
    from itbcalc.errors import SelfTestError
    from itbcalc.say import self_test_words

    click.echo(self_test_words(SelfTestError(tested.failed)), err=True)
    return STATUS_STOP


def library_of(tested: "SelfTest") -> "tuple[Library, list[dict[str, Any]]]":
    """The library with the clinic's own profiles, and what the program has to say of itself, as JSON findings.

    Profiles that were refused are named and left out.
    """
    from itbcalc.judge.findings import Finding, FindingCode, profile_refused
    from itbcalc.library.own import own_folder, read_library_or_built_in
    from itbcalc.resources import resource_path
    from itbcalc.say import finding_message, refusal_words
    from itbcalc.say.answer_report import message_json

    library, refused = read_library_or_built_in(resource_path(), own_folder())
    found = []
    if not tested.passed:
        counts = {"failed": str(len(tested.failed)), "cases": str(tested.cases)}
        found.append(Finding(code=FindingCode.SELF_TEST_FAILED, values=counts))
    for error in refused:
        click.echo(_("profile not read: {reason}", reason=refusal_words(error)), err=True)
        found.append(profile_refused(error))
    return library, [message_json(finding_message(finding, library)) for finding in found]
