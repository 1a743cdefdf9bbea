-- Sign in somebody who is known, and of whom WeChat tells nothing new. No row: nothing was written.
WITH known AS (
    SELECT account.id, account.phone_verified_at IS NOT NULL AS phone_verified
    FROM wechat_login JOIN account ON account.id = wechat_login.account_id
    WHERE wechat_login.openid = %(openid)s AND account.erased_at IS NULL
      AND (%(unionid)s::text IS NULL OR wechat_login.unionid = %(unionid)s::text)
    FOR SHARE OF account  -- closing the account waits, and ends this sign-in too
), begun AS (
    INSERT INTO login_session (token_hash, account_id, created_at, expires_at)
    SELECT %(token_hash)s, id, %(now)s, %(until)s FROM known
)
SELECT id, phone_verified FROM known
