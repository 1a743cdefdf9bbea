"""Word documents of an owners' meeting (业主大会文书), for printing and sealing. See docs/documents.md."""
