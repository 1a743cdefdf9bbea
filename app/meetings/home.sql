-- The meetings that the compound's home shows: announced and open ones, and results of the last two weeks, the next to
-- close first. `to_cast`: how many parties the account can vote for now and has not. Part of app/home/feed.sql.
SELECT coalesce(jsonb_agg(shown ORDER BY shown.closes_at, shown.id), '[]')
FROM (
    SELECT meeting.id, meeting.title, meeting.opens_at, meeting.closes_at, meeting.published_at,
           CASE WHEN meeting.published_at IS NOT NULL THEN 'published'
                WHEN meeting.opens_at > %(now)s THEN 'announced' ELSE 'voting' END AS state,
           CASE WHEN meeting.opens_at <= %(now)s AND meeting.counted_at IS NULL THEN (
               SELECT count(DISTINCT party.id)
               FROM represented
               JOIN voting_party_owner AS holder
                 ON holder.compound_id = %(compound_id)s AND holder.meeting_id = meeting.id
                AND holder.owner_id = represented.owner_id
               JOIN voting_party AS party
                 ON party.compound_id = %(compound_id)s AND party.meeting_id = meeting.id AND party.id = holder.party_id
               WHERE NOT holder.delegate_votes AND NOT holder.paper_votes
                 AND NOT party.out_of_scope @> meeting.motion_ids
                 AND NOT EXISTS (
                     SELECT FROM ballot
                     WHERE ballot.compound_id = %(compound_id)s AND ballot.meeting_id = meeting.id
                       AND ballot.party_id = party.id AND ballot.state IN ('effective', 'disputed')
                 )
                 AND {speaks}
                 AND {holds}
           ) + (
               SELECT count(*)
               FROM mandate
               WHERE mandate.compound_id = %(compound_id)s AND mandate.meeting_id = meeting.id
                 AND mandate.account_id = %(account_id)s AND mandate.revoked_at IS NULL
                 AND NOT EXISTS (
                     SELECT FROM ballot
                     WHERE ballot.compound_id = %(compound_id)s AND ballot.meeting_id = meeting.id
                       AND ballot.party_id = mandate.party_id AND ballot.state IN ('effective', 'disputed')
                 )
           ) ELSE 0 END AS to_cast
    FROM meeting
    WHERE meeting.compound_id = %(compound_id)s AND meeting.cancelled_at IS NULL AND meeting.annulled_at IS NULL
      AND meeting.announced_at IS NOT NULL
      AND (meeting.closes_at > %(now)s OR meeting.published_at > %(now)s - interval '14 days')
    ORDER BY meeting.closes_at, meeting.id
    LIMIT 5
) AS shown
