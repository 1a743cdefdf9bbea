-- The owners as whom an account is bound in a compound now, each once a home: all that it stands for, where nobody there
-- has a guardian. Part of represented.sql.
SELECT owner_id FROM binding
WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s AND state = 'accepted' AND owner_id IS NOT NULL
