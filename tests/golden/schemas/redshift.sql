CREATE SCHEMA IF NOT EXISTS cityroute;

CREATE TABLE IF NOT EXISTS cityroute.segment_minute (
  route VARCHAR(96) NOT NULL,
  segment_id VARCHAR(128) NOT NULL,
  direction VARCHAR(32) NOT NULL,
  minute TIMESTAMPTZ NOT NULL,
  flow_vph DOUBLE PRECISION,
  mean_speed_kph DOUBLE PRECISION,
  p85_speed_kph DOUBLE PRECISION,
  density_vpkm DOUBLE PRECISION,
  level_of_service VARCHAR(4),
  travel_time_s DOUBLE PRECISION,
  free_flow_ratio DOUBLE PRECISION,
  vehicle_count BIGINT NOT NULL,
  probe_count BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (route, segment_id, minute)
)
DISTSTYLE KEY DISTKEY (segment_id)
SORTKEY (route, minute);

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
  route VARCHAR(96) NOT NULL,
  incident_id VARCHAR(256) NOT NULL,
  incident_type VARCHAR(64) NOT NULL,
  severity VARCHAR(32) NOT NULL,
  segment_id VARCHAR(128) NOT NULL,
  direction VARCHAR(32) NOT NULL,
  detected_at TIMESTAMPTZ NOT NULL,
  verified_at TIMESTAMPTZ,
  dispatched_at TIMESTAMPTZ,
  on_scene_at TIMESTAMPTZ,
  lanes_open_at TIMESTAMPTZ,
  cleared_at TIMESTAMPTZ,
  response_min DOUBLE PRECISION,
  roadway_clearance_min DOUBLE PRECISION,
  clearance_min DOUBLE PRECISION,
  lanes_blocked BIGINT NOT NULL,
  queue_km DOUBLE PRECISION,
  revision BIGINT NOT NULL,
  PRIMARY KEY (route, incident_id)
)
DISTSTYLE KEY DISTKEY (incident_id)
SORTKEY (route, detected_at);

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
  route VARCHAR(96) NOT NULL,
  direction VARCHAR(32) NOT NULL,
  minute TIMESTAMPTZ NOT NULL,
  travel_time_s DOUBLE PRECISION,
  free_flow_time_s DOUBLE PRECISION,
  travel_time_index DOUBLE PRECISION,
  delay_s_per_vehicle_mile DOUBLE PRECISION,
  segments_reporting BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (route, direction, minute)
)
DISTSTYLE KEY DISTKEY (direction)
SORTKEY (route, minute);

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
  route VARCHAR(96) NOT NULL,
  segment_id VARCHAR(128) NOT NULL,
  direction VARCHAR(32) NOT NULL,
  hour TIMESTAMPTZ NOT NULL,
  temperature_c DOUBLE PRECISION,
  precipitation_mm DOUBLE PRECISION,
  visibility_m DOUBLE PRECISION,
  air_quality_index DOUBLE PRECISION,
  mean_speed_kph DOUBLE PRECISION,
  revision BIGINT NOT NULL,
  PRIMARY KEY (route, segment_id, hour)
)
DISTSTYLE KEY DISTKEY (segment_id)
SORTKEY (route, hour);

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
  route VARCHAR(96) NOT NULL,
  segment_id VARCHAR(128) NOT NULL,
  direction VARCHAR(32) NOT NULL,
  hour TIMESTAMPTZ NOT NULL,
  incidents BIGINT NOT NULL,
  harsh_events BIGINT NOT NULL,
  vehicle_km DOUBLE PRECISION,
  speeding_share DOUBLE PRECISION,
  revision BIGINT NOT NULL,
  PRIMARY KEY (route, segment_id, hour)
)
DISTSTYLE KEY DISTKEY (segment_id)
SORTKEY (route, hour);

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
  route VARCHAR(96) NOT NULL,
  direction VARCHAR(32) NOT NULL,
  hour TIMESTAMPTZ NOT NULL,
  mean_time_s DOUBLE PRECISION,
  p95_time_s DOUBLE PRECISION,
  travel_time_index DOUBLE PRECISION,
  planning_time_index DOUBLE PRECISION,
  buffer_index DOUBLE PRECISION,
  revision BIGINT NOT NULL,
  PRIMARY KEY (route, direction, hour)
)
DISTSTYLE KEY DISTKEY (direction)
SORTKEY (route, hour);

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
  route VARCHAR(96) NOT NULL,
  device_id VARCHAR(256) NOT NULL,
  minute TIMESTAMPTZ NOT NULL,
  segment_id VARCHAR(128),
  latitude DOUBLE PRECISION NOT NULL,
  longitude DOUBLE PRECISION NOT NULL,
  mean_speed_kph DOUBLE PRECISION,
  distance_km DOUBLE PRECISION,
  harsh_events BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (route, device_id, minute)
)
DISTSTYLE KEY DISTKEY (device_id)
SORTKEY (route, minute);

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
  route VARCHAR(96) NOT NULL,
  hour TIMESTAMPTZ NOT NULL,
  incidents_true BIGINT NOT NULL,
  incidents_detected BIGINT NOT NULL,
  false_alarms BIGINT NOT NULL,
  detection_time_s DOUBLE PRECISION,
  travel_time_error DOUBLE PRECISION,
  revision BIGINT NOT NULL,
  PRIMARY KEY (route, hour)
)
DISTSTYLE KEY DISTKEY (route)
SORTKEY (route, hour);

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
  route VARCHAR(96) NOT NULL,
  table_name VARCHAR(256) NOT NULL,
  snapshot_id BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  rows_copied BIGINT NOT NULL,
  loaded_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (route, table_name, snapshot_id)
)
DISTSTYLE KEY DISTKEY (table_name)
SORTKEY (route);

COMMENT ON TABLE cityroute.load_ledger IS 'What the loader has copied into the warehouse; written in the transaction of the copy.';

COMMENT ON COLUMN cityroute.load_ledger.route IS 'Name of the CityRoute.';

COMMENT ON COLUMN cityroute.load_ledger.table_name IS 'The table that was loaded.';

COMMENT ON COLUMN cityroute.load_ledger.snapshot_id IS 'Lake snapshot that was read.';

COMMENT ON COLUMN cityroute.load_ledger.revision IS 'Highest revision that was copied.';

COMMENT ON COLUMN cityroute.load_ledger.rows_copied IS 'Rows in this load.';

COMMENT ON COLUMN cityroute.load_ledger.loaded_at IS 'When the load was committed, wall clock, UTC.';

DELETE FROM stage_segment_minute USING cityroute.segment_minute WHERE segment_minute.route = stage_segment_minute.route AND segment_minute.segment_id = stage_segment_minute.segment_id AND segment_minute.minute = stage_segment_minute.minute AND stage_segment_minute.revision <= segment_minute.revision;

MERGE INTO cityroute.segment_minute USING stage_segment_minute
ON segment_minute.route = stage_segment_minute.route AND segment_minute.segment_id = stage_segment_minute.segment_id AND segment_minute.minute = stage_segment_minute.minute
WHEN MATCHED THEN UPDATE SET direction = stage_segment_minute.direction, flow_vph = stage_segment_minute.flow_vph, mean_speed_kph = stage_segment_minute.mean_speed_kph, p85_speed_kph = stage_segment_minute.p85_speed_kph, density_vpkm = stage_segment_minute.density_vpkm, level_of_service = stage_segment_minute.level_of_service, travel_time_s = stage_segment_minute.travel_time_s, free_flow_ratio = stage_segment_minute.free_flow_ratio, vehicle_count = stage_segment_minute.vehicle_count, probe_count = stage_segment_minute.probe_count, revision = stage_segment_minute.revision
WHEN NOT MATCHED THEN INSERT (route, segment_id, direction, minute, flow_vph, mean_speed_kph, p85_speed_kph, density_vpkm, level_of_service, travel_time_s, free_flow_ratio, vehicle_count, probe_count, revision)
VALUES (stage_segment_minute.route, stage_segment_minute.segment_id, stage_segment_minute.direction, stage_segment_minute.minute, stage_segment_minute.flow_vph, stage_segment_minute.mean_speed_kph, stage_segment_minute.p85_speed_kph, stage_segment_minute.density_vpkm, stage_segment_minute.level_of_service, stage_segment_minute.travel_time_s, stage_segment_minute.free_flow_ratio, stage_segment_minute.vehicle_count, stage_segment_minute.probe_count, stage_segment_minute.revision);

DELETE FROM stage_incident USING cityroute.incident WHERE incident.route = stage_incident.route AND incident.incident_id = stage_incident.incident_id AND stage_incident.revision <= incident.revision;

MERGE INTO cityroute.incident USING stage_incident
ON incident.route = stage_incident.route AND incident.incident_id = stage_incident.incident_id
WHEN MATCHED THEN UPDATE SET incident_type = stage_incident.incident_type, severity = stage_incident.severity, segment_id = stage_incident.segment_id, direction = stage_incident.direction, detected_at = stage_incident.detected_at, verified_at = stage_incident.verified_at, dispatched_at = stage_incident.dispatched_at, on_scene_at = stage_incident.on_scene_at, lanes_open_at = stage_incident.lanes_open_at, cleared_at = stage_incident.cleared_at, response_min = stage_incident.response_min, roadway_clearance_min = stage_incident.roadway_clearance_min, clearance_min = stage_incident.clearance_min, lanes_blocked = stage_incident.lanes_blocked, queue_km = stage_incident.queue_km, revision = stage_incident.revision
WHEN NOT MATCHED THEN INSERT (route, incident_id, incident_type, severity, segment_id, direction, detected_at, verified_at, dispatched_at, on_scene_at, lanes_open_at, cleared_at, response_min, roadway_clearance_min, clearance_min, lanes_blocked, queue_km, revision)
VALUES (stage_incident.route, stage_incident.incident_id, stage_incident.incident_type, stage_incident.severity, stage_incident.segment_id, stage_incident.direction, stage_incident.detected_at, stage_incident.verified_at, stage_incident.dispatched_at, stage_incident.on_scene_at, stage_incident.lanes_open_at, stage_incident.cleared_at, stage_incident.response_min, stage_incident.roadway_clearance_min, stage_incident.clearance_min, stage_incident.lanes_blocked, stage_incident.queue_km, stage_incident.revision);

DELETE FROM stage_route_minute USING cityroute.route_minute WHERE route_minute.route = stage_route_minute.route AND route_minute.direction = stage_route_minute.direction AND route_minute.minute = stage_route_minute.minute AND stage_route_minute.revision <= route_minute.revision;

MERGE INTO cityroute.route_minute USING stage_route_minute
ON route_minute.route = stage_route_minute.route AND route_minute.direction = stage_route_minute.direction AND route_minute.minute = stage_route_minute.minute
WHEN MATCHED THEN UPDATE SET travel_time_s = stage_route_minute.travel_time_s, free_flow_time_s = stage_route_minute.free_flow_time_s, travel_time_index = stage_route_minute.travel_time_index, delay_s_per_vehicle_mile = stage_route_minute.delay_s_per_vehicle_mile, segments_reporting = stage_route_minute.segments_reporting, revision = stage_route_minute.revision
WHEN NOT MATCHED THEN INSERT (route, direction, minute, travel_time_s, free_flow_time_s, travel_time_index, delay_s_per_vehicle_mile, segments_reporting, revision)
VALUES (stage_route_minute.route, stage_route_minute.direction, stage_route_minute.minute, stage_route_minute.travel_time_s, stage_route_minute.free_flow_time_s, stage_route_minute.travel_time_index, stage_route_minute.delay_s_per_vehicle_mile, stage_route_minute.segments_reporting, stage_route_minute.revision);

DELETE FROM stage_segment_weather USING cityroute.segment_weather WHERE segment_weather.route = stage_segment_weather.route AND segment_weather.segment_id = stage_segment_weather.segment_id AND segment_weather.hour = stage_segment_weather.hour AND stage_segment_weather.revision <= segment_weather.revision;

MERGE INTO cityroute.segment_weather USING stage_segment_weather
ON segment_weather.route = stage_segment_weather.route AND segment_weather.segment_id = stage_segment_weather.segment_id AND segment_weather.hour = stage_segment_weather.hour
WHEN MATCHED THEN UPDATE SET direction = stage_segment_weather.direction, temperature_c = stage_segment_weather.temperature_c, precipitation_mm = stage_segment_weather.precipitation_mm, visibility_m = stage_segment_weather.visibility_m, air_quality_index = stage_segment_weather.air_quality_index, mean_speed_kph = stage_segment_weather.mean_speed_kph, revision = stage_segment_weather.revision
WHEN NOT MATCHED THEN INSERT (route, segment_id, direction, hour, temperature_c, precipitation_mm, visibility_m, air_quality_index, mean_speed_kph, revision)
VALUES (stage_segment_weather.route, stage_segment_weather.segment_id, stage_segment_weather.direction, stage_segment_weather.hour, stage_segment_weather.temperature_c, stage_segment_weather.precipitation_mm, stage_segment_weather.visibility_m, stage_segment_weather.air_quality_index, stage_segment_weather.mean_speed_kph, stage_segment_weather.revision);

DELETE FROM stage_safety_hour USING cityroute.safety_hour WHERE safety_hour.route = stage_safety_hour.route AND safety_hour.segment_id = stage_safety_hour.segment_id AND safety_hour.hour = stage_safety_hour.hour AND stage_safety_hour.revision <= safety_hour.revision;

MERGE INTO cityroute.safety_hour USING stage_safety_hour
ON safety_hour.route = stage_safety_hour.route AND safety_hour.segment_id = stage_safety_hour.segment_id AND safety_hour.hour = stage_safety_hour.hour
WHEN MATCHED THEN UPDATE SET direction = stage_safety_hour.direction, incidents = stage_safety_hour.incidents, harsh_events = stage_safety_hour.harsh_events, vehicle_km = stage_safety_hour.vehicle_km, speeding_share = stage_safety_hour.speeding_share, revision = stage_safety_hour.revision
WHEN NOT MATCHED THEN INSERT (route, segment_id, direction, hour, incidents, harsh_events, vehicle_km, speeding_share, revision)
VALUES (stage_safety_hour.route, stage_safety_hour.segment_id, stage_safety_hour.direction, stage_safety_hour.hour, stage_safety_hour.incidents, stage_safety_hour.harsh_events, stage_safety_hour.vehicle_km, stage_safety_hour.speeding_share, stage_safety_hour.revision);

DELETE FROM stage_reliability_hour USING cityroute.reliability_hour WHERE reliability_hour.route = stage_reliability_hour.route AND reliability_hour.direction = stage_reliability_hour.direction AND reliability_hour.hour = stage_reliability_hour.hour AND stage_reliability_hour.revision <= reliability_hour.revision;

MERGE INTO cityroute.reliability_hour USING stage_reliability_hour
ON reliability_hour.route = stage_reliability_hour.route AND reliability_hour.direction = stage_reliability_hour.direction AND reliability_hour.hour = stage_reliability_hour.hour
WHEN MATCHED THEN UPDATE SET mean_time_s = stage_reliability_hour.mean_time_s, p95_time_s = stage_reliability_hour.p95_time_s, travel_time_index = stage_reliability_hour.travel_time_index, planning_time_index = stage_reliability_hour.planning_time_index, buffer_index = stage_reliability_hour.buffer_index, revision = stage_reliability_hour.revision
WHEN NOT MATCHED THEN INSERT (route, direction, hour, mean_time_s, p95_time_s, travel_time_index, planning_time_index, buffer_index, revision)
VALUES (stage_reliability_hour.route, stage_reliability_hour.direction, stage_reliability_hour.hour, stage_reliability_hour.mean_time_s, stage_reliability_hour.p95_time_s, stage_reliability_hour.travel_time_index, stage_reliability_hour.planning_time_index, stage_reliability_hour.buffer_index, stage_reliability_hour.revision);

DELETE FROM stage_vehicle_minute USING cityroute.vehicle_minute WHERE vehicle_minute.route = stage_vehicle_minute.route AND vehicle_minute.device_id = stage_vehicle_minute.device_id AND vehicle_minute.minute = stage_vehicle_minute.minute AND stage_vehicle_minute.revision <= vehicle_minute.revision;

MERGE INTO cityroute.vehicle_minute USING stage_vehicle_minute
ON vehicle_minute.route = stage_vehicle_minute.route AND vehicle_minute.device_id = stage_vehicle_minute.device_id AND vehicle_minute.minute = stage_vehicle_minute.minute
WHEN MATCHED THEN UPDATE SET segment_id = stage_vehicle_minute.segment_id, latitude = stage_vehicle_minute.latitude, longitude = stage_vehicle_minute.longitude, mean_speed_kph = stage_vehicle_minute.mean_speed_kph, distance_km = stage_vehicle_minute.distance_km, harsh_events = stage_vehicle_minute.harsh_events, revision = stage_vehicle_minute.revision
WHEN NOT MATCHED THEN INSERT (route, device_id, minute, segment_id, latitude, longitude, mean_speed_kph, distance_km, harsh_events, revision)
VALUES (stage_vehicle_minute.route, stage_vehicle_minute.device_id, stage_vehicle_minute.minute, stage_vehicle_minute.segment_id, stage_vehicle_minute.latitude, stage_vehicle_minute.longitude, stage_vehicle_minute.mean_speed_kph, stage_vehicle_minute.distance_km, stage_vehicle_minute.harsh_events, stage_vehicle_minute.revision);

DELETE FROM stage_score_hour USING cityroute.score_hour WHERE score_hour.route = stage_score_hour.route AND score_hour.hour = stage_score_hour.hour AND stage_score_hour.revision <= score_hour.revision;

MERGE INTO cityroute.score_hour USING stage_score_hour
ON score_hour.route = stage_score_hour.route AND score_hour.hour = stage_score_hour.hour
WHEN MATCHED THEN UPDATE SET incidents_true = stage_score_hour.incidents_true, incidents_detected = stage_score_hour.incidents_detected, false_alarms = stage_score_hour.false_alarms, detection_time_s = stage_score_hour.detection_time_s, travel_time_error = stage_score_hour.travel_time_error, revision = stage_score_hour.revision
WHEN NOT MATCHED THEN INSERT (route, hour, incidents_true, incidents_detected, false_alarms, detection_time_s, travel_time_error, revision)
VALUES (stage_score_hour.route, stage_score_hour.hour, stage_score_hour.incidents_true, stage_score_hour.incidents_detected, stage_score_hour.false_alarms, stage_score_hour.detection_time_s, stage_score_hour.travel_time_error, stage_score_hour.revision);

DELETE FROM stage_load_ledger USING cityroute.load_ledger WHERE load_ledger.route = stage_load_ledger.route AND load_ledger.table_name = stage_load_ledger.table_name AND load_ledger.snapshot_id = stage_load_ledger.snapshot_id AND stage_load_ledger.revision <= load_ledger.revision;

MERGE INTO cityroute.load_ledger USING stage_load_ledger
ON load_ledger.route = stage_load_ledger.route AND load_ledger.table_name = stage_load_ledger.table_name AND load_ledger.snapshot_id = stage_load_ledger.snapshot_id
WHEN MATCHED THEN UPDATE SET revision = stage_load_ledger.revision, rows_copied = stage_load_ledger.rows_copied, loaded_at = stage_load_ledger.loaded_at
WHEN NOT MATCHED THEN INSERT (route, table_name, snapshot_id, revision, rows_copied, loaded_at)
VALUES (stage_load_ledger.route, stage_load_ledger.table_name, stage_load_ledger.snapshot_id, stage_load_ledger.revision, stage_load_ledger.rows_copied, stage_load_ledger.loaded_at);
