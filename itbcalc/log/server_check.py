"""Is a server set up as a log needs it? Looked at from a workstation, with that workstation's own rights."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from itbcalc.log.server import Server, connected, translated
from itbcalc.log.server_tables import OWNER, VERSION, guards_stand, identify


class Looked(Struct, frozen=True):
    """One thing that was looked at; its `name` is a key of the words and stands in the JSON."""

    name: str
    fine: bool
    detail: str = ""


def looked_at(server: Server) -> list[Looked]:
    """Everything in order. Raises LogUnavailableError where the server cannot be reached or has no tables of a log."""
    with translated(), connected(server, writing=False) as connection:
        return list(_looked_at(connection, server))


def _looked_at(connection: Any, server: Server) -> Iterator[Looked]:  # noqa: ANN401  # the driver's connection
    def value(query: str) -> Any:  # noqa: ANN401
        return connection.execute(query).fetchone()[0]

    yield Looked("reached", fine=True, detail=f"{server.place}, PostgreSQL {value('SHOW server_version')}")
    tls = value("SELECT COALESCE(max(version), '') FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl")
    yield Looked("encrypted", fine=bool(tls) or server.is_socket, detail=str(tls))
    yield Looked("guards", fine=guards_stand(connection))
    found = identify(connection)
    yield Looked(
        "version", fine=found is None or found[1] == VERSION, detail=str(found[1] if found else VERSION)
    )
    yield Looked("may_write", fine=value(_MAY_INSERT))
    yield Looked("may_not_change", fine=not value(_MAY_CHANGE))
    yield Looked("no_administrator", fine=not value(_IS_MORE))
    yield Looked("owner_without_login", fine=value(_OWNER_STAYS_OUT))
    lost = [name for name in ("fsync", "full_page_writes") if value(f"SHOW {name}") != "on"]
    yield Looked("lasting", fine=not lost, detail=", ".join(lost))
    yield Looked("alone", fine=not value(_OTHERS), detail=str(value(_OTHERS)))


_MAY_INSERT = "SELECT has_column_privilege('itbcalc.entry', 'bytes', 'INSERT')"
_MAY_CHANGE = """
SELECT bool_or(has_table_privilege(name, 'UPDATE, DELETE, TRUNCATE, TRIGGER') OR has_any_column_privilege(name, 'UPDATE')
    OR has_column_privilege('itbcalc.entry', 'received_at', 'INSERT'))
FROM (VALUES ('itbcalc.entry'), ('itbcalc.log')) AS tables(name)
"""
_IS_MORE = f"""
SELECT rolsuper OR rolcreaterole OR pg_has_role(oid, '{OWNER}', 'MEMBER') FROM pg_roles WHERE rolname = current_user
"""  # noqa: S608  # a name of ours
_OWNER_STAYS_OUT = f"""
SELECT bool_and(NOT rolcanlogin AND NOT rolsuper AND rolname = '{OWNER}')
FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner
WHERE relnamespace = 'itbcalc'::regnamespace AND relkind = 'r'
"""  # noqa: S608
# Logins that are no administrator's and may change what lies in the tables.
_OTHERS = """
SELECT COALESCE(string_agg(rolname, ', ' ORDER BY rolname), '') FROM pg_roles
WHERE rolcanlogin AND NOT rolsuper AND has_table_privilege(rolname, 'itbcalc.entry', 'UPDATE, DELETE, TRUNCATE, TRIGGER')
"""
