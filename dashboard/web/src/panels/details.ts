/** The card of whatever was clicked. */

import { byId, canvas, el, icon, theme } from "../dom";
import { clock, compass, count, label, words } from "../format";
import { css, TOP_KPH } from "../scale";
import { kmOf } from "./incidents";
import type { Camera, Incident, Segment, Station, Vehicle } from "../types";

type Row = [name: string, value: string];

const CROSS = "M6 6l12 12M18 6 6 18";

export class Details {
  private readonly card = byId("details");

  close(): void {
    this.card.hidden = true;
    this.card.replaceChildren();
  }

  get isOpen(): boolean {
    return !this.card.hidden;
  }

  vehicle(v: Vehicle): void {
    this.show(label(v.vehicle_class), `Vehicle ${v.device_id}`, [
      ["Speed", `${v.speed_kph.toFixed(0)} km/h`],
      ["Heading", `${v.heading_deg.toFixed(0)}° ${compass(v.heading_deg)}`],
      ["Carriageway", v.direction],
      ["Measured", `${clock(v.event_time, true)} UTC`],
    ]);
  }

  segment(s: Segment, camera: Camera | undefined, history: readonly (number | null)[]): void {
    const rows: Row[] = camera
      ? [
          ["Mean speed", camera.mean_speed_kph === null ? "no vehicle passed" : `${camera.mean_speed_kph.toFixed(0)} km/h`],
          ["Flow", `${count(camera.flow_vph)} vehicles/h`],
          ["Density", `${camera.density_vpkm.toFixed(1)} vehicles/km`],
          ["Congestion", words(camera.congestion_level)],
          ["Lanes open", String(camera.lanes_open)],
          ["Measured", `${clock(camera.event_time, true)} UTC`],
        ]
      : [["Camera", "has not been heard yet"]];
    this.show(`km ${s.km_from} to ${s.km_to}, ${s.direction}`, `Camera ${s.id}`, rows);
    if (history.some((kph) => kph !== null)) this.card.append(spark(history));
  }

  station(s: Station): void {
    this.show(words(s.condition), `Weather station ${s.device_id}`, [
      ["Temperature", `${s.temperature_c.toFixed(1)} °C`],
      ["Rain", `${s.precipitation_mmph.toFixed(1)} mm/h`],
      ["Wind", `${s.wind_speed_mps.toFixed(1)} m/s from ${compass(s.wind_direction_deg)}`],
      ["Visibility", `${(s.visibility_m / 1000).toFixed(1)} km`],
      ["Humidity", `${s.humidity_pct.toFixed(0)} %`],
      ["Pressure", `${s.pressure_hpa.toFixed(0)} hPa`],
      ["Road", words(s.road_state)],
      ["Air quality", `${s.air_quality_index} of 10 (UK index)`],
      ["Measured", `${clock(s.event_time, true)} UTC`],
    ]);
  }

  incident(i: Incident): void {
    this.show(words(i.incident_type), i.description, [
      ["Severity", words(i.severity)],
      ["Status", words(i.status)],
      ["Place", `km ${kmOf(i)} ${i.direction}`],
      ["Lanes blocked", String(i.lanes_blocked)],
      ["Casualties", String(i.casualties)],
      ["Unit", i.responder_unit ? `${i.responder_unit}, ${words(i.responder_type ?? "")}` : "none yet"],
      ["Reported", `${clock(i.event_time, true)} UTC`],
    ]);
    this.card.dataset.incident = i.incident_id;
  }

  private show(title: string, subtitle: string, rows: Row[]): void {
    delete this.card.dataset.incident;
    const close = el("button", { type: "button", class: "close", "aria-label": "Close details" }, icon(CROSS));
    close.onclick = () => this.close();
    const list = rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]);
    this.card.replaceChildren(
      el("div", { class: "row" }, el("h2", {}, title), close),
      el("p", { class: "quiet" }, subtitle),
      el("dl", { class: "rows" }, ...list),
    );
    this.card.hidden = false;
  }
}

/** Speed over the last hour, as a line of bars. */
function spark(history: readonly (number | null)[]): HTMLElement {
  const [width, height] = [216, 46];
  const [node, context] = canvas(width, height);
  const bar = width / history.length;
  context.fillStyle = theme("empty");
  context.fillRect(0, 0, width, height);
  history.forEach((kph, i) => {
    if (kph === null) return;
    const tall = Math.max((Math.min(kph, TOP_KPH) / TOP_KPH) * height, 2);
    context.fillStyle = css(kph);
    context.fillRect(i * bar, height - tall, Math.max(bar - 0.6, 1), tall);
  });
  return el("figure", {}, node, el("figcaption", { class: "quiet" }, `Last hour, 0 to ${TOP_KPH} km/h (warehouse)`));
}
