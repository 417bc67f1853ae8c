"""The commands for whoever looks after the server of a log: what makes its tables, and whether all is as it should be."""

from itbcalc.cli.log_shared import STATUS_BAD, STATUS_FINE, Answer, Given, path_of
from itbcalc.say.catalogue import _


def server(given: Given) -> Answer:
    """`init` or `check`."""
    from itbcalc.errors import RefusedError

    work = {"init": _init, "check": _check}.get(given["what"] or "")
    if work is None:
        raise RefusedError("what", given["what"] or "", "server_what")
    return work(given)


def _init(given: Given) -> Answer:
    """The statements that make tables, guards and roles; with --apply they are carried out by an administrator."""
    from itbcalc.errors import RefusedError
    from itbcalc.log.server_tables import server_script

    try:
        script = server_script(given["workstation"])
    except ValueError as error:
        raise RefusedError("workstation", str(error), "workstation_name") from error
    if given["apply"] is None:
        return {"sql": script, "applied": False}, script.splitlines(), STATUS_FINE
    from itbcalc.log.server import apply_script

    apply_script(given["apply"], script)
    return {"sql": script, "applied": True}, [_("The tables of the log were made.")], STATUS_FINE


def _check(given: Given) -> Answer:
    """What this workstation finds on the server: each thing that is as it should be, and each that is not."""
    from itbcalc.errors import RefusedError
    from itbcalc.log.places import is_on_server
    from itbcalc.log.server import read_server_file
    from itbcalc.log.server_check import looked_at
    from itbcalc.say import server_words

    path = path_of(given)
    if not is_on_server(path):
        raise RefusedError("log", str(path), "not_on_a_server")
    found = looked_at(read_server_file(path))
    wrong = any(not each.fine for each in found)
    lines = [
        f"{'ok ' if each.fine else 'NO '} {server_words(each.name, each.detail, fine=each.fine)}"
        for each in found
    ]
    results = {"checks": [{"name": each.name, "fine": each.fine, "detail": each.detail} for each in found]}
    return results, lines, STATUS_BAD if wrong else STATUS_FINE
