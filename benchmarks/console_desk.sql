-- What lies on the desk of the large compound, so that each page has something to show: sheets, mandates, objections,
-- refusals and appeals, a guardian, a correction, drafts of the secretary and wishes of the steward.
SET session_replication_role = replica;

CREATE TEMPORARY TABLE flat AS
SELECT owner_id, unit_id, row_number() OVER (ORDER BY unit_id, owner_id) AS number
FROM ownership WHERE compound_id = %(large)s AND valid_to IS NULL;
CREATE TEMPORARY TABLE party AS
SELECT party.meeting_id, party.id, one.owner_id, row_number() OVER (PARTITION BY party.meeting_id ORDER BY party.id) AS number
FROM voting_party AS party
JOIN voting_party_owner AS one ON one.compound_id = party.compound_id AND one.party_id = party.id
WHERE party.compound_id = %(large)s AND NOT party.is_developer;

INSERT INTO paper_sheet (compound_id, id, meeting_id, party_id, scan_id, state, received_at, registered_by, registered_at)
SELECT %(large)s, uuid_v7(), meeting_id, id, uuid_v7(), 'open', %(now)s, %(secretary)s, %(now)s
FROM party WHERE meeting_id = %(running)s AND number <= 100;
INSERT INTO mandate (compound_id, id, meeting_id, party_id, owner_id, account_id, name, choices, marks, scan_id, on_paper,
                     given_by, given_at)
SELECT %(large)s, uuid_v7(), meeting_id, id, owner_id, uuid_v7(), %(name)s, '{}', '{}', uuid_v7(), true, %(secretary)s, %(now)s
FROM party WHERE meeting_id = %(running)s AND number BETWEEN 101 AND 200;
INSERT INTO meeting_scan (compound_id, id, meeting_id, file_name, media_type, size, sha256, storage_key, created_by, created_at)
SELECT compound_id, scan_id, meeting_id, '原件.jpg', 'image/jpeg', 1000, sha256(convert_to(scan_id::text, 'utf8')),
       scan_id::text, %(secretary)s, %(now)s
FROM (SELECT compound_id, scan_id, meeting_id FROM paper_sheet UNION ALL SELECT compound_id, scan_id, meeting_id FROM mandate)
     AS signed;
INSERT INTO electorate_objection (compound_id, id, meeting_id, account_id, kind, text, content_hash, state, filed_at,
                                  corrections)
SELECT %(large)s, uuid_v7(), meeting_id, owner_id, 'other', %(name)s, sha256(convert_to(id::text, 'utf8')), 'filed', %(now)s,
       '[]'
FROM party WHERE meeting_id = %(announced)s AND number <= 20;
INSERT INTO result_objection (compound_id, id, meeting_id, account_id, owner_id, text, filed_at)
SELECT %(large)s, uuid_v7(), meeting_id, owner_id, owner_id, %(name)s, %(now)s
FROM party WHERE meeting_id = %(counted)s AND number <= 20;

INSERT INTO guardianship (compound_id, id, owner_id, ground, guardian_name, guardian_phone_hash, note, recorded_by,
                          recorded_at)
SELECT %(large)s, uuid_v7(), owner_id, 'incapable', %(name)s, sha256(convert_to(owner_id::text, 'utf8')), %(name)s,
       %(secretary)s, %(now)s
FROM flat WHERE number <= 20;
INSERT INTO correction_request (compound_id, id, record_id, minutes, reason, requested_by, requested_at)
SELECT compound_id, uuid_v7(), id, 120, '签退时手机没电', account_id, %(now)s
FROM service_record WHERE compound_id = %(large)s AND state = 'confirmed' LIMIT 20;

INSERT INTO wish (compound_id, id, posted_by, text, category, state, state_since, unit_id, beneficiary_name, created_at,
                  listed_at)
SELECT %(large)s, uuid_v7(), %(steward)s, '请人帮忙换一个灯泡。', 'repair', 'draft', %(now)s, unit_id, %(name)s, %(now)s, %(now)s
FROM flat WHERE number <= 20;
UPDATE review_case SET state = 'refused', reason = %(name)s WHERE compound_id = %(large)s AND id IN (
    SELECT id FROM review_case WHERE compound_id = %(large)s AND state = 'accepted' LIMIT 20);
INSERT INTO notice_entry (compound_id, id, colour, category, title, text, words, state, drafted_by, created_at)
SELECT %(large)s, uuid_v7(), 'black', 'hygiene', '楼道堆物', '有人在楼道里堆放杂物。', '[]', 'draft', %(secretary)s, %(now)s
FROM generate_series(1, 20);
INSERT INTO notice_entry_person (compound_id, entry_id, owner_id)
SELECT %(large)s, entry.id, flat.owner_id FROM notice_entry AS entry, flat
WHERE entry.compound_id = %(large)s AND entry.state = 'hearing' AND flat.number = 30;
INSERT INTO notice_nomination (compound_id, id, account_id, category, text, state, made_at)
SELECT %(large)s, uuid_v7(), owner_id, 'neighbours', %(name)s, 'open', %(now)s FROM flat WHERE number <= 60;
INSERT INTO notice_statement (compound_id, id, entry_id, kind, owner_id, concerned, account_id, text, made_at, state)
SELECT %(large)s, uuid_v7(), entry.id, 'appeal', flat.owner_id, false, flat.owner_id, %(name)s, %(now)s, 'open'
FROM notice_entry AS entry, flat
WHERE entry.compound_id = %(large)s AND entry.state = 'published' AND flat.number = 40 LIMIT 20;
SET session_replication_role = origin;
