/** The live map: what the stream says goes to the map and the cards. */

import "maplibre-gl/dist/maplibre-gl.css";
import "./style.css";

import * as api from "./api";
import { byId, el } from "./dom";
import { Fleet, type Shown } from "./fleet";
import { LiveMap } from "./map/live-map";
import { now } from "./map/vehicles";
import { Details } from "./panels/details";
import { Head } from "./panels/head";
import { Heat } from "./panels/heat";
import { Incidents } from "./panels/incidents";
import { showLegend } from "./panels/legend";
import { Stream } from "./stream";
import type { Camera, Frame, Incident, Road, Routes, Snapshot, Vehicle } from "./types";
import { unpack } from "./wire";

const FOLLOW_MS = 1_000;
const RETRY_MS = 2_000;

declare global {
  interface Window {
    /** What the map shows now, for tests and the curious. */
    cityroute: { vehicles(): Shown[] };
  }
}

class Page {
  private readonly fleet = new Fleet();
  private readonly cameras = new Map<string, Camera>();
  private readonly head = new Head();
  private readonly details = new Details();
  private readonly heat: Heat;
  private readonly map: LiveMap;
  private readonly incidents: Incidents;
  private follow = () => {};

  constructor(
    private readonly route: string,
    private readonly road: Road,
  ) {
    this.head.showRoad(route, road);
    this.map = new LiveMap(byId("map"), road, this.fleet, {
      vehicle: (slot) => this.chooseVehicle(slot),
      segment: (id) => this.choose(() => this.showSegment(id)),
      incident: (incident) => this.chooseIncident(incident),
      station: (station) => this.choose(() => this.details.station(station)),
      nothing: () => this.details.close(),
    });
    this.heat = new Heat(route, road, (id) => this.choose(() => this.showSegment(id)));
    this.incidents = new Incidents((incident) => this.chooseIncident(incident));
    new Stream(route, {
      snapshot: (s) => this.onSnapshot(s),
      frame: (f) => this.onFrame(f),
      incident: (i) => this.onIncident(i),
      connected: (isConnected) => this.head.connected(isConnected),
    });
    window.setInterval(() => this.eachSecond(), FOLLOW_MS);
    window.cityroute = { vehicles: () => [...this.fleet.shown(now())] };
  }

  private onSnapshot(snapshot: Snapshot): void {
    this.fleet.clear();
    this.cameras.clear();
    this.incidents.reset(snapshot.incidents);
    this.map.showIncidents(this.incidents.list());
    this.onFrame(snapshot);
  }

  private onFrame(frame: Frame): void {
    this.fleet.remove(frame.gone);
    this.fleet.move(unpack(frame.moved), now());
    for (const camera of frame.cameras) this.cameras.set(camera.segment_id, camera);
    this.map.showCameras(frame.cameras);
    this.map.showStations(frame.stations);
    this.head.show(frame);
    this.heat.follow(frame.parts.history);
    document.body.dataset.frame = String(frame.number);
  }

  private onIncident(incident: Incident): void {
    this.incidents.step(incident);
    this.map.showIncidents(this.incidents.list());
  }

  private chooseVehicle(slot: number): void {
    let device = "";
    this.choose(() => {
      void api.vehicle(this.route, slot).then(
        (v: Vehicle) => {
          device ||= v.device_id;
          // A slot is used again once its vehicle has left.
          if (v.device_id === device) this.details.vehicle(v);
          else this.details.close();
        },
        () => this.details.close(),
      );
    });
  }

  private chooseIncident(incident: Incident): void {
    this.map.goTo(incident.longitude, incident.latitude);
    this.choose(() => {
      const latest = this.incidents.list().find((i) => i.incident_id === incident.incident_id);
      this.details.incident(latest ?? incident);
    });
  }

  private showSegment(id: string): void {
    const segment = this.road.segments.find((s) => s.id === id);
    if (segment) this.details.segment(segment, this.cameras.get(id), this.heat.history(id));
  }

  private choose(show: () => void): void {
    this.follow = show;
    show();
  }

  private eachSecond(): void {
    document.body.dataset.fps = String(this.map.takeFrames());
    if (this.details.isOpen) this.follow();
  }
}

function chosen(routes: Routes): string | undefined {
  const asked = new URLSearchParams(location.search).get("route");
  return routes.routes.find((r) => r.name === asked)?.name ?? routes.routes[0]?.name;
}

function showChoices(routes: Routes, route: string): void {
  const select = byId<HTMLSelectElement>("routes");
  select.replaceChildren(...routes.routes.map((r) => el("option", { value: r.name }, r.name)));
  select.value = route;
  select.hidden = routes.routes.length < 2;
  select.onchange = () => location.assign(`?route=${encodeURIComponent(select.value)}`);
  const links = routes.pages.map((p) => el("a", { href: p.path }, p.title));
  byId("pages").replaceChildren(...links);
  byId("pages").hidden = links.length < 2;
}

async function start(): Promise<void> {
  const routes = await untilItWorks("the routes", api.routes);
  const route = chosen(routes);
  if (route === undefined) {
    byId("route").textContent = "No route yet";
    byId("road").textContent = "Apply a CityRoute, then load this page again.";
    return;
  }
  showChoices(routes, route);
  new Page(route, await untilItWorks("the road", () => api.road(route)));
}

async function untilItWorks<T>(what: string, load: () => Promise<T>): Promise<T> {
  const notice = byId("notice");
  for (;;) {
    try {
      const loaded = await load();
      notice.hidden = true;
      return loaded;
    } catch (error) {
      notice.textContent = `Loading ${what}: ${error instanceof Error ? error.message : String(error)}. Trying again.`;
      notice.hidden = false;
      await new Promise((resolve) => window.setTimeout(resolve, RETRY_MS));
    }
  }
}

showLegend();
void start();
