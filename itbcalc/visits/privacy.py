"""Which pieces of a free text could tell who a patient is? It warns; it neither refuses nor finds everything."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

Span = tuple[int, int]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Capitalised words of ordinary notes: two of them in a row are no name.
_ORDINARY = _words(
    """
    a after again agreed all an and apnoea apnea arm arms ashworth as at awake baclofen battery bedside before bolus
    botox bradycardia bridge call catheter check checked clinic clonus confusion constipation continued csf ct
    current daily day dantrolene decreased delivered diazepam discussed dizziness dose dystonia emergency empty
    evening events extensors family father fever filled first flex flexors flow flowonix follow following
    frequency gablofen gait gas gmfcs goal good he headache hip hips her his hold home hospital hypotension hypotonia
    icu implant implanted in increased infection infusion inpatient intrathecal itb knee knees last left leg legs
    lioresal lower lumbar mas medtronic modified mode morning mother mri mrt nausea new next night no none not now nrs
    nurse oedema edema ok oral outpatient overdose overnight pain parents partner patient penn personal pharmacy
    physio physiotherapy plan planned pocket post primary prime priming prn program programmed programmer prometra
    pruritus pump read reason recheck reduced refill refilled reported reservoir residual restarted retention right
    scale school score see seizure seizures severity she side simple spasm spasms spasticity spine stable started
    still stopped swelling synchromed tardieu team telephone test the therapy they tizanidine today tomorrow tone
    transfer transfers tube unchanged underdose upper urinary volume vomiting walking ward we wheelchair wife
    husband withdrawal wound yesterday
    monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
    sun mon tue wed thu fri sat jan feb mar apr jun jul aug sep sept oct nov dec
    """
)
# Staff may be named: they answer for what they agreed to. What follows one of these is not looked at.
_STAFF = _words("dr prof professor doctor nurse sister consultant pharmacist physiotherapist")
_PARTICLES = _words("von van der den del della ben bat bin abu the and dr prof mrs herr frau")
_ABBREVIATION = 3  # letters up to which a word in capitals is taken for one

_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+)*")
_TITLED = re.compile(
    rf"\b(?:(?:Mr|Mrs|Herrn?|Frau|Mme|Madame|Monsieur|Señora?|Sra?)\.?|(?:Ms|Miss)\.?(?=\s+[A-ZÀ-Þ]))\s+{_LETTER}[\w'’-]*"
)
_BORN = r"(?:\b(?:born|birth|dob|d\.o\.b\.?|birthday|birthdate|geb\.?|geboren|née?)\b\W*(?:on|date|am|of)?\W*|\*\s?)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"""(?P<born>{_BORN})?(?<![\d.])(?:
        (?P<iso>\d{{4}})[-/.]\d{{1,2}}[-/.]\d{{1,2}}
        | \d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?(?P<figures>\d{{4}}|\d{{2}})
        | \d{{1,2}}\.?\s+{_MONTH},?\s+(?P<words>\d{{4}}|\d{{2}})
        | {_MONTH}\s+\d{{1,2}},?\s+(?P<american>\d{{4}})
    )(?![\d%])""",
    re.IGNORECASE | re.VERBOSE,
)
# A date before is hardly one of the therapy: the battery of every pump implanted then has been changed since.
_THERAPY_SINCE = 2010
_STREET = re.compile(
    rf"""
    \b\d{{1,4}}[a-z]?,?\s+(?:{_LETTER}[\w'’.-]*\s+){{1,3}}(?:street|st|road|rd|avenue|ave|lane|boulevard|blvd|square)\b
    | \b{_LETTER}[\w'’.-]*\s+(?:street|st\.|road|rd|avenue|ave|lane|boulevard|blvd|square)\.?,?\s+\d{{1,4}}\b
    | \b{_LETTER}+(?:straße|strasse|str\.|gasse|allee|platz|weg)\s?\d{{1,4}}\b
    | \b(?:rue|via|calle|rehov|sderot)\s+(?:{_LETTER}[\w'’.-]*\s+){{1,3}}\d{{1,4}}\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PHONE = re.compile(
    r"""(?<![\w.,:+-])(?:
        \+\d{1,3}(?:[\s().-]*\d){6,12}
        | \(?0\d{1,4}\)?[\s/-]?\d{3,}(?:[\s/-]?\d{2,})*
        | (?:\(\d{3}\)\s?|\d{3}-)\d{3}-\d{4}
    )(?![\w])""",
    re.VERBOSE,
)
_FEWEST_OF_A_PHONE = 7  # digits
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_RECORD = re.compile(
    r"(?<![\d.,])\d{7,}(?:-\d)?(?![.,]?\d)|\b(?:MRN|ID|T\.?Z\.?|file|record|chart)\s*(?:no\.?|number|#|:)*\s*\d{4,}\b",
    re.IGNORECASE,
)


def suspected(text: str, identities: Iterable[str] = ()) -> tuple[str, ...]:
    """Pieces of `text` that look like a name, a birth date, an address, a phone or a record number, in order.

    `identities` are the names of patients that are known; any part of one is found, however it is written. Staff
    after their title (`Dr B`), dates of the therapy and ordinary clinical words are left alone.
    """
    text = unicodedata.normalize("NFC", text)
    found = [*_known_names(text, identities), *_dates_of_birth(text), *_phones(text)]
    found += [
        each.span() for pattern in (_TITLED, _STREET, _MAIL, _RECORD) for each in pattern.finditer(text)
    ]
    found += _capitalised(text)
    return tuple(dict.fromkeys(text[start:end].strip(" ,") for start, end in _widest(found)))


def _known_names(text: str, names: Iterable[str]) -> Iterator[Span]:
    parts = {_folded(part) for name in names for part in _WORD.findall(unicodedata.normalize("NFC", name))}
    parts = {part for part in parts if len(part) > 1 and part not in _PARTICLES}
    for word in _WORD.finditer(text):
        short = len(word.group()) < 3 and not word.group()[0].isupper()
        if not short and _folded(word.group()) in parts:
            yield word.span()


def _dates_of_birth(text: str) -> Iterator[Span]:
    for found in _DATE.finditer(text):
        typed = found["iso"] or found["figures"] or found["words"] or found["american"]
        if found["born"] or _whole_year(typed) < _THERAPY_SINCE:
            yield found.span()


def _whole_year(typed: str) -> int:
    """Two digits are of this century as far as a date of today can be meant, else of the last."""
    year = int(typed)
    if len(typed) == 4:
        return year
    return 2000 + year if year < 50 else 1900 + year


def _phones(text: str) -> Iterator[Span]:
    dates = [found.span() for found in _DATE.finditer(text)]
    for found in _PHONE.finditer(text):
        digits = sum(character.isdigit() for character in found.group())
        if digits >= _FEWEST_OF_A_PHONE and not any(_overlap(found.span(), date) for date in dates):
            yield found.span()


def _capitalised(text: str) -> Iterator[Span]:
    """Two or more capitalised words in a row that are no ordinary ones; an initial counts before such a word."""
    for run in _runs(list(_WORD.finditer(text)), text):
        if _folded(run[0].group()) in _STAFF:
            continue
        for names in _unordinary(run, text):
            if len(names) > 1 and any(len(name.group()) > 1 for name in names):
                yield names[0].start(), names[-1].end()


def _runs(words: list[re.Match[str]], text: str) -> Iterator[list[re.Match[str]]]:
    run: list[re.Match[str]] = []
    for word in words:
        goes_on = run and _joined(text[run[-1].end() : word.start()], run[-1].group())
        if not word.group()[0].isupper() and not _uncased(word.group()):
            yield from [run] if run else []
            run = []
        elif goes_on:
            run.append(word)
        else:
            yield from [run] if run else []
            run = [word]
    if run:
        yield run


def _joined(between: str, before: str) -> bool:
    """Whether two words stand in a row: a blank, a hyphen, a comma between them, or the point of an initial."""
    return between in (" ", "-", ", ") or (between in (".", ". ") and len(before) == 1)


def _unordinary(run: list[re.Match[str]], text: str) -> Iterator[list[re.Match[str]]]:
    names: list[re.Match[str]] = []
    for word in run:
        initial = len(word.group()) == 1 and text[word.end() : word.end() + 1] == "."
        if _uncased(word.group()) or (not initial and _is_ordinary(word.group())):
            yield names
            names = []
        else:
            names.append(word)
    yield names


def _is_ordinary(word: str) -> bool:
    return _folded(word) in _ORDINARY | _STAFF or (word.isupper() and len(word) <= _ABBREVIATION)


def _uncased(word: str) -> bool:
    """Of a script without capitals, where this way of looking says nothing."""
    return word.upper() == word.lower()


def _folded(word: str) -> str:
    """Without capitals and accents."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _widest(spans: Iterable[Span]) -> list[Span]:
    """In order of the text; one that lies in another is left out."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda each: (each[0], -each[1])):
        if not kept or span[1] > kept[-1][1]:
            kept.append(span)
    return kept


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
