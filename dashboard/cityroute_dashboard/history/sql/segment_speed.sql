-- Mean speed of each segment, minute by minute, over a stretch of time that ends with the newest
-- minute stored, or at :until when that is given. Bound: route, minutes, until (timestamptz or null), limit.
WITH last_minute AS (
    SELECT max(minute) AS minute
    FROM cityroute.segment_minute
    WHERE route = %(route)s
      AND minute <= coalesce(%(until)s::timestamptz, 'infinity'::timestamptz)
)
SELECT s.segment_id, s.minute, s.mean_speed_kph
FROM cityroute.segment_minute AS s
CROSS JOIN last_minute
WHERE s.route = %(route)s
  AND s.minute <= last_minute.minute
  AND s.minute > last_minute.minute - make_interval(mins => %(minutes)s)
ORDER BY s.minute, s.segment_id
LIMIT %(limit)s
