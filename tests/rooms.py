"""The contract of the rooms of the window, for the linter of imports: a room is a folder of `ui/` with a `desk.py`."""

import re

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class RoomsContract(Contract):
    """No room is imported from outside of itself, but by those who let rooms meet."""

    type_name = "rooms"

    container = fields.StringField()
    may_know_rooms = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        desks = (re.fullmatch(rf"({self.container}\.\w+)\.desk", module) for module in graph.modules)
        rooms = {desk[1] for desk in desks if desk}
        broken = [
            (importer, imported)
            for room in sorted(rooms)
            for imported in sorted({room} | graph.find_descendants(room))
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if importer not in self.may_know_rooms and not f"{importer}.".startswith(f"{room}.")
        ]
        return ContractCheck(kept=bool(rooms) and not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} imports {imported}, which is of a room", bold=False)
