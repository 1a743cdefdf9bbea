-- As represented.sql, where nobody of the compound has a guardian.
SELECT DISTINCT owner_id FROM ({bound_owners}) AS bound
