-- Whether own.sql finds anything for the account, or may. Part of app/home/visit.sql.
EXISTS (
    SELECT FROM booking
    WHERE booking.compound_id = %(compound_id)s AND booking.person_id = %(account_id)s
      AND booking.state IN ('booked', 'waiting') AND booking.starts_at > %(now)s
)
