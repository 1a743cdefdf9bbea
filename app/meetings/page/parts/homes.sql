-- The parties of homes that the reader's owners own today: of interest while voting runs. Part of own.sql.
ARRAY(
    SELECT home.party_id
    FROM ownership
    JOIN voting_party_unit AS home
      ON home.compound_id = %(compound_id)s AND home.meeting_id = %(meeting_id)s
     AND home.unit_id = ownership.unit_id
    WHERE ownership.compound_id = %(compound_id)s
      AND ownership.owner_id = ANY (ARRAY({represented})) AND ownership.valid_to IS NULL
)
