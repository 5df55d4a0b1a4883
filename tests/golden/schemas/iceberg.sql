CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.events_vehicle (
  event_id STRING NOT NULL COMMENT 'Identity of the event: 128-bit hash of stream, device and seq, in hex.',
  stream_id STRING COMMENT 'Identity of the stream: hash of route, corridor, seed, start time and vehicles.',
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  device_id STRING NOT NULL COMMENT 'The device that measured; also the Kafka key.',
  seq BIGINT COMMENT 'Number of the event within its stream and device, without gaps.',
  event_time TIMESTAMP NOT NULL COMMENT 'When the device measured, UTC.',
  direction STRING NOT NULL COMMENT 'Carriageway: outbound runs from km 0 to the corridor\'s end. One of: outbound, inbound.',
  latitude DOUBLE NOT NULL COMMENT 'WGS 84 latitude. Unit: deg.',
  longitude DOUBLE NOT NULL COMMENT 'WGS 84 longitude. Unit: deg.',
  source STRING NOT NULL COMMENT 'Who made the event. One of: simulated, external, replay.',
  vehicle_class STRING NOT NULL COMMENT 'Class of the vehicle. One of: car, van, hgv, bus, motorcycle.',
  make STRING NOT NULL COMMENT 'Manufacturer.',
  model STRING NOT NULL COMMENT 'Model.',
  year INT NOT NULL COMMENT 'Year of first registration.',
  fuel_type STRING NOT NULL COMMENT 'Fuel. One of: petrol, diesel, hybrid, electric.',
  speed_kph DOUBLE NOT NULL COMMENT 'Speed over ground. Unit: km/h.',
  acceleration_mps2 DOUBLE NOT NULL COMMENT 'Acceleration along the road, negative when braking. Unit: m/s2.',
  heading_deg DOUBLE NOT NULL COMMENT 'Heading clockwise from north. Unit: deg.',
  odometer_km DOUBLE NOT NULL COMMENT 'Total distance driven; never falls. Unit: km.',
  segment_id STRING NOT NULL COMMENT '1 km of one direction, e.g. outbound-098.',
  lane INT NOT NULL COMMENT 'Lane, 1 is the nearside.',
  harsh_event STRING NOT NULL COMMENT 'Harsh manoeuvre since the last event. One of: none, braking, acceleration, cornering.',
  kafka_topic STRING NOT NULL COMMENT 'Topic the record came from.',
  kafka_partition INT NOT NULL COMMENT 'Partition the record came from.',
  kafka_offset BIGINT NOT NULL COMMENT 'Offset of the record; with topic and partition its identity.',
  kafka_time TIMESTAMP NOT NULL COMMENT 'Kafka\'s timestamp of the record, UTC.'
)
USING iceberg
PARTITIONED BY (hours(event_time))
COMMENT 'Every accepted record of the vehicle feed, exactly once, re-sends included.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.events_gps (
  event_id STRING NOT NULL COMMENT 'Identity of the event: 128-bit hash of stream, device and seq, in hex.',
  stream_id STRING COMMENT 'Identity of the stream: hash of route, corridor, seed, start time and vehicles.',
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  device_id STRING NOT NULL COMMENT 'The device that measured; also the Kafka key.',
  seq BIGINT COMMENT 'Number of the event within its stream and device, without gaps.',
  event_time TIMESTAMP NOT NULL COMMENT 'When the device measured, UTC.',
  direction STRING NOT NULL COMMENT 'Carriageway: outbound runs from km 0 to the corridor\'s end. One of: outbound, inbound.',
  latitude DOUBLE NOT NULL COMMENT 'WGS 84 latitude. Unit: deg.',
  longitude DOUBLE NOT NULL COMMENT 'WGS 84 longitude. Unit: deg.',
  source STRING NOT NULL COMMENT 'Who made the event. One of: simulated, external, replay.',
  speed_kph DOUBLE NOT NULL COMMENT 'Speed over ground. Unit: km/h.',
  heading_deg DOUBLE NOT NULL COMMENT 'Heading clockwise from north. Unit: deg.',
  accuracy_m DOUBLE NOT NULL COMMENT 'Estimated horizontal accuracy. Unit: m.',
  vehicle_class STRING NOT NULL COMMENT 'Class of the vehicle. One of: car, van, hgv, bus, motorcycle.',
  kafka_topic STRING NOT NULL COMMENT 'Topic the record came from.',
  kafka_partition INT NOT NULL COMMENT 'Partition the record came from.',
  kafka_offset BIGINT NOT NULL COMMENT 'Offset of the record; with topic and partition its identity.',
  kafka_time TIMESTAMP NOT NULL COMMENT 'Kafka\'s timestamp of the record, UTC.'
)
USING iceberg
PARTITIONED BY (hours(event_time))
COMMENT 'Every accepted record of the gps feed, exactly once, re-sends included.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.events_traffic (
  event_id STRING NOT NULL COMMENT 'Identity of the event: 128-bit hash of stream, device and seq, in hex.',
  stream_id STRING COMMENT 'Identity of the stream: hash of route, corridor, seed, start time and vehicles.',
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  device_id STRING NOT NULL COMMENT 'The device that measured; also the Kafka key.',
  seq BIGINT COMMENT 'Number of the event within its stream and device, without gaps.',
  event_time TIMESTAMP NOT NULL COMMENT 'When the device measured, UTC.',
  direction STRING NOT NULL COMMENT 'Carriageway: outbound runs from km 0 to the corridor\'s end. One of: outbound, inbound.',
  latitude DOUBLE NOT NULL COMMENT 'WGS 84 latitude. Unit: deg.',
  longitude DOUBLE NOT NULL COMMENT 'WGS 84 longitude. Unit: deg.',
  source STRING NOT NULL COMMENT 'Who made the event. One of: simulated, external, replay.',
  segment_id STRING NOT NULL COMMENT '1 km of one direction, e.g. outbound-098.',
  interval_s DOUBLE NOT NULL COMMENT 'Length of the measuring interval. Unit: s.',
  count INT NOT NULL COMMENT 'Vehicles that passed in the interval. Unit: vehicles.',
  flow_vph DOUBLE NOT NULL COMMENT 'Flow. Unit: vehicles/h.',
  mean_speed_kph DOUBLE COMMENT 'Mean speed; null when no vehicle passed. Unit: km/h.',
  occupancy DOUBLE NOT NULL COMMENT 'Share of time the detector is covered.',
  density_vpkm DOUBLE NOT NULL COMMENT 'Vehicles per km, all lanes. Unit: vehicles/km.',
  car_count INT NOT NULL COMMENT 'Cars that passed in the interval. Unit: vehicles.',
  van_count INT NOT NULL COMMENT 'Vans that passed in the interval. Unit: vehicles.',
  hgv_count INT NOT NULL COMMENT 'Heavy goods vehicles that passed in the interval. Unit: vehicles.',
  bus_count INT NOT NULL COMMENT 'Buses and coaches that passed in the interval. Unit: vehicles.',
  motorcycle_count INT NOT NULL COMMENT 'Motorcycles that passed in the interval. Unit: vehicles.',
  congestion_level STRING NOT NULL COMMENT 'Congestion as the camera grades it. One of: free, light, moderate, heavy, severe.',
  lanes_open INT NOT NULL COMMENT 'Lanes open to traffic.',
  kafka_topic STRING NOT NULL COMMENT 'Topic the record came from.',
  kafka_partition INT NOT NULL COMMENT 'Partition the record came from.',
  kafka_offset BIGINT NOT NULL COMMENT 'Offset of the record; with topic and partition its identity.',
  kafka_time TIMESTAMP NOT NULL COMMENT 'Kafka\'s timestamp of the record, UTC.'
)
USING iceberg
PARTITIONED BY (hours(event_time))
COMMENT 'Every accepted record of the traffic feed, exactly once, re-sends included.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.events_weather (
  event_id STRING NOT NULL COMMENT 'Identity of the event: 128-bit hash of stream, device and seq, in hex.',
  stream_id STRING COMMENT 'Identity of the stream: hash of route, corridor, seed, start time and vehicles.',
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  device_id STRING NOT NULL COMMENT 'The device that measured; also the Kafka key.',
  seq BIGINT COMMENT 'Number of the event within its stream and device, without gaps.',
  event_time TIMESTAMP NOT NULL COMMENT 'When the device measured, UTC.',
  direction STRING COMMENT 'Carriageway: outbound runs from km 0 to the corridor\'s end. One of: outbound, inbound.',
  latitude DOUBLE NOT NULL COMMENT 'WGS 84 latitude. Unit: deg.',
  longitude DOUBLE NOT NULL COMMENT 'WGS 84 longitude. Unit: deg.',
  source STRING NOT NULL COMMENT 'Who made the event. One of: simulated, external, replay.',
  temperature_c DOUBLE NOT NULL COMMENT 'Air temperature. Unit: degC.',
  condition STRING NOT NULL COMMENT 'Present weather. One of: clear, cloudy, fog, drizzle, rain, heavy_rain, snow.',
  precipitation_mmph DOUBLE NOT NULL COMMENT 'Precipitation intensity. Unit: mm/h.',
  wind_speed_mps DOUBLE NOT NULL COMMENT 'Mean wind speed. Unit: m/s.',
  wind_direction_deg DOUBLE NOT NULL COMMENT 'Direction the wind comes from. Unit: deg.',
  humidity_pct DOUBLE NOT NULL COMMENT 'Relative humidity. Unit: %.',
  visibility_m DOUBLE NOT NULL COMMENT 'Visibility. Unit: m.',
  pressure_hpa DOUBLE NOT NULL COMMENT 'Air pressure at sea level. Unit: hPa.',
  air_quality_index INT NOT NULL COMMENT 'UK daily air quality index, 1 low to 10 very high.',
  road_state STRING NOT NULL COMMENT 'State of the road surface. One of: dry, damp, wet, icy, snow.',
  kafka_topic STRING NOT NULL COMMENT 'Topic the record came from.',
  kafka_partition INT NOT NULL COMMENT 'Partition the record came from.',
  kafka_offset BIGINT NOT NULL COMMENT 'Offset of the record; with topic and partition its identity.',
  kafka_time TIMESTAMP NOT NULL COMMENT 'Kafka\'s timestamp of the record, UTC.'
)
USING iceberg
PARTITIONED BY (hours(event_time))
COMMENT 'Every accepted record of the weather feed, exactly once, re-sends included.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.events_emergency (
  event_id STRING NOT NULL COMMENT 'Identity of the event: 128-bit hash of stream, device and seq, in hex.',
  stream_id STRING COMMENT 'Identity of the stream: hash of route, corridor, seed, start time and vehicles.',
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  device_id STRING NOT NULL COMMENT 'The device that measured; also the Kafka key.',
  seq BIGINT COMMENT 'Number of the event within its stream and device, without gaps.',
  event_time TIMESTAMP NOT NULL COMMENT 'When the device measured, UTC.',
  direction STRING NOT NULL COMMENT 'Carriageway: outbound runs from km 0 to the corridor\'s end. One of: outbound, inbound.',
  latitude DOUBLE NOT NULL COMMENT 'WGS 84 latitude. Unit: deg.',
  longitude DOUBLE NOT NULL COMMENT 'WGS 84 longitude. Unit: deg.',
  source STRING NOT NULL COMMENT 'Who made the event. One of: simulated, external, replay.',
  incident_id STRING NOT NULL COMMENT 'The incident; the same as the device.',
  incident_type STRING NOT NULL COMMENT 'Kind of incident. One of: breakdown, obstruction, damage_collision, injury_collision, roadworks, closure.',
  severity STRING NOT NULL COMMENT 'Severity as judged on scene. One of: minor, moderate, serious, critical.',
  status STRING NOT NULL COMMENT 'Step reached in the FHWA time line. One of: detected, verified, dispatched, on_scene, lanes_open, cleared.',
  lanes_blocked INT NOT NULL COMMENT 'Lanes blocked at this step.',
  segment_id STRING NOT NULL COMMENT '1 km of one direction, e.g. outbound-098.',
  responder_unit STRING COMMENT 'Call sign of the unit; null before dispatch.',
  responder_type STRING COMMENT 'Kind of unit; null before dispatch. One of: traffic_officer, recovery, police, ambulance, fire.',
  casualties INT NOT NULL COMMENT 'People hurt, as known at this step.',
  description STRING NOT NULL COMMENT 'A sentence for people.',
  kafka_topic STRING NOT NULL COMMENT 'Topic the record came from.',
  kafka_partition INT NOT NULL COMMENT 'Partition the record came from.',
  kafka_offset BIGINT NOT NULL COMMENT 'Offset of the record; with topic and partition its identity.',
  kafka_time TIMESTAMP NOT NULL COMMENT 'Kafka\'s timestamp of the record, UTC.'
)
USING iceberg
PARTITIONED BY (hours(event_time))
COMMENT 'Every accepted record of the emergency feed, exactly once, re-sends included.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.dead_letter (
  feed STRING NOT NULL COMMENT 'Feed of the topic. One of: vehicle, gps, traffic, weather, emergency.',
  kafka_topic STRING NOT NULL COMMENT 'Topic the record came from.',
  kafka_partition INT NOT NULL COMMENT 'Partition the record came from.',
  kafka_offset BIGINT NOT NULL COMMENT 'Offset of the record; with topic and partition its identity.',
  kafka_time TIMESTAMP NOT NULL COMMENT 'Kafka\'s timestamp of the record, UTC.',
  record_key BINARY COMMENT 'Key of the record as it came.',
  record_value BINARY COMMENT 'Value of the record as it came; null for a tombstone.',
  reason STRING NOT NULL COMMENT 'Why, as one of the reasons of `codec.Reason`.',
  detail STRING NOT NULL COMMENT 'The field and the rule that it broke.'
)
USING iceberg
PARTITIONED BY (days(kafka_time))
COMMENT 'Every Kafka record that could not be trusted, exactly once, with its bytes and the reason.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.segment_minute (
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  segment_id STRING NOT NULL COMMENT '1 km of one direction.',
  direction STRING NOT NULL COMMENT 'Carriageway. One of: outbound, inbound.',
  minute TIMESTAMP NOT NULL COMMENT 'Start of the minute, event time, UTC.',
  flow_vph DOUBLE COMMENT 'Flow over the minute\'s camera intervals. Unit: vehicles/h.',
  mean_speed_kph DOUBLE COMMENT 'Mean speed, weighted by the vehicles counted. Unit: km/h.',
  p85_speed_kph DOUBLE COMMENT '85th percentile of the speeds that vehicles reported. Unit: km/h.',
  density_vpkm DOUBLE COMMENT 'Mean density, all lanes. Unit: vehicles/km.',
  level_of_service STRING COMMENT 'HCM level of service by density per lane. One of: A, B, C, D, E, F.',
  travel_time_s DOUBLE COMMENT 'Time to drive the segment at the mean speed. Unit: s.',
  free_flow_ratio DOUBLE COMMENT 'Mean speed over free-flow speed.',
  vehicle_count BIGINT NOT NULL COMMENT 'Vehicles counted by the camera.',
  probe_count BIGINT NOT NULL COMMENT 'Speeds reported by vehicles.',
  revision BIGINT NOT NULL COMMENT 'Number of the merge that last changed the row; the loader copies what is newer.'
)
USING iceberg
PARTITIONED BY (hours(minute))
COMMENT 'Traffic on each segment, minute by minute.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.incident (
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  incident_id STRING NOT NULL COMMENT 'The incident.',
  incident_type STRING NOT NULL COMMENT 'Kind of incident. One of: breakdown, obstruction, damage_collision, injury_collision, roadworks, closure.',
  severity STRING NOT NULL COMMENT 'Latest severity. One of: minor, moderate, serious, critical.',
  segment_id STRING NOT NULL COMMENT '1 km of one direction.',
  direction STRING NOT NULL COMMENT 'Carriageway. One of: outbound, inbound.',
  detected_at TIMESTAMP NOT NULL COMMENT 'T1, first awareness.',
  verified_at TIMESTAMP COMMENT 'T2, verified.',
  dispatched_at TIMESTAMP COMMENT 'T3, response dispatched.',
  on_scene_at TIMESTAMP COMMENT 'T4, first responder arrived.',
  lanes_open_at TIMESTAMP COMMENT 'T5, all lanes open.',
  cleared_at TIMESTAMP COMMENT 'T6, last responder left.',
  response_min DOUBLE COMMENT 'T4 - T2. Unit: min.',
  roadway_clearance_min DOUBLE COMMENT 'T5 - T1. Unit: min.',
  clearance_min DOUBLE COMMENT 'T6 - T1. Unit: min.',
  lanes_blocked BIGINT NOT NULL COMMENT 'Most lanes blocked at once.',
  queue_km DOUBLE COMMENT 'Longest queue upstream. Unit: km.',
  revision BIGINT NOT NULL COMMENT 'Number of the merge that last changed the row; the loader copies what is newer.'
)
USING iceberg
PARTITIONED BY (days(detected_at))
COMMENT 'One row per incident, with the clocks of the FHWA time line.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.route_minute (
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  direction STRING NOT NULL COMMENT 'Carriageway. One of: outbound, inbound.',
  minute TIMESTAMP NOT NULL COMMENT 'Start of the minute, event time, UTC.',
  travel_time_s DOUBLE COMMENT 'Sum of the segments\' travel times. Unit: s.',
  free_flow_time_s DOUBLE COMMENT 'The same at free-flow speed. Unit: s.',
  travel_time_index DOUBLE COMMENT 'Travel time over free-flow time.',
  delay_s_per_vehicle_mile DOUBLE COMMENT 'Average delay. Unit: s/vehicle-mile.',
  segments_reporting BIGINT NOT NULL COMMENT 'Segments with a speed in this minute.',
  revision BIGINT NOT NULL COMMENT 'Number of the merge that last changed the row; the loader copies what is newer.'
)
USING iceberg
PARTITIONED BY (days(minute))
COMMENT 'Journey over the whole route, minute by minute and direction.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.segment_weather (
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  segment_id STRING NOT NULL COMMENT '1 km of one direction.',
  direction STRING NOT NULL COMMENT 'Carriageway. One of: outbound, inbound.',
  hour TIMESTAMP NOT NULL COMMENT 'Start of the hour, event time, UTC.',
  temperature_c DOUBLE COMMENT 'Mean temperature. Unit: degC.',
  precipitation_mm DOUBLE COMMENT 'Precipitation over the hour. Unit: mm.',
  visibility_m DOUBLE COMMENT 'Lowest visibility. Unit: m.',
  air_quality_index DOUBLE COMMENT 'Mean UK air quality index.',
  mean_speed_kph DOUBLE COMMENT 'Mean speed in that hour. Unit: km/h.',
  revision BIGINT NOT NULL COMMENT 'Number of the merge that last changed the row; the loader copies what is newer.'
)
USING iceberg
PARTITIONED BY (days(hour))
COMMENT 'Weather at each segment, hour by hour, from the nearest stations.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.safety_hour (
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  segment_id STRING NOT NULL COMMENT '1 km of one direction.',
  direction STRING NOT NULL COMMENT 'Carriageway. One of: outbound, inbound.',
  hour TIMESTAMP NOT NULL COMMENT 'Start of the hour, event time, UTC.',
  incidents BIGINT NOT NULL COMMENT 'Incidents that began.',
  harsh_events BIGINT NOT NULL COMMENT 'Harsh manoeuvres reported.',
  vehicle_km DOUBLE COMMENT 'Exposure. Unit: vehicle-km.',
  speeding_share DOUBLE COMMENT 'Share of reported speeds above the limit.',
  revision BIGINT NOT NULL COMMENT 'Number of the merge that last changed the row; the loader copies what is newer.'
)
USING iceberg
PARTITIONED BY (days(hour))
COMMENT 'Safety of each segment, hour by hour.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.reliability_hour (
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  direction STRING NOT NULL COMMENT 'Carriageway. One of: outbound, inbound.',
  hour TIMESTAMP NOT NULL COMMENT 'Start of the hour, event time, UTC.',
  mean_time_s DOUBLE COMMENT 'Mean journey time. Unit: s.',
  p95_time_s DOUBLE COMMENT '95th percentile of the journey time. Unit: s.',
  travel_time_index DOUBLE COMMENT 'Mean over free flow.',
  planning_time_index DOUBLE COMMENT '95th percentile over free flow.',
  buffer_index DOUBLE COMMENT '(95th percentile - mean) over mean.',
  revision BIGINT NOT NULL COMMENT 'Number of the merge that last changed the row; the loader copies what is newer.'
)
USING iceberg
PARTITIONED BY (days(hour))
COMMENT 'Reliability of the journey by direction and hour.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.vehicle_minute (
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  device_id STRING NOT NULL COMMENT 'The vehicle.',
  minute TIMESTAMP NOT NULL COMMENT 'Start of the minute, event time, UTC.',
  segment_id STRING COMMENT 'Segment at the end of the minute.',
  latitude DOUBLE NOT NULL COMMENT 'Last latitude. Unit: deg.',
  longitude DOUBLE NOT NULL COMMENT 'Last longitude. Unit: deg.',
  mean_speed_kph DOUBLE COMMENT 'Mean speed. Unit: km/h.',
  distance_km DOUBLE COMMENT 'Distance driven. Unit: km.',
  harsh_events BIGINT NOT NULL COMMENT 'Harsh manoeuvres.',
  revision BIGINT NOT NULL COMMENT 'Number of the merge that last changed the row; the loader copies what is newer.'
)
USING iceberg
PARTITIONED BY (hours(minute))
COMMENT 'The trail of each tracked vehicle, minute by minute.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');

CREATE TABLE IF NOT EXISTS city.cityroute_london_birmingham.score_hour (
  route STRING NOT NULL COMMENT 'Name of the CityRoute.',
  hour TIMESTAMP NOT NULL COMMENT 'Start of the hour, event time, UTC.',
  incidents_true BIGINT NOT NULL COMMENT 'Lane-blocking incidents that happened.',
  incidents_detected BIGINT NOT NULL COMMENT 'Of these, detected.',
  false_alarms BIGINT NOT NULL COMMENT 'Alarms without an incident.',
  detection_time_s DOUBLE COMMENT 'Mean time from start to detection. Unit: s.',
  travel_time_error DOUBLE COMMENT 'Mean absolute error of the travel time, as a share.',
  revision BIGINT NOT NULL COMMENT 'Number of the merge that last changed the row; the loader copies what is newer.'
)
USING iceberg
PARTITIONED BY (days(hour))
COMMENT 'The stream\'s own detector against the truth, hour by hour.'
TBLPROPERTIES ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true', 'write.metadata.previous-versions-max' = '20', 'write.parquet.compression-codec' = 'zstd');
