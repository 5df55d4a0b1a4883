/** The map: ground, segments, vehicles, markers, and what a click means. */

import { type LngLatBoundsLike, Map, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

import { darkTheme } from "../dom";
import type { Fleet } from "../fleet";
import type { Camera, Incident, Road, Station } from "../types";
import { IncidentMarkers, StationMarkers } from "./markers";
import { bounds, SEGMENTS, style } from "./style";
import { carriagewayOffset, now, VehicleCanvas } from "./vehicles";

const CLICK_PX = 9;
const WIDE_PX = 900;
/** Zoomed out a vehicle crosses a pixel in seconds; there is no use in painting it 60 times a second. */
const FAR_ZOOM = 10;
const FAR_FPS = 20;
/** Cameras report one by one; painting the map for each would cost more than the vehicles do. */
const SEGMENTS_MS = 2_500;
const SEGMENTS_AT_ONCE = 50;

export interface Choices {
  vehicle(slot: number): void;
  segment(id: string): void;
  incident(incident: Incident): void;
  station(station: Station): void;
  nothing(): void;
}

setWorkerUrl(workerUrl);

export class LiveMap {
  readonly map: Map;
  private readonly incidents: IncidentMarkers;
  private readonly stations: StationMarkers;
  private readonly speeds = new globalThis.Map<string, number>();
  private readonly unpainted = new Set<string>();
  private readonly vehicles: VehicleCanvas;
  private frames = 0;

  constructor(
    container: HTMLElement,
    private readonly road: Road,
    private readonly fleet: Fleet,
    private readonly choices: Choices,
  ) {
    const [west, south, east, north] = bounds(road);
    fleet.setOrigin((west + east) / 2, (south + north) / 2);
    this.map = new Map({
      container,
      style: style(road),
      bounds: [west, south, east, north],
      fitBoundsOptions: { padding: padding() },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      minZoom: 5,
      maxZoom: 16,
      fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
    this.map.addControl(new ScaleControl({ unit: "metric", maxWidth: 120 }), "bottom-right");
    this.vehicles = new VehicleCanvas(this.map, fleet);
    this.incidents = new IncidentMarkers(this.map, (i) => choices.incident(i));
    this.stations = new StationMarkers(this.map, (s) => choices.station(s));
    this.map.on("style.load", () => this.dress());
    this.map.on("click", (event) => this.onClick(event.point.x, event.point.y));
    darkTheme.addEventListener("change", () => this.map.setStyle(style(road), { diff: false }));
    window.addEventListener("resize", () => this.fit(false));
    window.setInterval(() => this.paintSegments(), SEGMENTS_MS);
    this.animate();
  }

  remove(): void {
    this.map.remove();
  }

  /** Show the whole corridor. */
  fit(animate = true): void {
    this.map.fitBounds(bounds(this.road) as LngLatBoundsLike, { padding: padding(), animate });
  }

  goTo(longitude: number, latitude: number): void {
    this.map.easeTo({ center: [longitude, latitude], zoom: Math.max(this.map.getZoom(), 11), padding: padding() });
  }

  showCameras(cameras: readonly Camera[]): void {
    for (const camera of cameras) {
      this.speeds.set(camera.segment_id, camera.mean_speed_kph ?? -1);
      this.unpainted.add(camera.segment_id);
    }
    // The first picture is not to wait.
    if (cameras.length > SEGMENTS_AT_ONCE) this.paintSegments();
  }

  showStations(stations: readonly Station[]): void {
    for (const s of stations) this.stations.put(s.device_id, s.longitude, s.latitude, s);
  }

  showIncidents(open: readonly Incident[]): void {
    for (const i of open) this.incidents.put(i.incident_id, i.longitude, i.latitude, i);
    this.incidents.keep(new Set(open.map((i) => i.incident_id)));
  }

  /** Pictures drawn since this was last asked. */
  takeFrames(): number {
    const taken = this.frames;
    this.frames = 0;
    return taken;
  }

  private dress(): void {
    this.map.addLayer(this.vehicles.projection());
    for (const segment of this.speeds.keys()) this.unpainted.add(segment);
    this.paintSegments();
  }

  private paintSegments(): void {
    if (!this.map.getSource(SEGMENTS)) return;
    for (const id of this.unpainted) {
      this.map.setFeatureState({ source: SEGMENTS, id }, { speed: this.speeds.get(id) });
    }
    this.unpainted.clear();
  }

  private animate(): void {
    let paintedMs = 0;
    const paint = () => {
      this.vehicles.draw();
      this.frames++;
    };
    // While the map moves, vehicles are drawn in the same picture as what is below them.
    this.map.on("render", paint);
    const tick = (ms: number) => {
      const isFar = this.map.getZoom() < FAR_ZOOM;
      if (!this.map.isMoving() && (!isFar || ms - paintedMs >= 1000 / FAR_FPS - 2)) {
        paintedMs = ms;
        paint();
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  private onClick(x: number, y: number): void {
    const slot = this.vehicleNear(x, y);
    if (slot !== undefined) return this.choices.vehicle(slot);
    const near: [[number, number], [number, number]] = [
      [x - CLICK_PX, y - CLICK_PX],
      [x + CLICK_PX, y + CLICK_PX],
    ];
    const layers = [`${SEGMENTS}-outbound`, `${SEGMENTS}-inbound`];
    const [segment] = this.map.queryRenderedFeatures(near, { layers });
    if (segment) this.choices.segment(String(segment.properties.id));
    else this.choices.nothing();
  }

  private vehicleNear(x: number, y: number): number | undefined {
    let [best, bestPx] = [undefined as number | undefined, CLICK_PX + carriagewayOffset(this.map.getZoom())];
    for (const vehicle of this.fleet.shown(now())) {
      const at = this.map.project([vehicle.longitude, vehicle.latitude]);
      const px = Math.hypot(at.x - x, at.y - y);
      if (px < bestPx) [best, bestPx] = [vehicle.slot, px];
    }
    return best;
  }
}

/** Room for the cards that lie over the map. */
function padding() {
  return window.innerWidth >= WIDE_PX
    ? { left: 480, right: 150, top: 64, bottom: 100 }
    : { left: 30, right: 30, top: 40, bottom: 60 };
}
