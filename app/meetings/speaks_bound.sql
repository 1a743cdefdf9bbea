-- Whether the account is bound to a unit of the party of `holder`, as this owner. Part of speaks.sql; by itself, where
-- nobody of the compound has a guardian.
EXISTS (
    SELECT FROM binding
    JOIN voting_party_unit AS home
      ON home.compound_id = binding.compound_id AND home.unit_id = binding.unit_id
    WHERE binding.compound_id = %(compound_id)s AND binding.account_id = %(account_id)s
      AND binding.owner_id = holder.owner_id AND binding.state = 'accepted'
      AND home.meeting_id = holder.meeting_id AND home.party_id = holder.party_id
)
