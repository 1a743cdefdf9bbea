"""All pages of the desk, on its blueprint."""

from console.count import counting, delegates, disputes, documents, mandates, objections, paper, results, sheets
from console.count.blueprint import bp

PAGES = (paper, sheets, mandates, disputes, delegates, counting, results, objections, documents)

__all__ = ["PAGES", "bp"]
