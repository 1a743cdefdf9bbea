-- Whether to_dos.sql finds anything for the account, or may. Part of app/home/visit.sql.
EXISTS (
    SELECT FROM notice_entry_person AS person
    JOIN notice_entry AS entry ON entry.compound_id = %(compound_id)s AND entry.id = person.entry_id
    WHERE person.compound_id = %(compound_id)s AND person.owner_id = ANY (ARRAY({represented}))
      AND entry.state IN ('hearing', 'published')
)
