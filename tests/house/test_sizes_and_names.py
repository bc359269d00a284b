"""Files and functions stay short enough to be read; names say what a thing is for."""

from pathlib import Path

import pytest

from tests.house import guards


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_no_file_is_longer_than_a_person_reads():
    assert guards.long_files() == []


def test_a_long_file_is_reported(tmp_path):
    write(tmp_path, "short.py", "a = 1\n" * guards.MOST_LINES)
    write(tmp_path, "long.py", "a = 1\n" * (guards.MOST_LINES + 1))

    assert guards.long_files(tmp_path) == ["long.py: 501 lines"]


def test_no_function_is_longer_than_a_screen():
    assert guards.long_functions() == []


def test_a_long_function_is_reported_and_its_docstring_is_not_counted(tmp_path):
    told = '    """First.\n' + "\n" * 40 + '    """\n'
    write(tmp_path, "told.py", "def told():\n" + told + "    a = 1\n" * 50)
    write(tmp_path, "long.py", "def long():\n" + "    a = 1\n" * 60)

    assert guards.long_functions(tmp_path) == ["long.py:1 long: 61 lines"]


def test_every_name_says_what_the_thing_is_for():
    assert guards.vague_names() == []


@pytest.mark.parametrize("name", ["utils.py", "core/helpers.py", "store/base/__init__.py", "web/engine.py"])
def test_a_vague_module_name_is_reported(tmp_path, name):
    write(tmp_path, "core/places/travel.py", "")
    write(tmp_path, name, "")

    assert guards.vague_names(tmp_path) == [name]


def test_a_vague_verb_is_reported(tmp_path):
    write(tmp_path, "intake.py", "def receive(): ...\n\ndef process(): ...\n")

    assert guards.vague_names(tmp_path) == ["intake.py:3 process"]


def test_every_file_with_tests_is_found_by_the_runner():
    assert guards.unread_test_files(guards.ROOT / "tests") == []


def test_a_file_whose_tests_would_never_run_is_reported(tmp_path):
    write(tmp_path, "test_places.py", "def test_a(): ...\n")
    write(tmp_path, "places_tests.py", "def test_a(): ...\n")

    assert guards.unread_test_files(tmp_path) == ["places_tests.py"]


def test_no_promise_in_the_code_is_without_an_issue_number():
    ours = [path for path in guards.tracked() if path != Path(guards.__file__) and path != Path(__file__)]

    assert guards.loose_todos(ours) == []


def test_a_loose_promise_is_reported(tmp_path):
    kept = write(tmp_path, "kept.py", "# TODO(#12): ask the sector\n")
    loose = write(tmp_path, "loose.py", "# TODO: ask the sector\n")

    assert guards.loose_todos([kept, loose], tmp_path) == ["loose.py:1 # TODO: ask the sector"]


def test_whatever_is_set_aside_says_why_on_its_line():
    ours = [path for path in guards.tracked() if path.suffix == ".py" and "migrations" not in path.parts]

    assert guards.waivers_without_reason(path for path in ours if path != Path(__file__)) == []


def test_a_rule_a_type_or_a_test_set_aside_without_a_word_is_reported(tmp_path):
    text = (
        "a = 1  # noqa: S101  it is the sample\nb = 2  # noqa: S101\nc = d(1)  # type: ignore[arg-type]\n"
        "@pytest.mark.skip\n@pytest.mark.skipif(x, reason='the shared engine only')\n"
        "e = d(1)  # type: ignore[arg-type]  # the wrong call is what is tried\n"
    )
    silent = write(tmp_path, "silent.py", text)

    assert guards.waivers_without_reason([silent], tmp_path) == ["silent.py:2", "silent.py:3", "silent.py:4"]
