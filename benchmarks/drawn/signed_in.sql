-- A sign-in of everybody who is `drawn`. Part of the statements beside it.
INSERT INTO login_session (token_hash, account_id, created_at, expires_at)
SELECT DISTINCT sha256(convert_to('drawn-' || account_id, 'utf8')), account_id, %(now)s::timestamptz,
       %(now)s::timestamptz + interval '30 days'
FROM drawn
ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at
