"""A file is judged by its content: what is whole is known, what is not says why."""

import pytest

from app.core import files
from app.core.files import FileType, check_file, safe_name
from tests.support.files import EXECUTABLE, HTML, huge_png, pdf, picture

WHOLE = {FileType.PDF: pdf(3), FileType.JPEG: picture("JPEG"), FileType.PNG: picture("PNG")}


@pytest.mark.parametrize("file_type", FileType)
def test_a_whole_file_is_known_by_its_content(file_type: FileType):
    assert check_file(WHOLE[file_type], 20) is file_type


@pytest.mark.parametrize("content", [EXECUTABLE, HTML, b" " + WHOLE[FileType.PDF], b"GIF89a" + b"\0" * 50, b"x"])
def test_what_is_neither_pdf_nor_picture_is_refused(content: bytes):
    with pytest.raises(files.FileTypeRefused):
        check_file(content, 20)


@pytest.mark.parametrize("file_type", FileType)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_truncated_file_is_refused(file_type: FileType, share: float):
    content = WHOLE[file_type]
    with pytest.raises(files.FileDamaged):
        check_file(content[: max(9, int(len(content) * share))], 20)


@pytest.mark.parametrize("magic", [b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"])
@pytest.mark.parametrize("rest", [HTML, b"\0" * 5000, b"startxref\n0\n%%EOF", b"startxref\n99999999999\n%%EOF"])
def test_the_first_bytes_alone_make_no_file(magic: bytes, rest: bytes):
    with pytest.raises(files.FileDamaged):
        check_file(magic + rest, 20)


def test_a_small_file_with_huge_dimensions_is_refused_before_it_is_decoded():
    with pytest.raises(files.PictureTooLarge):
        check_file(huge_png(), 20)


def test_a_pdf_with_a_password_is_refused():
    with pytest.raises(files.FileLocked):
        check_file(pdf(password="secret"), 20)


def test_an_empty_file_is_refused():
    with pytest.raises(files.FileEmpty):
        check_file(b"", 20)


def test_a_file_may_be_as_large_as_the_limit_and_not_a_byte_larger():
    content = pdf()
    filler = 1024 * 1024 - len(content) - 1
    whole = b"%PDF-1.4\n%" + b"x" * (filler - 10) + b"\n" + content
    with pytest.raises(files.FileTooLarge) as refused:
        check_file(whole + b"x" * (1024 * 1024 + 1 - len(whole)), 1)
    assert refused.value.details == {"limit_mb": 1}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("方案.pdf", "方案.pdf"),
        ("方案.PDF", "方案.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\文件\\方案.pdf", "方案.pdf"),
        ("通知.html", "通知.html.pdf"),
        ("方\x00案\r\n\x1b[31m.pdf", "方案[31m.pdf"),
        ("报告\u202efdp.exe", "报告fdp.exe.pdf"),
        ('a"b<c>|d?.pdf', "a_b_c__d_.pdf"),
        ("", "附件.pdf"),
        ("...", "附件.pdf"),
        (".pdf", "pdf.pdf"),
        ("/", "附件.pdf"),
    ],
)
def test_a_name_is_safe_to_show_and_ends_as_its_type_does(given: str, shown: str):
    assert safe_name(given, FileType.PDF) == shown


def test_a_long_name_is_cut_and_keeps_its_ending():
    shown = safe_name("长" * 500 + ".jpeg", FileType.JPEG)
    assert len(shown) == files.NAME_LENGTH
    assert shown.endswith("长.jpeg")
