"""Contacts: one fingerprint for all spellings, and a seal that opens for its own row only."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.reference.results import Hidden
from tocsin.store import vault

ONE_NUMBER = [
    "+243 81 234 5678", "+243812345678", "00243812345678", "00 243 81 234 56 78", "243812345678", " +243-81-234-5678 ",
    "+243 (0)81 234 5678", "tel:+243812345678", "+٢٤٣٨١٢٣٤٥٦٧٨", "٢٤٣٨١٢٣٤٥٦٧٨", "+２４３８１２３４５６７８",
    "\u202a+243812345678\u202c", "+243.81.234.5678",
]  # fmt: skip
FICTIONAL = ["+999 000 0101", "+9990000101", "00999 000 0101", "999 000 0101", "999-000-0101", "٩٩٩٠٠٠٠١٠١"]


def prints(spellings: list[str]) -> set[str]:
    return {vault.fingerprint(Hidden(one)) for one in spellings}


def test_one_number_in_many_spellings_has_one_fingerprint():
    assert len(prints(ONE_NUMBER)) == 1
    assert len(prints(FICTIONAL)) == 1
    assert len(prints(["Mayor@Oru.example", " mayor@oru.example"])) == 1


def test_two_numbers_never_share_a_fingerprint():
    several = ["+243812345678", "+243812345679", "+9990000101", "0812345678", "12345", "123", "a@b.example", "call me"]

    assert len(prints(several)) == len(several)


def test_a_fingerprint_needs_the_key(settings):
    before = vault.fingerprint(Hidden("+9990000101"))

    settings.VAULT_KEYS = {**settings.VAULT_KEYS, "handles": bytes(32)}

    assert vault.fingerprint(Hidden("+9990000101")) != before
    assert before != hashlib.sha256(b"9990000101").hexdigest()


@given(st.text(max_size=200), st.text(max_size=40))
def test_what_is_sealed_for_a_row_opens_for_that_row(plain, row):
    sealed = vault.seal(Hidden(plain), row)

    assert vault.unseal(sealed, row).reveal(purpose="test") == plain
    assert vault.unseal(memoryview(sealed), row).reveal(purpose="test") == plain


def test_a_seal_moved_to_another_row_does_not_open():
    sealed = vault.seal(Hidden("+9990000101"), "contact:S-0001")

    with pytest.raises(ValueError, match="the seal of contact does not open: altered, or of another row"):
        vault.unseal(sealed, "contact:S-0002")
    with pytest.raises(ValueError, match="the seal of account"):
        vault.unseal(sealed, "account:S-0001")


@pytest.mark.parametrize("cut", [0, 1, 23, 24, 39, 40, -1])
def test_a_seal_cut_short_does_not_open(cut):
    sealed = vault.seal(Hidden("+9990000101"), "contact:S-0001")

    with pytest.raises(ValueError, match="does not open"):
        vault.unseal(sealed[:cut], "contact:S-0001")


@pytest.mark.parametrize("position", [0, 24, 40, -1])
def test_a_seal_with_one_bit_changed_does_not_open(position):
    sealed = bytearray(vault.seal(Hidden("+9990000101"), "contact:S-0001"))
    sealed[position] ^= 1

    with pytest.raises(ValueError, match="does not open"):
        vault.unseal(bytes(sealed), "contact:S-0001")


def test_the_same_contact_sealed_twice_looks_different():
    first, second = (vault.seal(Hidden("+9990000101"), "contact:S-0001") for _ in range(2))

    assert first != second


def test_a_fault_of_the_vault_tells_no_number():
    sealed = vault.seal(Hidden("+9990000101"), "contact:S-0001")

    with pytest.raises(ValueError, match="does not open") as fault:
        vault.unseal(sealed, "contact:+9990000101")

    assert "999" not in str(fault.value)


def test_a_mark_needs_the_key_and_its_purpose(settings):
    first = vault.mark("one", "audit entry")

    assert first == vault.mark("one", "audit entry")
    assert first != vault.mark("one", "audit seal")
    settings.VAULT_KEYS = {**settings.VAULT_KEYS, "vault": bytes(32)}
    assert first != vault.mark("one", "audit entry")
