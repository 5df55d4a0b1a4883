/** The ground: drawn from the corridor alone, without tiles, glyphs or sprites from anywhere. */

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Feature, FeatureCollection } from "geojson";

import { theme } from "../dom";
import { STEP_KPH, STOPS } from "../scale";
import type { Road } from "../types";
import { carriagewayOffset } from "./vehicles";

const FONT = ["Inter, Segoe UI, Roboto, Helvetica Neue, Liberation Sans, Arial, sans-serif"];
const GRID_DEGREES = 0.25;
const GRID_REACH_DEGREES = 4;
const POST_KM = 10;

export const SEGMENTS = "segments";

export function style(road: Road): StyleSpecification {
  return {
    version: 8,
    sources: {
      grid: geojson(grid(road)),
      road: geojson(collection([line(road.vertices)])),
      [SEGMENTS]: { ...geojson(segments(road)), promoteId: "id" },
      posts: geojson(posts(road)),
      places: geojson(places(road)),
    },
    layers: [...ground(), ...roadLayers(), ...segmentLayers(), ...labels()],
  };
}

function geojson(data: FeatureCollection) {
  return { type: "geojson" as const, data, tolerance: 0.1 };
}

function ground(): LayerSpecification[] {
  return [
    { id: "ground", type: "background", paint: { "background-color": theme("ground") } },
    { id: "grid", type: "line", source: "grid", paint: { "line-color": theme("grid"), "line-width": 1 } },
    {
      id: "towns",
      type: "circle",
      source: "places",
      filter: ["==", ["get", "end"], true],
      paint: {
        "circle-radius": zoomed(6, 30, 12, 900),
        "circle-color": theme("town"),
        "circle-blur": 1,
      },
    },
    {
      id: "grid-labels",
      type: "symbol",
      source: "grid",
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 900,
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": 10,
        "text-offset": [0, -0.7],
      },
      paint: { "text-color": theme("grid-text") },
    },
  ];
}

function roadLayers(): LayerSpecification[] {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  return [
    {
      id: "road-glow",
      type: "line",
      source: "road",
      layout: round,
      paint: { "line-color": theme("glow"), "line-width": zoomed(7, 30, 13, 110), "line-blur": zoomed(7, 22, 13, 60) },
    },
    {
      id: "road",
      type: "line",
      source: "road",
      layout: round,
      paint: { "line-color": theme("road"), "line-width": zoomed(7, 14, 13, 50) },
    },
    {
      id: "road-middle",
      type: "line",
      source: "road",
      layout: round,
      paint: { "line-color": theme("middle"), "line-width": zoomed(7, 0.8, 13, 2) },
    },
  ];
}

/** Segments beside the line: traffic keeps left, and both carriageways are drawn with rising km. */
function segmentLayers(): LayerSpecification[] {
  const side = (sign: number): ExpressionSpecification =>
    zoomed(7, sign * carriagewayOffset(7), 13, sign * carriagewayOffset(13));
  return (["outbound", "inbound"] as const).map((direction) => ({
    id: `${SEGMENTS}-${direction}`,
    type: "line",
    source: SEGMENTS,
    filter: ["==", ["get", "direction"], direction],
    layout: { "line-cap": "butt", "line-join": "round" },
    paint: {
      "line-color": ["case", [">=", speedState(), 0], speedColour(), theme("unknown")],
      "line-width": zoomed(7, 4, 13, 15),
      "line-offset": side(direction === "outbound" ? -1 : 1),
      "line-opacity": 0.42,
    },
  }));
}

function labels(): LayerSpecification[] {
  return [
    {
      id: "posts",
      type: "symbol",
      source: "posts",
      minzoom: 8.6,
      layout: {
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": 10,
        "text-anchor": "right",
        "text-offset": [-2, 0],
        "text-padding": 6,
      },
      paint: { "text-color": theme("grid-text"), "text-halo-color": theme("ground"), "text-halo-width": 1.5 },
    },
    {
      id: "place-dots",
      type: "circle",
      source: "places",
      paint: {
        "circle-radius": ["case", ["get", "end"], 5, 1.6],
        "circle-color": theme("ground"),
        "circle-stroke-color": ["case", ["get", "end"], theme("place"), theme("grid-text")],
        "circle-stroke-width": ["case", ["get", "end"], 2.5, 1],
      },
    },
    {
      id: "places",
      type: "symbol",
      source: "places",
      layout: {
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": ["case", ["get", "end"], 17, 12],
        "symbol-sort-key": ["case", ["get", "end"], 0, 1],
        // To the right of the road; weather stations stand to its left.
        "text-variable-anchor": ["bottom-left", "left"],
        "text-radial-offset": 1.3,
        "text-justify": "auto",
        "text-padding": 10,
      },
      paint: { "text-color": theme("place"), "text-halo-color": theme("ground"), "text-halo-width": 2 },
    },
  ];
}

function speedState(): ExpressionSpecification {
  return ["coalesce", ["feature-state", "speed"], -1];
}

function speedColour(): ExpressionSpecification {
  const stops = STOPS.flatMap((rgb, i) => [i * STEP_KPH, `rgb(${rgb.join(",")})`]);
  return ["interpolate", ["linear"], speedState(), ...stops] as unknown as ExpressionSpecification;
}

function zoomed(from: number, low: number, to: number, high: number): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], from, low, to, high];
}

function collection(features: Feature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}

function line(vertices: Road["vertices"], properties: Record<string, unknown> = {}): Feature {
  const coordinates = vertices.map(([, latitude, longitude]) => [longitude, latitude]);
  return { type: "Feature", properties, geometry: { type: "LineString", coordinates } };
}

function point(longitude: number, latitude: number, properties: Record<string, unknown>): Feature {
  return { type: "Feature", properties, geometry: { type: "Point", coordinates: [longitude, latitude] } };
}

function segments(road: Road): FeatureCollection {
  return collection(
    road.segments.map((s) => line(between(road, s.km_from, s.km_to), { id: s.id, direction: s.direction })),
  );
}

/** The stretch of the road's line from one km to another. */
function between(road: Road, from: number, to: number): Road["vertices"] {
  const inside = road.vertices.filter(([km]) => km > from && km < to);
  return [vertex(road, from), ...inside, vertex(road, to)];
}

export function vertex(road: Road, km: number): [number, number, number] {
  const next = Math.max(road.vertices.findIndex(([k]) => k >= km), 1);
  const [[k0, lat0, lon0], [k1, lat1, lon1]] = [road.vertices[next - 1]!, road.vertices[next]!];
  const share = (km - k0) / (k1 - k0);
  return [km, lat0 + (lat1 - lat0) * share, lon0 + (lon1 - lon0) * share];
}

function posts(road: Road): FeatureCollection {
  const kms = Array.from({ length: Math.floor(road.length_km / POST_KM) }, (_, i) => (i + 1) * POST_KM);
  return collection(
    kms.map((km) => {
      const [, latitude, longitude] = vertex(road, km);
      return point(longitude, latitude, { name: `km ${km}` });
    }),
  );
}

function places(road: Road): FeatureCollection {
  const last = road.places.length - 1;
  return collection(
    road.places.map((p, i) => point(p.longitude, p.latitude, { name: p.name, end: i === 0 || i === last })),
  );
}

/** Meridians and parallels around the corridor, a quarter of a degree apart. */
function grid(road: Road): FeatureCollection {
  const [west, south, east, north] = bounds(road);
  const lines: Feature[] = [];
  for (const longitude of steps(west, east)) {
    const name = `${Math.abs(longitude).toFixed(2)}° ${longitude < 0 ? "W" : "E"}`;
    lines.push(line([south - GRID_REACH_DEGREES, north + GRID_REACH_DEGREES].map((y) => [0, y, longitude]), { name }));
  }
  for (const latitude of steps(south, north)) {
    const name = `${Math.abs(latitude).toFixed(2)}° ${latitude < 0 ? "S" : "N"}`;
    lines.push(line([west - GRID_REACH_DEGREES, east + GRID_REACH_DEGREES].map((x) => [0, latitude, x]), { name }));
  }
  return collection(lines);
}

function steps(low: number, high: number): number[] {
  const first = Math.floor((low - GRID_REACH_DEGREES) / GRID_DEGREES);
  const last = Math.ceil((high + GRID_REACH_DEGREES) / GRID_DEGREES);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * GRID_DEGREES);
}

/** West, south, east, north. */
export function bounds(road: Road): [number, number, number, number] {
  const latitudes = road.vertices.map(([, latitude]) => latitude);
  const longitudes = road.vertices.map(([, , longitude]) => longitude);
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}
