-- Whether the reader has a role to which a meeting may show more than to an owner. Part of glance.sql and read.sql.
EXISTS (
    SELECT FROM appointment WHERE account_id = me.account_id AND ended_at IS NULL AND role IN ({sees_more})
)
