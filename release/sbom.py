"""What is the bundle made of? A CycloneDX document in which every file stands under the part that owns it."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from release.parts import ITBCALC, Part

_SPACE = uuid.UUID("5a3f8f0e-9d0c-5a56-8a5c-6f9a4f1f6c11")  # for numbers that come out the same each time


class SbomError(Exception):
    """The document is not as CycloneDX asks for."""


def sbom(folder: Path, owners: Mapping[str, Part], within: Iterable[Part], epoch: int) -> str:
    """Returns the document of the bundle in `folder`.

    Args:
        folder: The finished bundle.
        owners: The part of each file, by its path in the bundle.
        within: Parts that are in the program without a file of their own.
        epoch: The moment it says it was made at, in seconds since 1970.

    Raises:
        SbomError: It is not valid.
    """
    files: dict[Part, list[str]] = {part: [] for part in within}
    for path, part in owners.items():
        files.setdefault(part, []).append(path)
    named = sorted(files, key=lambda part: (part.name, part.version))
    digest = hashlib.sha256("".join(sorted(owners)).encode()).hexdigest()
    whole = Component(
        name="itbcalc", version=ITBCALC.version, type=ComponentType.APPLICATION, bom_ref="bundle"
    )
    parts = [_component(part, folder, sorted(files[part])) for part in named]
    bom = Bom(
        components=parts,
        serial_number=uuid.uuid5(_SPACE, f"{ITBCALC.version} {epoch} {digest}"),
        metadata=BomMetaData(
            component=whole,
            timestamp=datetime.fromtimestamp(epoch, UTC),
        ),
    )
    bom.register_dependency(whole, parts)
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    if faults := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise SbomError(str(faults))
    return text + "\n"


def _component(part: Part, folder: Path, paths: list[str]) -> Component:
    licences = [LicenseFactory().make_from_string(part.licence)] if part.licence else []
    namespace = "debian" if part.kind == "deb" else None
    return Component(
        name=part.name,
        version=part.version,
        bom_ref=f"{part.kind}/{part.folder}",
        purl=PackageURL(part.kind, namespace, part.name, part.version),
        licenses=licences,
        components=[_file(folder, path) for path in paths],
    )


def _file(folder: Path, path: str) -> Component:
    digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()
    return Component(
        name=path,
        type=ComponentType.FILE,
        bom_ref=f"file/{path}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )
