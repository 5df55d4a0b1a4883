/** What the server sends; see live/frames.py, roads.py and history/speed.py. */

export type Direction = "outbound" | "inbound";

export interface Place {
  name: string;
  km: number;
  latitude: number;
  longitude: number;
}

export interface Segment {
  id: string;
  direction: Direction;
  km_from: number;
  km_to: number;
}

export interface Road {
  name: string;
  length_km: number;
  /** km, latitude, longitude */
  vertices: [number, number, number][];
  sections: { name: string; km_from: number; km_to: number; lanes: number; speed_limit_kph: number }[];
  segments: Segment[];
  places: Place[];
}

export interface Camera {
  segment_id: string;
  event_time: number;
  mean_speed_kph: number | null;
  flow_vph: number;
  density_vpkm: number;
  occupancy: number;
  count: number;
  hgv_count: number;
  congestion_level: string;
  lanes_open: number;
}

export interface Station {
  device_id: string;
  event_time: number;
  latitude: number;
  longitude: number;
  condition: string;
  temperature_c: number;
  precipitation_mmph: number;
  wind_speed_mps: number;
  wind_direction_deg: number;
  humidity_pct: number;
  visibility_m: number;
  pressure_hpa: number;
  air_quality_index: number;
  road_state: string;
}

export interface Incident {
  incident_id: string;
  event_time: number;
  incident_type: string;
  severity: string;
  status: string;
  lanes_blocked: number;
  segment_id: string;
  direction: Direction;
  latitude: number;
  longitude: number;
  responder_unit: string | null;
  responder_type: string | null;
  casualties: number;
  description: string;
}

export interface Vehicle {
  slot: number;
  device_id: string;
  vehicle_class: string;
  direction: Direction;
  speed_kph: number;
  heading_deg: number;
  event_time: number;
  received_ms: number;
}

export type PartState = "starting" | "ok" | "stale" | "down";

export interface Part {
  state: PartState;
  since_ms: number;
  message: string;
}

export interface HistoryPart extends Part {
  newest_minute_ms: number | null;
  loaded_ms: number | null;
}

export interface FeedFigures {
  rate: number;
  newest_ms: number | null;
  malformed: number;
}

export interface Frame {
  number: number;
  wall_ms: number;
  sim_ms: number;
  speedup: number;
  vehicles: number;
  mean_speed_kph: number | null;
  open_incidents: number;
  feeds: Record<string, FeedFigures>;
  parts: { live: Part; history: HistoryPart };
  gone: number[];
  moved: string;
  cameras: Camera[];
  stations: Station[];
}

export interface Snapshot extends Frame {
  incidents: Incident[];
}

export interface Grid {
  minutes_ms: number[];
  directions: Record<Direction, (number | null)[][]>;
  wall_ms: number;
  loaded_ms: number | null;
}

export interface Routes {
  routes: { name: string; corridor: string; source_type: string; feeds: string[] }[];
  pages: { path: string; title: string }[];
}
