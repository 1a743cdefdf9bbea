"""What is said: a line for each thing that holds, and a named line for each that does not, in English and Chinese."""

from collections import Counter
from typing import TextIO

_SHOWN_OF_A_KIND = 5


class Report:
    """Writes each finding as it comes; `broken` counts the findings of each code."""

    def __init__(self, out: TextIO, subject: str = "BUNDLE") -> None:
        self._out, self._subject = out, subject
        self.broken: Counter[str] = Counter()

    def holds(self, english: str, chinese: str) -> None:
        """Something was checked and is right."""
        self._write("✓", english, chinese)

    def note(self, english: str, chinese: str) -> None:
        """Something that a reader should know, and that the bundle alone cannot show."""
        self._write("·", english, chinese)

    def breaks(self, code: str, english: str, chinese: str) -> None:
        """Something is wrong. Of many findings of one code only the first few are written out."""
        self.broken[code] += 1
        if self.broken[code] <= _SHOWN_OF_A_KIND:
            self._write("✗", f"[{code}] {english}", chinese)

    def expect(self, right: bool, code: str, english: str, chinese: str) -> bool:
        """Say nothing where it is right, and what is wrong where it is not; whether it is right."""
        if not right:
            self.breaks(code, english, chinese)
        return right

    def end(self) -> int:
        """Sum up; the exit code: 0 where everything holds, 1 where something does not."""
        for code, count in self.broken.items():
            if count > _SHOWN_OF_A_KIND:
                more = count - _SHOWN_OF_A_KIND
                self._write("✗", f"[{code}] and {more} more of this kind.", f"此类问题还有 {more} 处。")
        if self.broken:
            codes = ", ".join(self.broken)
            self._write(
                "✗", f"THE {self._subject} DOES NOT HOLD: {codes}.", "核验不通过：数据被改动，或者与签名的存证不符。"
            )
            return 1
        self._write("✓", "EVERYTHING HOLDS.", "全部核验通过。")
        return 0

    def _write(self, sign: str, english: str, chinese: str) -> None:
        print(f"{sign} {english}\n  {chinese}", file=self._out)
