/** Incidents and weather stations: buttons on the map, so that keyboards and screen readers reach them. */

import { type Map, Marker } from "maplibre-gl";

import { el, icon } from "../dom";
import { words } from "../format";
import type { Incident, Station } from "../types";

const WARNING = ["M12 3 22.5 21H1.5Z", "M12 9.5v5.5M12 17.6v.8"];

const CLOUD = "M7 18.5a4 4 0 0 1-.3-8 5.5 5.5 0 0 1 10.6.8 3.6 3.6 0 0 1-.3 7.2Z";
const LOW_CLOUD = "M7 14.5a4 4 0 0 1-.3-8 5.5 5.5 0 0 1 10.6.8 3.6 3.6 0 0 1-.3 7.2Z";
const CONDITIONS: Record<string, string[]> = {
  clear: [
    "M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Z",
    "M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3 19 19M5 19l1.7-1.7M17.3 6.7 19 5",
  ],
  cloudy: [CLOUD],
  fog: ["M5 9h14M3 13h18M6 17h12"],
  drizzle: [LOW_CLOUD, "M9 18v1.5M15 18v1.5M12 20v1.5"],
  rain: [LOW_CLOUD, "M8.5 17.5 7.5 21M12.5 17.5 11.5 21M16.5 17.5 15.5 21"],
  heavy_rain: [LOW_CLOUD, "M7.5 17 6 22M11 17l-1.5 5M14.5 17 13 22M18 17l-1.5 5"],
  snow: [LOW_CLOUD, "M8 18.5v.1M12 20.5v.1M16 18.5v.1M10 22v.1M14 22v.1"],
};

type Choose<T> = (item: T) => void;

/** Keeps one marker a key, in step with what the stream says. */
class Markers<T> {
  private readonly markers = new globalThis.Map<string, { marker: Marker; button: HTMLButtonElement; item: T }>();

  constructor(
    private readonly map: Map,
    private readonly choose: Choose<T>,
    private readonly draw: (button: HTMLButtonElement, item: T) => void,
    private readonly offset: [number, number],
  ) {}

  put(key: string, longitude: number, latitude: number, item: T): void {
    const known = this.markers.get(key) ?? this.make(key, item);
    known.item = item;
    known.marker.setLngLat([longitude, latitude]).addTo(this.map);
    this.draw(known.button, item);
  }

  keep(keys: ReadonlySet<string>): void {
    for (const key of [...this.markers.keys()]) if (!keys.has(key)) this.remove(key);
  }

  remove(key: string): void {
    this.markers.get(key)?.marker.remove();
    this.markers.delete(key);
  }

  private make(key: string, item: T) {
    const button = el("button", { type: "button" });
    const made = { marker: new Marker({ element: button, offset: this.offset }), button, item };
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.choose(made.item);
    });
    this.markers.set(key, made);
    return made;
  }
}

export class IncidentMarkers extends Markers<Incident> {
  constructor(map: Map, choose: Choose<Incident>) {
    super(map, choose, drawIncident, [0, 0]);
  }
}

export class StationMarkers extends Markers<Station> {
  constructor(map: Map, choose: Choose<Station>) {
    super(map, choose, drawStation, [-46, 24]);
  }
}

function drawIncident(button: HTMLButtonElement, incident: Incident): void {
  button.classList.add("marker", "incident");
  button.dataset.incident = incident.incident_id;
  button.dataset.severity = incident.severity;
  const name = `${words(incident.incident_type)}, ${incident.severity}, ${words(incident.status)}`;
  if (button.getAttribute("aria-label") === name) return;
  button.setAttribute("aria-label", name);
  button.title = name;
  button.replaceChildren(icon(...WARNING));
}

function drawStation(button: HTMLButtonElement, station: Station): void {
  button.classList.add("marker", "station");
  button.dataset.station = station.device_id;
  button.dataset.condition = station.condition;
  const temperature = `${Math.round(station.temperature_c)} °C`;
  button.setAttribute("aria-label", `Weather: ${words(station.condition)}, ${temperature}`);
  button.title = `${words(station.condition)}, ${temperature}`;
  button.replaceChildren(conditionIcon(station.condition), temperature);
}

export function conditionIcon(condition: string): SVGSVGElement {
  return icon(...(CONDITIONS[condition] ?? CONDITIONS.cloudy!));
}
