"""The project holds on any machine: no file names a folder of one, and no test leaves its own."""

import socket
import urllib.request

import pytest

from tests.house import guards
from tests.quiet import LeftTheMachine


def test_no_file_names_a_folder_of_one_machine():
    assert guards.machine_paths(guards.tracked()) == []


def test_a_folder_of_one_machine_is_reported(tmp_path):
    folder = "/" + "work" + "/main"
    (tmp_path / "planted.md").write_text(f"See {folder}.\nFieldwork/home is fine.\n", "utf-8")

    assert guards.machine_paths([tmp_path / "planted.md"], tmp_path) == [f"planted.md:1 See {folder}."]


def test_no_test_speaks_to_another_machine():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()

    with pytest.raises(LeftTheMachine, match=r"getaddrinfo: elsewhere\.invalid"):
        urllib.request.urlopen("http://elsewhere.invalid/")
    with socket.socket() as planted, pytest.raises(LeftTheMachine, match=r"connect: 192\.0\.2\.1"):
        planted.connect(("192.0.2.1", 80))
