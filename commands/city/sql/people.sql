-- Accounts, how they sign in, who proved a phone and agreed to the notice, and who is signed in now: three of ten.
INSERT INTO account (id, openid, phone, phone_verified_at, created_at)
SELECT account_id, 'o' || left(md5(account_id::text), 27), CASE WHEN verified THEN phone END,
       CASE WHEN verified THEN since END, since
FROM person ORDER BY place, number;
INSERT INTO wechat_login (openid, account_id, created_at)
SELECT 'o' || left(md5(account_id::text), 27), account_id, since FROM person ORDER BY place, number;
INSERT INTO account_phone (phone_hash, account_id, verified_at)
SELECT hash, account_id, since FROM person WHERE verified ORDER BY place, number;
INSERT INTO consent (id, account_id, purpose, version, given_at)
SELECT city_build.made(15, place, number), account_id, 'privacy', %(privacy)s, since
FROM person WHERE verified ORDER BY place, number;
INSERT INTO login_session (token_hash, account_id, created_at, expires_at)  -- of 32 bytes that no token is: nobody holds it
SELECT sha256(sha256(convert_to(account_id::text, 'utf8'))), account_id, since,
       %(now)s::timestamptz + number %% 29 * interval '1 day' + interval '1 hour'
FROM person WHERE number %% 10 < 3 ORDER BY place, number;
