-- Two parts of a WITH RECURSIVE: the nodes from a compound upwards, and the roles that an account holds on one of them.
line AS (
    SELECT id, parent_id FROM org_unit WHERE id = %(compound_id)s AND kind = 'compound'
    UNION ALL
    SELECT above.id, above.parent_id FROM org_unit AS above JOIN line ON above.id = line.parent_id
), held AS (
    SELECT DISTINCT role FROM appointment
    WHERE account_id = %(account_id)s AND ended_at IS NULL AND org_unit_id IN (SELECT id FROM line)
)
