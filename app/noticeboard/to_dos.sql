-- What waits for the account at the red/black list, as {what: how many}. Part of app/home/own.sql.
SELECT jsonb_build_object(
    'answer_entry', count(DISTINCT entry.id) FILTER (
        WHERE entry.state = 'hearing' AND (entry.hearing_until IS NULL OR entry.hearing_until > %(now)s)
          AND person.told_at IS NOT NULL
    ),
    'agree_to_be_named', count(DISTINCT entry.id) FILTER (
        WHERE person.consent = 'asked' AND (entry.state = 'hearing' OR entry.expires_at > %(now)s)
    )
)
FROM represented
JOIN notice_entry_person AS person
  ON person.compound_id = %(compound_id)s AND person.owner_id = represented.owner_id
JOIN notice_entry AS entry ON entry.compound_id = %(compound_id)s AND entry.id = person.entry_id
WHERE entry.state IN ('hearing', 'published')
