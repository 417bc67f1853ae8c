"""On which days does the clinic refill pumps, and how many? Its own list, public holidays and weekends as data."""

import functools
from collections.abc import Mapping, Set
from datetime import date, timedelta

from msgspec import Struct, field

from itbcalc.resources import resource_path

HOLIDAYS_FILE = "holidays.toml"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_CLOSED = 60  # days: a clinic that is closed longer has a list that is wrong


class PublicHolidays(Struct, frozen=True):
    """Those of a country for some years, by day, and its weekend."""

    name: str
    days: Mapping[date, str]
    weekend: tuple[str, ...]
    first_year: int
    last_year: int


class ClinicDays(Struct, frozen=True, kw_only=True):
    """The days of a clinic.

    `places` are how many pumps it refills on a weekday; empty where it has not said so: then every day of the week but the
    weekend is one; where it named no country either, no day that is of the weekend in any country that is known. `closed`
    are single days.
    """

    places: Mapping[str, int] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()
    holidays: PublicHolidays | None = None

    @property
    def weekdays_known(self) -> bool:
        """Whether the clinic has said on which days of the week it refills pumps, or in which country it is."""
        return bool(self.places) or self.holidays is not None

    @property
    def _weekend(self) -> Set[str]:
        if self.holidays is not None:
            return frozenset(self.holidays.weekend)
        return frozenset(day for country in public_holidays().values() for day in country.weekend)

    def closed_because(self, day: date) -> str:
        """Why pumps are not refilled on a day, as a code: `closed`, `holiday`, `weekday`; empty where they are."""
        weekday = WEEKDAYS[day.weekday()]
        if not self.places.get(weekday) if self.places else weekday in self._weekend:
            return "weekday"
        if day in self.closed:
            return "closed"
        return "holiday" if self.holidays is not None and day in self.holidays.days else ""

    def holidays_known(self, day: date) -> bool:
        """Whether the public holidays of the year are known; True where the clinic named no country."""
        known = self.holidays
        return known is None or known.first_year <= day.year <= known.last_year

    def places_from(self, begin: date, end: date) -> int | None:
        """How many pumps may be refilled from one day to the day before another; None where the clinic has not said so."""
        if not self.places:
            return None
        days = (begin + timedelta(days=number) for number in range((end - begin).days))
        return sum(
            self.places.get(WEEKDAYS[day.weekday()], 0) for day in days if not self.closed_because(day)
        )

    def last_open_before(self, day: date) -> date | None:
        """The last day before this one on which pumps are refilled; None where there is none for two months."""
        before = (day - timedelta(days=number) for number in range(1, _LONGEST_CLOSED + 1))
        return next((each for each in before if not self.closed_because(each)), None)


@functools.cache
def public_holidays() -> Mapping[str, PublicHolidays]:
    """Those that are known, by the key of the country (`release/public_holidays.py` makes them)."""
    import tomllib  # here and not above: only a clinic that names its days needs it

    table = tomllib.loads(resource_path(HOLIDAYS_FILE).read_text(encoding="utf-8"))
    countries = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    return {
        key: PublicHolidays(
            country["name"],
            {date.fromisoformat(day): words for day, words in country["days"].items()},
            tuple(country["weekend"]),
            table["first_year"],
            table["last_year"],
        )
        for key, country in countries.items()
    }
