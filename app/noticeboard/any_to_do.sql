-- Whether to_dos.sql finds anything for the account, or may. Part of app/home/visit.sql.
SELECT
FROM represented
JOIN notice_entry_person AS person
  ON person.compound_id = %(compound_id)s AND person.owner_id = represented.owner_id
JOIN notice_entry AS entry ON entry.compound_id = %(compound_id)s AND entry.id = person.entry_id
WHERE entry.state IN ('hearing', 'published')
