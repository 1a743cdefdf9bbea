-- When the time alone changes next whom accounts of the compound stand for. Part of app/home/shared.sql.
SELECT min(until) FROM guarded
