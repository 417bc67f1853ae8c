"""What the presenters need once the window is on the screen: the library and the outcome of the self-test. No Qt.

Loading it brings pint and the library's files, which take longer than the window itself; so it is loaded
after the first paint.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from itbcalc.ask.selftest import SelfTest, run_self_test
from itbcalc.desk.dates import use_date_form
from itbcalc.errors import LibraryError
from itbcalc.library.own import own_folder, read_library_or_built_in
from itbcalc.library.records import Library
from itbcalc.resources import resource_path


def utc_now() -> datetime:
    """The clock of the workstation."""
    return datetime.now(UTC)


class Engine(Struct, frozen=True):
    """The library, what was refused of the clinic's own profiles, the self-test, and the clock."""

    library: Library
    profile_errors: tuple[LibraryError, ...]
    self_test: SelfTest
    now: Callable[[], datetime] = utc_now

    @property
    def read_only(self) -> bool:
        """After a failed self-test nothing may be computed or saved."""
        return not self.self_test.passed


def load_engine() -> Engine:
    """Reads the library and recomputes the reference cases."""
    library, errors = read_library_or_built_in(resource_path(), own_folder())
    use_date_form(library.clinic.date_form)
    return Engine(library, errors, run_self_test())
