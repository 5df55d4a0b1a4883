/** The list of open incidents, worst and newest first. */

import { byId, el } from "../dom";
import { clock, words } from "../format";
import type { Incident } from "../types";

const WORST_FIRST = ["critical", "serious", "moderate", "minor"];
const SHOWN = 6;

/** The whole km at which an incident is; a segment is named by it. */
export function kmOf(incident: Incident): number {
  return Number(incident.segment_id.split("-").at(-1));
}

export class Incidents {
  private readonly open = new Map<string, Incident>();

  constructor(private readonly choose: (incident: Incident) => void) {
    this.draw();
  }

  reset(incidents: readonly Incident[]): void {
    this.open.clear();
    for (const i of incidents) this.open.set(i.incident_id, i);
    this.draw();
  }

  step(incident: Incident): void {
    const known = this.open.get(incident.incident_id);
    if (known && known.event_time > incident.event_time) return;
    if (incident.status === "cleared") this.open.delete(incident.incident_id);
    else this.open.set(incident.incident_id, incident);
    this.draw();
  }

  list(): Incident[] {
    return [...this.open.values()].sort(
      (a, b) =>
        WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity) || b.event_time - a.event_time,
    );
  }

  private draw(): void {
    const all = this.list();
    const items: HTMLElement[] = all.slice(0, SHOWN).map((i) => this.item(i));
    if (all.length === 0) items.push(el("li", { class: "quiet" }, "None. The road is clear."));
    if (all.length > SHOWN) items.push(el("li", { class: "quiet" }, `and ${all.length - SHOWN} more on the map`));
    byId("incident-list").replaceChildren(...items);
  }

  private item(incident: Incident): HTMLElement {
    const lanes = incident.lanes_blocked === 1 ? "1 lane blocked" : `${incident.lanes_blocked} lanes blocked`;
    const button = el(
      "button",
      { type: "button", "data-severity": incident.severity },
      el("b", {}, words(incident.incident_type)),
      el("span", { class: "quiet" }, clock(incident.event_time)),
      el("span", { class: "wide" }, `km ${kmOf(incident)} ${incident.direction}, ${lanes}`),
      el("span", { class: "wide quiet" }, `${words(incident.severity)}, ${words(incident.status).toLowerCase()}`),
    );
    button.onclick = () => this.choose(incident);
    return el("li", {}, button);
  }
}
