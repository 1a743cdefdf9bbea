-- Condition on `holder`, an owner of a voting party: whether the account may speak for this owner now.
-- A ward is spoken for by the guardian alone (Civil Code 34, 35), everybody else by accounts bound to a unit of the party.
CASE WHEN EXISTS (
    SELECT FROM guardianship AS ward
    WHERE ward.compound_id = %(compound_id)s AND ward.owner_id = holder.owner_id
      AND ward.ended_at IS NULL AND (ward.until IS NULL OR ward.until > %(now)s)
) THEN EXISTS (
    SELECT FROM guardianship AS ward
    WHERE ward.compound_id = %(compound_id)s AND ward.owner_id = holder.owner_id
      AND ward.ended_at IS NULL AND ward.account_id = %(account_id)s
) ELSE {speaks_bound} END
