"""The project holds on any machine: no file of it names a folder of one."""

from tests.house import guards


def test_no_file_names_a_folder_of_one_machine():
    assert guards.machine_paths(guards.tracked()) == []


def test_a_folder_of_one_machine_is_reported(tmp_path):
    folder = "/" + "work" + "/main"
    (tmp_path / "planted.md").write_text(f"See {folder}.\nFieldwork/home is fine.\n", "utf-8")

    assert guards.machine_paths([tmp_path / "planted.md"], tmp_path) == [f"planted.md:1 See {folder}."]
