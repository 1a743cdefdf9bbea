-- Whether to_dos.sql can find anything in the compound before something changes there: somebody is heard, or asked whether
-- to be named. Part of app/home/shared.sql.
SELECT
FROM entry
JOIN notice_entry_person AS person ON person.compound_id = %(compound_id)s AND person.entry_id = entry.id
WHERE entry.state = 'hearing' OR person.consent = 'asked'
