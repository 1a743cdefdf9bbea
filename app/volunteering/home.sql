-- The shifts and slots with free places of the next two weeks, the next first: twice as many as the home shows, since
-- the reader's own (own.sql) may be among them. Part of app/home/shared.sql.
SELECT coalesce(json_agg(shown ORDER BY shown.starts_at, shown.id), '[]')
FROM (
    SELECT slot.id, slot.offering_id, offering.title, offering.place, slot.starts_at, slot.ends_at,
           slot.capacity - slot.taken AS free, NULL AS mine
    FROM coming AS slot
    JOIN offering ON offering.compound_id = %(compound_id)s AND offering.id = slot.offering_id
    WHERE offering.cancelled_at IS NULL AND offering.text_state = 'shown'
      AND slot.starts_at <= %(now)s + interval '14 days' AND slot.taken < slot.capacity
    ORDER BY slot.starts_at, slot.id
    LIMIT 10
) AS shown
