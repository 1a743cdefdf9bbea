"""Pictures of the documents for docs/documents: Word to PDF to PNG, so that somebody looks at them after a change.

    python -m tests.unit.meetings.documents.pictures [NAME …]

Needs LibreOffice and poppler (Debian: libreoffice-writer poppler-utils fonts-noto-cjk). All pages are left in a folder
whose name is printed; docs/documents gets the pages that tell most.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from app.meetings.documents.rendering import render
from tests.unit.meetings.documents import samples

DOCS = Path(__file__).parents[4] / "docs" / "documents"
DPI = 75
DOCUMENTS = {
    "announcement": (samples.announcement, (1,)),
    "electorate": (samples.electorate, (1,)),
    "ballot-sheets": (lambda: samples.ballot_sheets(1), (1,)),
    "count-record": (samples.count_record, (1, 2)),
    "result": (samples.result, (1,)),
}
"""Each document with the pages that are shown in the docs."""


def main(names: Sequence[str]) -> None:
    """Render the documents of these names, or all."""
    folder = Path(tempfile.mkdtemp(prefix="documents-"))
    for name in names or DOCUMENTS:
        make, shown = DOCUMENTS[name]
        (folder / f"{name}.docx").write_bytes(render(make()))
        _run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, folder / f"{name}.docx")
        _run("pdftoppm", "-r", str(DPI), "-png", folder / f"{name}.pdf", folder / name)
        pages = sorted(folder.glob(f"{name}-*.png"))
        _beside([pages[number - 1] for number in shown]).save(DOCS / f"{name}.png", optimize=True)
        print(f"{name}: {len(pages)} pages")
    print(folder)


def _run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def _beside(pages: Sequence[Path]) -> Image.Image:
    """The pages beside one another, in sixteen shades."""
    pictures = [Image.open(page) for page in pages]
    whole = Image.new("RGB", (sum(one.width for one in pictures), pictures[0].height), "white")
    left = 0
    for picture in pictures:
        whole.paste(picture, (left, 0))
        left += picture.width
    return whole.quantize(16)


if __name__ == "__main__":
    main(sys.argv[1:])
