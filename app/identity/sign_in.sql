-- Sign in: somebody who is known, or with a new account. No row: nothing was written, since WeChat tells a new union id,
-- or the same person signs in for the first time at this moment.
WITH known AS (
    SELECT account.id, account.phone_verified_at IS NOT NULL AS phone_verified
    FROM wechat_login JOIN account ON account.id = wechat_login.account_id
    WHERE wechat_login.openid = %(openid)s AND account.erased_at IS NULL
      AND (%(unionid)s::text IS NULL OR wechat_login.unionid = %(unionid)s::text)
    FOR SHARE OF account  -- closing the account waits, and ends this sign-in too
), made AS (
    INSERT INTO wechat_login (openid, unionid, account_id, created_at)
    SELECT %(openid)s, %(unionid)s, %(new_id)s, %(now)s WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT DO NOTHING
    RETURNING account_id AS id, false AS phone_verified
), new_account AS (
    INSERT INTO account (id, openid, created_at) SELECT id, %(openid)s, %(now)s FROM made
), who AS (
    SELECT id, phone_verified FROM known UNION ALL SELECT id, phone_verified FROM made
), begun AS (
    INSERT INTO login_session (token_hash, account_id, created_at, expires_at)
    SELECT %(token_hash)s, id, %(now)s, %(until)s FROM who
)
SELECT id, phone_verified FROM who
