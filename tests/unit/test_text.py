"""Text that people and databases can take, and people's numbers hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.call import Caller, NewCall
from hotline.domain.text import clean, harmless_cell, mask_name, mask_phone, mask_text
from hotline.errors import InvalidInput
from tests.api.city import START


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_a_cleaned_text_can_always_be_stored(text: str) -> None:
    kept = clean(text)
    assert "\x00" not in kept
    assert kept.encode("utf-8").decode("utf-8") == kept


@given(st.text(alphabet=st.characters(exclude_categories=["C"])))
def test_what_people_can_read_stays_as_they_wrote_it(text: str) -> None:
    assert clean(text).replace(" ", "") == text.replace("\u2028", "").replace("\u2029", "").replace(" ", "")


@given(st.text())
def test_masking_a_text_moves_nothing(text: str) -> None:
    assert len(mask_text(text)) == len(text)


def test_a_mobile_number_in_a_text_is_hidden() -> None:
    assert mask_text("我电话13812345678,快点") == "我电话138****5678,快点"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("138 4721 2345", "138 **** 2345"), ("138-4721-2345", "138-****-2345"), ("+8613847212345", "+86138****2345"),
        ("138４7212345", "138****2345"), ("0472-5551234", "****-*****34"), ("04725551234", "*********34"),
        ("电话:5551234", "电话:*****34"),
    ],
)  # fmt: skip
def test_a_number_is_hidden_however_it_is_written(text: str, shown: str) -> None:
    assert mask_text(text) == shown


@pytest.mark.parametrize("text", ["KDL2026112300001", "2026-11-23 09:30", "市级编号202611230000123", "欠费1234567元"])
def test_numbers_of_orders_days_and_money_stay(text: str) -> None:
    assert mask_text(text) == text


def test_an_identity_number_in_a_text_is_hidden() -> None:
    assert "19900101" not in mask_text("身份证150203199001011234")


@pytest.mark.parametrize(("phone", "shown"), [("13812345678", "138****5678"), ("", ""), ("5911", "**11"), ("5911234", "*****34")])
def test_a_phone_number_shows_little(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_a_name_shows_the_family_name() -> None:
    assert mask_name("王小明") == "王**"


@pytest.mark.parametrize("text", ["", "  \n", "\x01\x02", "\u2028"])
def test_a_message_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        NewCall(source="s", message_id="1", received_at=START, text=text)


@pytest.mark.parametrize(
    "fields",
    [{"source": "来" * 500, "message_id": "号" * 500}, {"caller": Caller(phone="1" * 501)}, {"caller": Caller(name="王" * 501)}],
)
def test_a_message_with_an_endless_field_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        NewCall(**{"source": "s", "message_id": "1", "received_at": START, "text": "暖气不热", **fields})  # type: ignore[arg-type]


@given(st.text(alphabet=st.characters(exclude_categories=[]), min_size=1).map(lambda text: f"停水{text}"))
def test_a_message_has_the_same_hash_before_and_after_cleaning(text: str) -> None:
    raw, cleaned = (NewCall(source="s", message_id="1", received_at=START, text=one) for one in (text, clean(text)))
    assert raw.content_hash == cleaned.content_hash


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_a_cell_that_a_spreadsheet_would_compute_is_written_as_text(first: str) -> None:
    assert (harmless_cell(f"{first}1+1"), harmless_cell("暖气"), harmless_cell("")) == (f"'{first}1+1", "暖气", "")
