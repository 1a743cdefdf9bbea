"""Photographs are encoded anew: nothing but the picture is left. PIPL 6: no more than is needed."""

from io import BytesIO

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

from app.core.errors import Invalid
from app.core.files import FileDamaged, FileEmpty, FileTooLarge, FileTypeRefused, PictureTooLarge
from app.core.pictures import NotAPicture, photograph
from tests.support.files import EXECUTABLE, HTML, huge_png, pdf, picture

RED, BLUE = (200, 20, 20), (20, 20, 200)


def from_a_camera(orientation: int = 1) -> bytes:
    """A JPEG, red on the left and blue on the right, that says where and when it was taken, with what."""
    taken = Image.new("RGB", (640, 320), RED)
    taken.paste(BLUE, (320, 0, 640, 320))
    exif = Image.Exif()
    exif[Base.Make.value], exif[Base.Orientation.value] = "照相机厂", orientation
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (32.0, 7.0, 12.0)
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal.value] = "2026:05:01 09:00:00"
    file = BytesIO()
    taken.save(file, "JPEG", exif=exif, comment=b"SECRET-COMMENT", icc_profile=b"SECRET-PROFILE" * 10)
    return file.getvalue() + b"SECRET-TRAILER"


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_place_time_device_comment_profile_and_trailer_are_gone():
    content = from_a_camera()
    assert opened(content).getexif().get_ifd(IFD.GPSInfo)
    made = photograph(content, 10)
    for file in (made.content, made.thumbnail):
        assert dict(opened(file).getexif()) == {}
        assert set(opened(file).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not any(word in file for word in (b"SECRET", b"Exif", "照相机厂".encode(), b"2026:05:01"))


def test_words_in_a_png_are_gone():
    info, file = PngInfo(), BytesIO()
    info.add_itxt("Comment", "SECRET 3栋501")
    Image.new("RGB", (8, 8)).save(file, "PNG", pnginfo=info)
    assert b"SECRET" in file.getvalue()
    assert b"SECRET" not in photograph(file.getvalue(), 10).content


@pytest.mark.parametrize(
    ("orientation", "size", "upper_left"), [(1, (640, 320), RED), (3, (640, 320), BLUE), (6, (320, 640), RED)]
)
def test_a_picture_is_turned_as_the_camera_says(orientation: int, size: tuple[int, int], upper_left: tuple[int, ...]):
    made = opened(photograph(from_a_camera(orientation), 10).content)
    assert made.size == size
    pixel = made.getpixel((10, 10))
    assert isinstance(pixel, tuple)
    assert all(abs(is_ - should) < 40 for is_, should in zip(pixel, upper_left, strict=True))


@pytest.mark.parametrize(
    ("width", "height", "kept"), [(4000, 1000, (2048, 512)), (1000, 4000, (512, 2048)), (300, 200, (300, 200))]
)
def test_edges_are_at_most_2048_and_480(width: int, height: int, kept: tuple[int, int]):
    made = photograph(picture("JPEG", width, height), 10)
    assert (made.width, made.height) == opened(made.content).size == kept
    assert max(opened(made.thumbnail).size) <= 480


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_every_kind_of_png_becomes_a_plain_jpeg(mode: str):
    file = BytesIO()
    Image.new(mode, (20, 20)).save(file, "PNG")
    made = opened(photograph(file.getvalue(), 10).content)
    assert (made.format, made.mode) == ("JPEG", "RGB")


def test_what_is_transparent_becomes_white():
    file = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(file, "PNG")
    assert opened(photograph(file.getvalue(), 10).content).getpixel((5, 5)) == (255, 255, 255)


TRUNCATED = picture("PNG")[:-200]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", FileEmpty),
        (HTML, FileTypeRefused),
        (EXECUTABLE, FileTypeRefused),
        (b"GIF89a" + b"\0" * 100, FileTypeRefused),
        (pdf(), NotAPicture),
        (TRUNCATED, FileDamaged),
        (b"\xff\xd8\xff" + b"\0" * 300, FileDamaged),
        (huge_png(), PictureTooLarge),
        (b"\x89PNG\r\n\x1a\n" + b"0" * (10 * 1024 * 1024), FileTooLarge),
    ],
    ids=["empty", "html", "program", "gif", "pdf", "truncated", "no jpeg", "bomb", "over 10 MB"],
)
def test_what_is_no_photograph_is_refused(content: bytes, error: type[Invalid]):
    with pytest.raises(error):
        photograph(content, 10)
