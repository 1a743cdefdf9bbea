"""The view of officers over many compounds: figures by month and by part, charts, export."""
