"""All pages of the desk, on its blueprint."""

from console.count import counting, disputes, documents, mandates, objections, paper, results, sheets
from console.count.blueprint import bp

PAGES = (paper, sheets, mandates, disputes, counting, results, objections, documents)

__all__ = ["PAGES", "bp"]
