-- Whether to_dos.sql can find anything in the compound before something changes there. Part of app/home/shared.sql.
SELECT FROM notice_entry WHERE compound_id = %(compound_id)s AND state IN ('hearing', 'published')
