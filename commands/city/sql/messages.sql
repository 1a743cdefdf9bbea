-- Messages of the last meeting in three of five inboxes: the result, read by two of three, and the announcement of what runs now.
INSERT INTO outbox (compound_id, id, account_id, kind, data, page, dedup_key, urgency, state, attempts, created_at, due_at, expires_at,
                    claimed_at, finished_at, read_at, channel)
SELECT home.compound_id, city_build.made(60, place, turn * 16384 + flat), account_id, kind,
       jsonb_build_object('title', '第' || turn || '次业主大会会议', 'compound', '模拟小区' || place + 1) || data,
       'pages/meeting/index?compound=' || home.compound_id || '&meeting=' || meeting_id,
       kind || ':' || meeting_id || ':' || account_id, 'bulk', 'sent', 1, at, at, at + interval '15 days', at, at,
       CASE WHEN flat %% 3 > 0 THEN at + interval '2 hours' END, 'subscribe_message'
FROM held JOIN home ON home.place = held.number, LATERAL (
    SELECT CASE WHEN counted THEN 'result_published' ELSE 'meeting_announced' END AS kind,
           CASE WHEN counted THEN closes_at + interval '2 days' ELSE opens_at - interval '16 days' END AS at) AS told, LATERAL (
    SELECT CASE WHEN counted THEN jsonb_build_object('outcome', '已公布', 'published_at', at, 'hint', '点击查看各事项的表决结果')
                ELSE jsonb_build_object('opens_at', opens_at, 'closes_at', closes_at, 'hint', '请核对业主名册并按时投票') END AS data) AS text
WHERE turn >= 2 AND bound AND flat = holder AND flat %% 5 < 3;
