import json

import pytest

from tests.vectors.reading import FOLDER, all_vectors

FILES = sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", FILES)
def test_every_vector_has_a_name_of_its_own_and_says_where_it_comes_from(name):
    found = all_vectors(name)

    assert len({vector.id for vector in found}) == len(found) > 0
    assert all("and arithmetic" in vector.source for vector in found)


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_what_it_holds_and_is_read_by_a_test(name):
    about = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["about"]
    tests = (FOLDER.parent / "itbcalc").rglob("test_*.py")

    assert about.endswith(".")
    assert any(f'vectors("{name}")' in path.read_text("utf-8") for path in tests)
