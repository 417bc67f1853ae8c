"""Over a network: the server shows who it is, and so does the workstation, or nothing is read or written."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from itbcalc.errors import LogUnavailableError
from itbcalc.log.postgres import PostgresLog
from itbcalc.log.server import read_server_file
from tests.itbcalc.log.certificates import Authority, authority
from tests.itbcalc.log.cluster import Cluster, new_cluster
from tests.itbcalc.log.logs import draft


class Network:
    """A server that asks for certificates, on this machine's own network."""

    def __init__(self, folder: Path, server: Cluster) -> None:
        self.folder, self.server = folder, server
        self.clinic, self.others = authority(folder, "clinic"), authority(folder, "others")
        certificate, key = map(server.give, self.clinic.sign("localhost", folder, host=True))
        root = server.give(self.clinic.root)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        rules = "local all postgres trust\nhostssl postgres all 127.0.0.1/32 cert\n"
        (server.folder / "data" / "pg_hba.conf").write_text(rules, encoding="ascii")
        server.empty(folder / "unused.itbserver")
        server.stop()
        self.options = (
            f"-c ssl=on -c ssl_cert_file={certificate} -c ssl_key_file={key} -c ssl_ca_file={root}",
            f"-c listen_addresses=127.0.0.1 -c port={self.port}",
        )
        server.start(*self.options)

    def file(
        self,
        name: str = "room_1",
        user: str = "room_1",
        *,
        host: str = "localhost",
        trusted: Authority | None = None,
        signed_by: Authority | None = None,
    ) -> Path:
        """A connection file of a workstation whose certificate is of `name`."""
        folder = self.folder / "room"
        folder.mkdir(exist_ok=True)
        certificate, key = (signed_by or self.clinic).sign(name, folder)
        path = folder / "titration.itbserver"
        path.write_text(
            f'[server]\nhost = "{host}"\nport = {self.port}\ndatabase = "postgres"\nuser = "{user}"\n'
            f'root_certificate = "{(trusted or self.clinic).root}"\ncertificate = "{certificate.name}"\nkey = "{key.name}"\n',
            encoding="utf-8",
        )
        return path


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """The server, with the tables of a log."""
    server = new_cluster()
    yield Network(tmp_path_factory.mktemp("network"), server)
    server.end()


def test_a_workstation_writes_over_tls_with_its_own_certificate(network: Network) -> None:
    log = PostgresLog(network.file(), create=True)

    seq = log.append(draft(log.head().count + 1)).seq

    assert log.verify().whole
    with network.server.administrator(port=network.port) as administrator:
        asked = "SELECT received_from FROM itbcalc.entry WHERE seq = %s"
        assert administrator.execute(asked, (seq,)).fetchall() == [("room_1 at 127.0.0.1",)]
    told = read_server_file(network.file()).parameters()
    assert told["sslmode"] == "verify-full"


REFUSED = {
    "the server is signed by somebody else": lambda network: network.file(trusted=network.others),
    "the workstation is signed by somebody else": lambda network: network.file(signed_by=network.others),
    "the server has another name": lambda network: network.file(host="127.0.0.1"),
    "the workstation has another name than its login": lambda network: network.file("room_2"),
}


@pytest.mark.parametrize("file", REFUSED.values(), ids=REFUSED)
def test_without_trust_nothing_is_read(network: Network, file: "object") -> None:
    with pytest.raises(LogUnavailableError) as refused:
        PostgresLog(file(network), create=True)

    assert refused.value.reason == "server_certificate"


def test_a_key_that_others_may_read_is_not_used(network: Network) -> None:
    path = network.file()
    path.with_name("room_1.key").chmod(0o644)

    with pytest.raises(LogUnavailableError) as refused:
        PostgresLog(path)

    assert refused.value.reason == "server_certificate"


def test_a_server_without_tls_is_not_talked_to(network: Network) -> None:
    path = network.file()
    network.server.stop()
    network.server.start("-c ssl=off", network.options[1])

    with pytest.raises(LogUnavailableError) as refused:
        PostgresLog(path)

    network.server.stop()
    network.server.start(*network.options)
    assert refused.value.reason == "server_certificate"


HOST = 'host = "log.example"\ndatabase = "itbcalc"\nuser = "room_1"\n'
CERTIFICATES = 'root_certificate = "a"\ncertificate = "b"\nkey = "c"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            HOST, "root_certificate is missing; certificate is missing; key is missing", id="no certificates"
        ),
        pytest.param(
            f'{HOST}{CERTIFICATES}password = "secret"\n', "password has no place in it", id="a password"
        ),
        pytest.param(
            f'{HOST}{CERTIFICATES}sslmode = "disable"\n', "sslmode has no place in it", id="less than TLS"
        ),
        pytest.param(f'{HOST}{CERTIFICATES}port = "5432"\n', "port is a number", id="a port as text"),
        pytest.param(f"{HOST}{CERTIFICATES}port = true\n", "port is a number", id="a port that is none"),
        pytest.param(CERTIFICATES, "host is missing; database is missing; user is missing", id="no server"),
    ],
)
def test_what_a_connection_file_lacks_or_may_not_hold_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "titration.itbserver"
    path.write_text(f"[server]\n{text}", encoding="utf-8")

    with pytest.raises(LogUnavailableError) as refused:
        read_server_file(path)

    assert (refused.value.reason, refused.value.detail) == ("server_file", f"{path} ({said})")


@pytest.mark.parametrize("content", [b"", b"[other]\n", b"server = 1\n", b"\xff\xfe", b"[server"])
def test_another_file_is_no_connection_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "titration.itbserver"
    path.write_bytes(content)

    with pytest.raises(LogUnavailableError) as refused:
        read_server_file(path)

    assert refused.value.reason == "server_file"
