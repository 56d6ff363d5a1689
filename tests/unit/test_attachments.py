"""Files people attach: what they really are, what is kept of them, and who sees them."""

from __future__ import annotations

import io
import resource
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hotline.domain.attachments import FileLimits
from hotline.domain.order import Flag
from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput, NotAllowed, NotFound, UnreadableFile
from hotline.services.attachments import Attachments
from hotline.services.file_kinds import checked, kind_of
from hotline.store.memory import MemoryStore
from tests.api.city import City

CLERK = Actor("李办", Role.CLERK, "CGJ")
STRANGER = Actor("王办", Role.CLERK, "SCJG")
AGENT = Actor("坐席", Role.AGENT)
LIMITS = FileLimits()
GPS = 0x8825


def photo(size: tuple[int, int] = (40, 20), kind: str = "JPEG", exif: bool = True) -> bytes:
    """An image with the camera's words and place in it, lying on its side."""
    image, written, said = Image.new("RGB", size, "red"), io.BytesIO(), Image.Exif()
    said[0x010F], said[0x0112] = "某手机", 6
    said.get_ifd(GPS)[1] = "N"
    image.save(written, kind, **({"exif": said} if exif else {}))
    return written.getvalue()


def office(*parts: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for part in ("[Content_Types].xml", *parts):
            file.writestr(part, "<x/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("现场.JPG", photo(), "jpeg"), ("图.png", photo(kind="PNG"), "png"), ("批复.pdf", b"%PDF-1.7\n", "pdf"),
        ("说明.docx", office("word/document.xml"), "docx"), ("清单.xlsx", office("xl/workbook.xml"), "xlsx"),
    ],
)  # fmt: skip
def test_what_an_office_sends_is_known_by_its_bytes(name: str, content: bytes, kind: str) -> None:
    assert checked(name, content, LIMITS)[:2] == (name, kind)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("网页.jpg", b"<html>"), ("程序.pdf", b"MZ\x90"), ("空.png", b""), ("图.png", photo()), ("坏.docx", b"PK\x03\x04"),
        ("宏.docx", office("word/document.xml", "word/vbaProject.bin")), ("压缩.docx", office("readme.txt")), ("", photo()),
        ("带宏.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin")), (".jpg", photo()),
    ],
)  # fmt: skip
def test_anything_else_is_refused_by_name(name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        checked(name, content, LIMITS)


def test_a_broken_image_is_told_as_one() -> None:
    with pytest.raises(UnreadableFile):
        checked("坏.jpg", photo()[:60], LIMITS)


def test_a_file_over_the_limit_is_refused_before_it_is_looked_into() -> None:
    with pytest.raises(InvalidInput, match="too large"):
        checked("大.pdf", b"%PDF-" + bytes(2000), FileLimits(largest=1000))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_nothing_of_the_camera_and_its_place_is_left_in_an_image_and_it_stands_upright(kind: str) -> None:
    kept = checked(f"图.{kind.lower()}", photo(kind=kind), LIMITS)[2]
    with Image.open(io.BytesIO(kept)) as image:
        assert (dict(image.getexif()), image.size) == ({}, (20, 40))


def test_an_image_of_too_many_pixels_is_refused_unopened() -> None:
    with pytest.raises(InvalidInput, match="too many pixels"):
        checked("大图.png", photo((9000, 7000), "PNG", exif=False), LIMITS)


def test_a_few_kilobytes_that_hold_many_pixels_are_refused_unopened() -> None:
    written = io.BytesIO()
    Image.new("P", (7700, 7700)).save(written, "PNG", compress_level=9)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InvalidInput, match="too many pixels"):
        checked("图.png", written.getvalue(), LIMITS)
    assert (len(written.getvalue()) < 100_000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10_000) == (
        True,
        True,
    )


def test_a_large_photo_of_a_phone_is_kept_at_half_its_size() -> None:
    _, _, kept = checked("现场.jpg", photo((8000, 6000)), LIMITS)
    with Image.open(io.BytesIO(kept)) as found:
        assert found.size == (3000, 4000)


def test_a_progressive_photo_that_would_lie_open_whole_is_refused() -> None:
    written = io.BytesIO()
    Image.new("L", (6000, 5000)).save(written, "JPEG", progressive=True)
    with pytest.raises(InvalidInput, match="too many pixels"):
        checked("现场.jpg", written.getvalue(), LIMITS)


def test_the_folders_of_a_name_stay_behind() -> None:
    assert checked("C:\\照片\\..\\现场.jpg", photo(), LIMITS)[0] == "现场.jpg"


@given(st.binary(max_size=200))
def test_any_bytes_are_of_a_kind_or_none(content: bytes) -> None:
    assert kind_of(content) in (None, *LIMITS.kinds)


# -- under an order ----------------------------------------------------------------------------------------------------
@pytest.fixture
def city() -> City:
    return City(MemoryStore())


@pytest.fixture
def files(city: City) -> Attachments:
    return Attachments(city.store, city.clock, city.books)


def test_the_same_photo_twice_is_kept_once(city: City, files: Attachments) -> None:
    order = city.dispatched()
    files.add(order, [("一.jpg", photo()), ("二.jpg", photo())], by=CLERK)
    assert [file.name for file in files.of_order(order, by=CLERK)] == ["一.jpg"]


def test_a_unit_that_does_not_see_the_order_finds_none_of_its_files(city: City, files: Attachments) -> None:
    order = city.dispatched()
    (file,) = files.add(order, [("一.jpg", photo())], by=CLERK)
    with pytest.raises(NotFound):
        files.read(order, file.hash, by=STRANGER)


def test_a_file_of_another_order_is_not_found_under_this_one(city: City, files: Attachments) -> None:
    first, second = city.dispatched(), city.dispatched()
    (file,) = files.add(first, [("一.jpg", photo())], by=CLERK)
    with pytest.raises(NotFound):
        files.read(second, file.hash, by=CLERK)


def test_what_a_reporter_sent_is_not_shown_to_the_unit(city: City, files: Attachments) -> None:
    order = city.dispatched()
    (sent,) = files.add(order, [("举报人拍的.jpg", photo())], by=AGENT)
    with city.store.write() as work:
        now = work.orders.get(order)
        assert now is not None
        work.orders.save([replace(now, flags=frozenset({Flag.CONFIDENTIAL}), version=now.version + 1)])
        work.commit()
    assert files.of_order(order, by=CLERK) == []
    assert files.of_order(order, by=AGENT) == [sent]


def test_a_unit_that_gave_the_order_back_attaches_nothing_more(city: City, files: Attachments) -> None:
    order = city.dispatched()
    city.parts.handling.apply_return(order, reason="不归我们", by=CLERK)
    city.parts.handling.decide_return(order, granted=True, by=Actor("派单员", Role.DISPATCHER))
    with pytest.raises((NotAllowed, NotFound)):
        files.add(order, [("一.jpg", photo())], by=CLERK)


def test_more_files_than_an_act_may_have_are_refused_together(city: City, files: Attachments) -> None:
    order = city.dispatched()
    with pytest.raises(InvalidInput, match="too many files"):
        files.add(order, [(f"{number}.jpg", photo()) for number in range(6)], by=CLERK)
    assert files.of_order(order, by=CLERK) == []


def test_an_answer_names_only_files_of_its_own_order(city: City, files: Attachments) -> None:
    first, second = city.dispatched(), city.dispatched()
    (file,) = files.add(first, [("一.jpg", photo())], by=CLERK)
    city.parts.handling.sign(second, by=CLERK)
    with pytest.raises(InvalidInput, match="not the order's"):
        city.parts.handling.answer(second, text="已办", attachments=(file.hash,), by=CLERK)
