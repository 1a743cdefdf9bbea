-- The party for which the account votes by a mandate: the mandate is waited for where it is being revoked.
-- Part of casting.sql.
    SELECT voting_party.id, voting_party.area_centi, voting_party.out_of_scope, mandate.owner_id, mandate.id AS mandate_id,
           (SELECT electorate_version FROM meeting WHERE meeting.compound_id = %(compound_id)s
            AND meeting.id = %(meeting_id)s) AS electorate_version
    FROM mandate
    JOIN voting_party
      ON voting_party.compound_id = mandate.compound_id AND voting_party.meeting_id = mandate.meeting_id
     AND voting_party.id = mandate.party_id
    LEFT JOIN voting_party_owner AS holder
      ON holder.compound_id = mandate.compound_id AND holder.meeting_id = mandate.meeting_id
     AND holder.party_id = mandate.party_id AND holder.owner_id = mandate.owner_id
    WHERE mandate.compound_id = %(compound_id)s AND mandate.id = %(mandate_id)s AND mandate.meeting_id = %(meeting_id)s
      AND mandate.party_id = %(party_id)s AND mandate.account_id = %(account_id)s AND mandate.revoked_at IS NULL
      AND holder.delegate_votes IS NOT TRUE
    FOR SHARE OF mandate
