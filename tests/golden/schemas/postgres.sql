CREATE SCHEMA IF NOT EXISTS cityroute;

CREATE TABLE IF NOT EXISTS cityroute.segment_minute (
  route text NOT NULL,
  segment_id text NOT NULL,
  direction text NOT NULL,
  minute timestamptz NOT NULL,
  flow_vph double precision,
  mean_speed_kph double precision,
  p85_speed_kph double precision,
  density_vpkm double precision,
  level_of_service text,
  travel_time_s double precision,
  free_flow_ratio double precision,
  vehicle_count bigint NOT NULL,
  probe_count bigint NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (route, segment_id, minute)
);

ALTER TABLE cityroute.segment_minute ADD COLUMN IF NOT EXISTS flow_vph double precision, ADD COLUMN IF NOT EXISTS mean_speed_kph double precision, ADD COLUMN IF NOT EXISTS p85_speed_kph double precision, ADD COLUMN IF NOT EXISTS density_vpkm double precision, ADD COLUMN IF NOT EXISTS level_of_service text, ADD COLUMN IF NOT EXISTS travel_time_s double precision, ADD COLUMN IF NOT EXISTS free_flow_ratio double precision;

CREATE INDEX IF NOT EXISTS segment_minute_route_minute_idx ON cityroute.segment_minute (route, minute);

COMMENT ON TABLE cityroute.segment_minute IS 'Traffic on each segment, minute by minute.';

COMMENT ON COLUMN cityroute.segment_minute.route IS 'Name of the CityRoute.';

COMMENT ON COLUMN cityroute.segment_minute.segment_id IS '1 km of one direction.';

COMMENT ON COLUMN cityroute.segment_minute.direction IS 'Carriageway. One of: outbound, inbound.';

COMMENT ON COLUMN cityroute.segment_minute.minute IS 'Start of the minute, event time, UTC.';

COMMENT ON COLUMN cityroute.segment_minute.flow_vph IS 'Flow over the minute''s camera intervals. Unit: vehicles/h.';

COMMENT ON COLUMN cityroute.segment_minute.mean_speed_kph IS 'Mean speed, weighted by the vehicles counted. Unit: km/h.';

COMMENT ON COLUMN cityroute.segment_minute.p85_speed_kph IS '85th percentile of the speeds that vehicles reported. Unit: km/h.';

COMMENT ON COLUMN cityroute.segment_minute.density_vpkm IS 'Mean density, all lanes. Unit: vehicles/km.';

COMMENT ON COLUMN cityroute.segment_minute.level_of_service IS 'HCM level of service by density per lane. One of: A, B, C, D, E, F.';

COMMENT ON COLUMN cityroute.segment_minute.travel_time_s IS 'Time to drive the segment at the mean speed. Unit: s.';

COMMENT ON COLUMN cityroute.segment_minute.free_flow_ratio IS 'Mean speed over free-flow speed.';

COMMENT ON COLUMN cityroute.segment_minute.vehicle_count IS 'Vehicles counted by the camera.';

COMMENT ON COLUMN cityroute.segment_minute.probe_count IS 'Speeds reported by vehicles.';

COMMENT ON COLUMN cityroute.segment_minute.revision IS 'Number of the merge that last changed the row; the loader copies what is newer.';

CREATE TABLE IF NOT EXISTS cityroute.incident (
  route text NOT NULL,
  incident_id text NOT NULL,
  incident_type text NOT NULL,
  severity text NOT NULL,
  segment_id text NOT NULL,
  direction text NOT NULL,
  detected_at timestamptz NOT NULL,
  verified_at timestamptz,
  dispatched_at timestamptz,
  on_scene_at timestamptz,
  lanes_open_at timestamptz,
  cleared_at timestamptz,
  response_min double precision,
  roadway_clearance_min double precision,
  clearance_min double precision,
  lanes_blocked bigint NOT NULL,
  queue_km double precision,
  revision bigint NOT NULL,
  PRIMARY KEY (route, incident_id)
);

ALTER TABLE cityroute.incident ADD COLUMN IF NOT EXISTS verified_at timestamptz, ADD COLUMN IF NOT EXISTS dispatched_at timestamptz, ADD COLUMN IF NOT EXISTS on_scene_at timestamptz, ADD COLUMN IF NOT EXISTS lanes_open_at timestamptz, ADD COLUMN IF NOT EXISTS cleared_at timestamptz, ADD COLUMN IF NOT EXISTS response_min double precision, ADD COLUMN IF NOT EXISTS roadway_clearance_min double precision, ADD COLUMN IF NOT EXISTS clearance_min double precision, ADD COLUMN IF NOT EXISTS queue_km double precision;

CREATE INDEX IF NOT EXISTS incident_route_detected_at_idx ON cityroute.incident (route, detected_at);

COMMENT ON TABLE cityroute.incident IS 'One row per incident, with the clocks of the FHWA time line.';

COMMENT ON COLUMN cityroute.incident.route IS 'Name of the CityRoute.';

COMMENT ON COLUMN cityroute.incident.incident_id IS 'The incident.';

COMMENT ON COLUMN cityroute.incident.incident_type IS 'Kind of incident. One of: breakdown, obstruction, damage_collision, injury_collision, roadworks, closure.';

COMMENT ON COLUMN cityroute.incident.severity IS 'Latest severity. One of: minor, moderate, serious, critical.';

COMMENT ON COLUMN cityroute.incident.segment_id IS '1 km of one direction.';

COMMENT ON COLUMN cityroute.incident.direction IS 'Carriageway. One of: outbound, inbound.';

COMMENT ON COLUMN cityroute.incident.detected_at IS 'T1, first awareness.';

COMMENT ON COLUMN cityroute.incident.verified_at IS 'T2, verified.';

COMMENT ON COLUMN cityroute.incident.dispatched_at IS 'T3, response dispatched.';

COMMENT ON COLUMN cityroute.incident.on_scene_at IS 'T4, first responder arrived.';

COMMENT ON COLUMN cityroute.incident.lanes_open_at IS 'T5, all lanes open.';

COMMENT ON COLUMN cityroute.incident.cleared_at IS 'T6, last responder left.';

COMMENT ON COLUMN cityroute.incident.response_min IS 'T4 - T2. Unit: min.';

COMMENT ON COLUMN cityroute.incident.roadway_clearance_min IS 'T5 - T1. Unit: min.';

COMMENT ON COLUMN cityroute.incident.clearance_min IS 'T6 - T1. Unit: min.';

COMMENT ON COLUMN cityroute.incident.lanes_blocked IS 'Most lanes blocked at once.';

COMMENT ON COLUMN cityroute.incident.queue_km IS 'Longest queue upstream. Unit: km.';

COMMENT ON COLUMN cityroute.incident.revision IS 'Number of the merge that last changed the row; the loader copies what is newer.';

CREATE TABLE IF NOT EXISTS cityroute.route_minute (
  route text NOT NULL,
  direction text NOT NULL,
  minute timestamptz NOT NULL,
  travel_time_s double precision,
  free_flow_time_s double precision,
  travel_time_index double precision,
  delay_s_per_vehicle_mile double precision,
  segments_reporting bigint NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (route, direction, minute)
);

ALTER TABLE cityroute.route_minute ADD COLUMN IF NOT EXISTS travel_time_s double precision, ADD COLUMN IF NOT EXISTS free_flow_time_s double precision, ADD COLUMN IF NOT EXISTS travel_time_index double precision, ADD COLUMN IF NOT EXISTS delay_s_per_vehicle_mile double precision;

CREATE INDEX IF NOT EXISTS route_minute_route_minute_idx ON cityroute.route_minute (route, minute);

COMMENT ON TABLE cityroute.route_minute IS 'Journey over the whole route, minute by minute and direction.';

COMMENT ON COLUMN cityroute.route_minute.route IS 'Name of the CityRoute.';

COMMENT ON COLUMN cityroute.route_minute.direction IS 'Carriageway. One of: outbound, inbound.';

COMMENT ON COLUMN cityroute.route_minute.minute IS 'Start of the minute, event time, UTC.';

COMMENT ON COLUMN cityroute.route_minute.travel_time_s IS 'Sum of the segments'' travel times. Unit: s.';

COMMENT ON COLUMN cityroute.route_minute.free_flow_time_s IS 'The same at free-flow speed. Unit: s.';

COMMENT ON COLUMN cityroute.route_minute.travel_time_index IS 'Travel time over free-flow time.';

COMMENT ON COLUMN cityroute.route_minute.delay_s_per_vehicle_mile IS 'Average delay. Unit: s/vehicle-mile.';

COMMENT ON COLUMN cityroute.route_minute.segments_reporting IS 'Segments with a speed in this minute.';

COMMENT ON COLUMN cityroute.route_minute.revision IS 'Number of the merge that last changed the row; the loader copies what is newer.';

CREATE TABLE IF NOT EXISTS cityroute.segment_weather (
  route text NOT NULL,
  segment_id text NOT NULL,
  direction text NOT NULL,
  hour timestamptz NOT NULL,
  temperature_c double precision,
  precipitation_mm double precision,
  visibility_m double precision,
  air_quality_index double precision,
  mean_speed_kph double precision,
  revision bigint NOT NULL,
  PRIMARY KEY (route, segment_id, hour)
);

ALTER TABLE cityroute.segment_weather ADD COLUMN IF NOT EXISTS temperature_c double precision, ADD COLUMN IF NOT EXISTS precipitation_mm double precision, ADD COLUMN IF NOT EXISTS visibility_m double precision, ADD COLUMN IF NOT EXISTS air_quality_index double precision, ADD COLUMN IF NOT EXISTS mean_speed_kph double precision;

CREATE INDEX IF NOT EXISTS segment_weather_route_hour_idx ON cityroute.segment_weather (route, hour);

COMMENT ON TABLE cityroute.segment_weather IS 'Weather at each segment, hour by hour, from the nearest stations.';

COMMENT ON COLUMN cityroute.segment_weather.route IS 'Name of the CityRoute.';

COMMENT ON COLUMN cityroute.segment_weather.segment_id IS '1 km of one direction.';

COMMENT ON COLUMN cityroute.segment_weather.direction IS 'Carriageway. One of: outbound, inbound.';

COMMENT ON COLUMN cityroute.segment_weather.hour IS 'Start of the hour, event time, UTC.';

COMMENT ON COLUMN cityroute.segment_weather.temperature_c IS 'Mean temperature. Unit: degC.';

COMMENT ON COLUMN cityroute.segment_weather.precipitation_mm IS 'Precipitation over the hour. Unit: mm.';

COMMENT ON COLUMN cityroute.segment_weather.visibility_m IS 'Lowest visibility. Unit: m.';

COMMENT ON COLUMN cityroute.segment_weather.air_quality_index IS 'Mean UK air quality index.';

COMMENT ON COLUMN cityroute.segment_weather.mean_speed_kph IS 'Mean speed in that hour. Unit: km/h.';

COMMENT ON COLUMN cityroute.segment_weather.revision IS 'Number of the merge that last changed the row; the loader copies what is newer.';

CREATE TABLE IF NOT EXISTS cityroute.safety_hour (
  route text NOT NULL,
  segment_id text NOT NULL,
  direction text NOT NULL,
  hour timestamptz NOT NULL,
  incidents bigint NOT NULL,
  harsh_events bigint NOT NULL,
  vehicle_km double precision,
  speeding_share double precision,
  revision bigint NOT NULL,
  PRIMARY KEY (route, segment_id, hour)
);

ALTER TABLE cityroute.safety_hour ADD COLUMN IF NOT EXISTS vehicle_km double precision, ADD COLUMN IF NOT EXISTS speeding_share double precision;

CREATE INDEX IF NOT EXISTS safety_hour_route_hour_idx ON cityroute.safety_hour (route, hour);

COMMENT ON TABLE cityroute.safety_hour IS 'Safety of each segment, hour by hour.';

COMMENT ON COLUMN cityroute.safety_hour.route IS 'Name of the CityRoute.';

COMMENT ON COLUMN cityroute.safety_hour.segment_id IS '1 km of one direction.';

COMMENT ON COLUMN cityroute.safety_hour.direction IS 'Carriageway. One of: outbound, inbound.';

COMMENT ON COLUMN cityroute.safety_hour.hour IS 'Start of the hour, event time, UTC.';

COMMENT ON COLUMN cityroute.safety_hour.incidents IS 'Incidents that began.';

COMMENT ON COLUMN cityroute.safety_hour.harsh_events IS 'Harsh manoeuvres reported.';

COMMENT ON COLUMN cityroute.safety_hour.vehicle_km IS 'Exposure. Unit: vehicle-km.';

COMMENT ON COLUMN cityroute.safety_hour.speeding_share IS 'Share of reported speeds above the limit.';

COMMENT ON COLUMN cityroute.safety_hour.revision IS 'Number of the merge that last changed the row; the loader copies what is newer.';

CREATE TABLE IF NOT EXISTS cityroute.reliability_hour (
  route text NOT NULL,
  direction text NOT NULL,
  hour timestamptz NOT NULL,
  mean_time_s double precision,
  p95_time_s double precision,
  travel_time_index double precision,
  planning_time_index double precision,
  buffer_index double precision,
  revision bigint NOT NULL,
  PRIMARY KEY (route, direction, hour)
);

ALTER TABLE cityroute.reliability_hour ADD COLUMN IF NOT EXISTS mean_time_s double precision, ADD COLUMN IF NOT EXISTS p95_time_s double precision, ADD COLUMN IF NOT EXISTS travel_time_index double precision, ADD COLUMN IF NOT EXISTS planning_time_index double precision, ADD COLUMN IF NOT EXISTS buffer_index double precision;

CREATE INDEX IF NOT EXISTS reliability_hour_route_hour_idx ON cityroute.reliability_hour (route, hour);

COMMENT ON TABLE cityroute.reliability_hour IS 'Reliability of the journey by direction and hour.';

COMMENT ON COLUMN cityroute.reliability_hour.route IS 'Name of the CityRoute.';

COMMENT ON COLUMN cityroute.reliability_hour.direction IS 'Carriageway. One of: outbound, inbound.';

COMMENT ON COLUMN cityroute.reliability_hour.hour IS 'Start of the hour, event time, UTC.';

COMMENT ON COLUMN cityroute.reliability_hour.mean_time_s IS 'Mean journey time. Unit: s.';

COMMENT ON COLUMN cityroute.reliability_hour.p95_time_s IS '95th percentile of the journey time. Unit: s.';

COMMENT ON COLUMN cityroute.reliability_hour.travel_time_index IS 'Mean over free flow.';

COMMENT ON COLUMN cityroute.reliability_hour.planning_time_index IS '95th percentile over free flow.';

COMMENT ON COLUMN cityroute.reliability_hour.buffer_index IS '(95th percentile - mean) over mean.';

COMMENT ON COLUMN cityroute.reliability_hour.revision IS 'Number of the merge that last changed the row; the loader copies what is newer.';

CREATE TABLE IF NOT EXISTS cityroute.vehicle_minute (
  route text NOT NULL,
  device_id text NOT NULL,
  minute timestamptz NOT NULL,
  segment_id text,
  latitude double precision NOT NULL,
  longitude double precision NOT NULL,
  mean_speed_kph double precision,
  distance_km double precision,
  harsh_events bigint NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (route, device_id, minute)
);

ALTER TABLE cityroute.vehicle_minute ADD COLUMN IF NOT EXISTS segment_id text, ADD COLUMN IF NOT EXISTS mean_speed_kph double precision, ADD COLUMN IF NOT EXISTS distance_km double precision;

CREATE INDEX IF NOT EXISTS vehicle_minute_route_minute_idx ON cityroute.vehicle_minute (route, minute);

COMMENT ON TABLE cityroute.vehicle_minute IS 'The trail of each tracked vehicle, minute by minute.';

COMMENT ON COLUMN cityroute.vehicle_minute.route IS 'Name of the CityRoute.';

COMMENT ON COLUMN cityroute.vehicle_minute.device_id IS 'The vehicle.';

COMMENT ON COLUMN cityroute.vehicle_minute.minute IS 'Start of the minute, event time, UTC.';

COMMENT ON COLUMN cityroute.vehicle_minute.segment_id IS 'Segment at the end of the minute.';

COMMENT ON COLUMN cityroute.vehicle_minute.latitude IS 'Last latitude. Unit: deg.';

COMMENT ON COLUMN cityroute.vehicle_minute.longitude IS 'Last longitude. Unit: deg.';

COMMENT ON COLUMN cityroute.vehicle_minute.mean_speed_kph IS 'Mean speed. Unit: km/h.';

COMMENT ON COLUMN cityroute.vehicle_minute.distance_km IS 'Distance driven. Unit: km.';

COMMENT ON COLUMN cityroute.vehicle_minute.harsh_events IS 'Harsh manoeuvres.';

COMMENT ON COLUMN cityroute.vehicle_minute.revision IS 'Number of the merge that last changed the row; the loader copies what is newer.';

CREATE TABLE IF NOT EXISTS cityroute.score_hour (
  route text NOT NULL,
  hour timestamptz NOT NULL,
  incidents_true bigint NOT NULL,
  incidents_detected bigint NOT NULL,
  false_alarms bigint NOT NULL,
  detection_time_s double precision,
  travel_time_error double precision,
  revision bigint NOT NULL,
  PRIMARY KEY (route, hour)
);

ALTER TABLE cityroute.score_hour ADD COLUMN IF NOT EXISTS detection_time_s double precision, ADD COLUMN IF NOT EXISTS travel_time_error double precision;

CREATE INDEX IF NOT EXISTS score_hour_route_hour_idx ON cityroute.score_hour (route, hour);

COMMENT ON TABLE cityroute.score_hour IS 'The stream''s own detector against the truth, hour by hour.';

COMMENT ON COLUMN cityroute.score_hour.route IS 'Name of the CityRoute.';

COMMENT ON COLUMN cityroute.score_hour.hour IS 'Start of the hour, event time, UTC.';

COMMENT ON COLUMN cityroute.score_hour.incidents_true IS 'Lane-blocking incidents that happened.';

COMMENT ON COLUMN cityroute.score_hour.incidents_detected IS 'Of these, detected.';

COMMENT ON COLUMN cityroute.score_hour.false_alarms IS 'Alarms without an incident.';

COMMENT ON COLUMN cityroute.score_hour.detection_time_s IS 'Mean time from start to detection. Unit: s.';

COMMENT ON COLUMN cityroute.score_hour.travel_time_error IS 'Mean absolute error of the travel time, as a share.';

COMMENT ON COLUMN cityroute.score_hour.revision IS 'Number of the merge that last changed the row; the loader copies what is newer.';

CREATE TABLE IF NOT EXISTS cityroute.load_ledger (
  route text NOT NULL,
  table_name text NOT NULL,
  snapshot_id bigint NOT NULL,
  revision bigint NOT NULL,
  rows_copied bigint NOT NULL,
  loaded_at timestamptz NOT NULL,
  PRIMARY KEY (route, table_name, snapshot_id)
);

COMMENT ON TABLE cityroute.load_ledger IS 'What the loader has copied into the warehouse; written in the transaction of the copy.';

COMMENT ON COLUMN cityroute.load_ledger.route IS 'Name of the CityRoute.';

COMMENT ON COLUMN cityroute.load_ledger.table_name IS 'The table that was loaded.';

COMMENT ON COLUMN cityroute.load_ledger.snapshot_id IS 'Lake snapshot that was read.';

COMMENT ON COLUMN cityroute.load_ledger.revision IS 'Highest revision that was copied.';

COMMENT ON COLUMN cityroute.load_ledger.rows_copied IS 'Rows in this load.';

COMMENT ON COLUMN cityroute.load_ledger.loaded_at IS 'When the load was committed, wall clock, UTC.';

MERGE INTO cityroute.segment_minute AS t USING stage_segment_minute AS s
ON t.route = s.route AND t.segment_id = s.segment_id AND t.minute = s.minute
WHEN MATCHED AND s.revision > t.revision
THEN UPDATE SET direction = s.direction, flow_vph = s.flow_vph, mean_speed_kph = s.mean_speed_kph, p85_speed_kph = s.p85_speed_kph, density_vpkm = s.density_vpkm, level_of_service = s.level_of_service, travel_time_s = s.travel_time_s, free_flow_ratio = s.free_flow_ratio, vehicle_count = s.vehicle_count, probe_count = s.probe_count, revision = s.revision
WHEN NOT MATCHED THEN INSERT (route, segment_id, direction, minute, flow_vph, mean_speed_kph, p85_speed_kph, density_vpkm, level_of_service, travel_time_s, free_flow_ratio, vehicle_count, probe_count, revision)
VALUES (s.route, s.segment_id, s.direction, s.minute, s.flow_vph, s.mean_speed_kph, s.p85_speed_kph, s.density_vpkm, s.level_of_service, s.travel_time_s, s.free_flow_ratio, s.vehicle_count, s.probe_count, s.revision);

MERGE INTO cityroute.incident AS t USING stage_incident AS s
ON t.route = s.route AND t.incident_id = s.incident_id
WHEN MATCHED AND s.revision > t.revision
THEN UPDATE SET incident_type = s.incident_type, severity = s.severity, segment_id = s.segment_id, direction = s.direction, detected_at = s.detected_at, verified_at = s.verified_at, dispatched_at = s.dispatched_at, on_scene_at = s.on_scene_at, lanes_open_at = s.lanes_open_at, cleared_at = s.cleared_at, response_min = s.response_min, roadway_clearance_min = s.roadway_clearance_min, clearance_min = s.clearance_min, lanes_blocked = s.lanes_blocked, queue_km = s.queue_km, revision = s.revision
WHEN NOT MATCHED THEN INSERT (route, incident_id, incident_type, severity, segment_id, direction, detected_at, verified_at, dispatched_at, on_scene_at, lanes_open_at, cleared_at, response_min, roadway_clearance_min, clearance_min, lanes_blocked, queue_km, revision)
VALUES (s.route, s.incident_id, s.incident_type, s.severity, s.segment_id, s.direction, s.detected_at, s.verified_at, s.dispatched_at, s.on_scene_at, s.lanes_open_at, s.cleared_at, s.response_min, s.roadway_clearance_min, s.clearance_min, s.lanes_blocked, s.queue_km, s.revision);

MERGE INTO cityroute.route_minute AS t USING stage_route_minute AS s
ON t.route = s.route AND t.direction = s.direction AND t.minute = s.minute
WHEN MATCHED AND s.revision > t.revision
THEN UPDATE SET travel_time_s = s.travel_time_s, free_flow_time_s = s.free_flow_time_s, travel_time_index = s.travel_time_index, delay_s_per_vehicle_mile = s.delay_s_per_vehicle_mile, segments_reporting = s.segments_reporting, revision = s.revision
WHEN NOT MATCHED THEN INSERT (route, direction, minute, travel_time_s, free_flow_time_s, travel_time_index, delay_s_per_vehicle_mile, segments_reporting, revision)
VALUES (s.route, s.direction, s.minute, s.travel_time_s, s.free_flow_time_s, s.travel_time_index, s.delay_s_per_vehicle_mile, s.segments_reporting, s.revision);

MERGE INTO cityroute.segment_weather AS t USING stage_segment_weather AS s
ON t.route = s.route AND t.segment_id = s.segment_id AND t.hour = s.hour
WHEN MATCHED AND s.revision > t.revision
THEN UPDATE SET direction = s.direction, temperature_c = s.temperature_c, precipitation_mm = s.precipitation_mm, visibility_m = s.visibility_m, air_quality_index = s.air_quality_index, mean_speed_kph = s.mean_speed_kph, revision = s.revision
WHEN NOT MATCHED THEN INSERT (route, segment_id, direction, hour, temperature_c, precipitation_mm, visibility_m, air_quality_index, mean_speed_kph, revision)
VALUES (s.route, s.segment_id, s.direction, s.hour, s.temperature_c, s.precipitation_mm, s.visibility_m, s.air_quality_index, s.mean_speed_kph, s.revision);

MERGE INTO cityroute.safety_hour AS t USING stage_safety_hour AS s
ON t.route = s.route AND t.segment_id = s.segment_id AND t.hour = s.hour
WHEN MATCHED AND s.revision > t.revision
THEN UPDATE SET direction = s.direction, incidents = s.incidents, harsh_events = s.harsh_events, vehicle_km = s.vehicle_km, speeding_share = s.speeding_share, revision = s.revision
WHEN NOT MATCHED THEN INSERT (route, segment_id, direction, hour, incidents, harsh_events, vehicle_km, speeding_share, revision)
VALUES (s.route, s.segment_id, s.direction, s.hour, s.incidents, s.harsh_events, s.vehicle_km, s.speeding_share, s.revision);

MERGE INTO cityroute.reliability_hour AS t USING stage_reliability_hour AS s
ON t.route = s.route AND t.direction = s.direction AND t.hour = s.hour
WHEN MATCHED AND s.revision > t.revision
THEN UPDATE SET mean_time_s = s.mean_time_s, p95_time_s = s.p95_time_s, travel_time_index = s.travel_time_index, planning_time_index = s.planning_time_index, buffer_index = s.buffer_index, revision = s.revision
WHEN NOT MATCHED THEN INSERT (route, direction, hour, mean_time_s, p95_time_s, travel_time_index, planning_time_index, buffer_index, revision)
VALUES (s.route, s.direction, s.hour, s.mean_time_s, s.p95_time_s, s.travel_time_index, s.planning_time_index, s.buffer_index, s.revision);

MERGE INTO cityroute.vehicle_minute AS t USING stage_vehicle_minute AS s
ON t.route = s.route AND t.device_id = s.device_id AND t.minute = s.minute
WHEN MATCHED AND s.revision > t.revision
THEN UPDATE SET segment_id = s.segment_id, latitude = s.latitude, longitude = s.longitude, mean_speed_kph = s.mean_speed_kph, distance_km = s.distance_km, harsh_events = s.harsh_events, revision = s.revision
WHEN NOT MATCHED THEN INSERT (route, device_id, minute, segment_id, latitude, longitude, mean_speed_kph, distance_km, harsh_events, revision)
VALUES (s.route, s.device_id, s.minute, s.segment_id, s.latitude, s.longitude, s.mean_speed_kph, s.distance_km, s.harsh_events, s.revision);

MERGE INTO cityroute.score_hour AS t USING stage_score_hour AS s
ON t.route = s.route AND t.hour = s.hour
WHEN MATCHED AND s.revision > t.revision
THEN UPDATE SET incidents_true = s.incidents_true, incidents_detected = s.incidents_detected, false_alarms = s.false_alarms, detection_time_s = s.detection_time_s, travel_time_error = s.travel_time_error, revision = s.revision
WHEN NOT MATCHED THEN INSERT (route, hour, incidents_true, incidents_detected, false_alarms, detection_time_s, travel_time_error, revision)
VALUES (s.route, s.hour, s.incidents_true, s.incidents_detected, s.false_alarms, s.detection_time_s, s.travel_time_error, s.revision);

MERGE INTO cityroute.load_ledger AS t USING stage_load_ledger AS s
ON t.route = s.route AND t.table_name = s.table_name AND t.snapshot_id = s.snapshot_id
WHEN MATCHED AND s.revision > t.revision
THEN UPDATE SET revision = s.revision, rows_copied = s.rows_copied, loaded_at = s.loaded_at
WHEN NOT MATCHED THEN INSERT (route, table_name, snapshot_id, revision, rows_copied, loaded_at)
VALUES (s.route, s.table_name, s.snapshot_id, s.revision, s.rows_copied, s.loaded_at);
