-- How far the warehouse has come. Bound: route.
SELECT
    (SELECT max(minute) FROM cityroute.segment_minute WHERE route = %(route)s) AS newest_minute,
    (
        SELECT max(loaded_at)
        FROM cityroute.load_ledger
        WHERE route = %(route)s AND table_name = 'segment_minute'
    ) AS loaded_at
