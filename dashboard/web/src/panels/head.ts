/** The head card: simulated time, figures with unit and age, feeds, and which part is not well. */

import { byId, el } from "../dom";
import { age, clock, count, day, label } from "../format";
import type { Frame, Part, Road } from "../types";

const TICK_MS = 250;

interface Figure {
  id: string;
  name: string;
  value: (frame: Frame) => string;
  unit: string;
}

const FIGURES: Figure[] = [
  { id: "vehicles", name: "Vehicles", value: (f) => count(f.vehicles), unit: "live" },
  { id: "incidents", name: "Incidents", value: (f) => count(f.open_incidents), unit: "open" },
  { id: "rate", name: "Events", value: (f) => count(rate(f)), unit: "per second" },
  { id: "speed", name: "Mean speed", value: (f) => f.mean_speed_kph?.toFixed(0) ?? "–", unit: "km/h" },
];

export class Head {
  private frame: Frame | undefined;
  private receivedMs = 0;
  private isConnected = false;
  private disconnectedMs = Date.now();

  constructor() {
    byId("figures").replaceChildren(...FIGURES.map(emptyFigure));
    window.setInterval(() => this.tick(), TICK_MS);
  }

  showRoad(name: string, road: Road): void {
    byId("route").textContent = name;
    const [first, last] = [road.places[0]?.name, road.places.at(-1)?.name];
    byId("road").textContent = `${first} to ${last}, ${road.length_km.toFixed(0)} km`;
    document.title = `${name} · CityRoute`;
  }

  show(frame: Frame): void {
    this.frame = frame;
    this.receivedMs = Date.now();
    for (const figure of FIGURES) byId(`figure-${figure.id}`).textContent = figure.value(frame);
    this.showFeeds(frame);
  }

  connected(isConnected: boolean): void {
    if (this.isConnected !== isConnected) this.disconnectedMs = Date.now();
    this.isConnected = isConnected;
    this.tick();
  }

  /** The server's wall clock now, epoch ms, free of the difference to this machine's. */
  serverMs(): number {
    return this.frame ? this.frame.wall_ms + (Date.now() - this.receivedMs) : Date.now();
  }

  private tick(): void {
    this.showPill();
    const frame = this.frame;
    if (!frame) return;
    const sinceMs = Date.now() - this.receivedMs;
    const simMs = frame.sim_ms + (this.isConnected ? sinceMs * frame.speedup : 0);
    byId("sim-time").textContent = clock(simMs, true);
    const pace = frame.speedup === 1 ? "" : `, ${frame.speedup} × real time`;
    byId("sim-date").textContent = `${day(simMs)}, UTC, simulated${pace}`;
    for (const [feed, { newest_ms }] of Object.entries(frame.feeds)) {
      const cell = document.getElementById(`age-${feed}`);
      if (cell) cell.textContent = newest_ms === null ? "–" : age(this.serverMs() - newest_ms);
    }
  }

  private showPill(): void {
    const pill = byId("live");
    const [state, text] = this.isConnected ? this.health() : ["down", `Reconnecting, ${age(Date.now() - this.disconnectedMs)}`];
    if (pill.dataset.state !== state) pill.dataset.state = state;
    if (pill.textContent !== text) pill.textContent = text;
    this.showNotice();
  }

  private health(): [string, string] {
    const live = this.frame?.parts.live;
    if (!live) return ["starting", "Connecting"];
    if (live.state !== "ok") return [live.state, `Live ${live.state}`];
    const newest = Math.max(...Object.values(this.frame?.feeds ?? {}).map((f) => f.newest_ms ?? 0));
    return ["ok", newest > 0 ? `Live, ${age(this.serverMs() - newest)} old` : "Live"];
  }

  private showNotice(): void {
    const notice = byId("notice");
    const lines = this.troubles();
    notice.hidden = lines.length === 0;
    const text = lines.join("\n");
    if (notice.textContent !== text) notice.textContent = text;
  }

  private troubles(): string[] {
    if (!this.isConnected) {
      const since = age(Date.now() - this.disconnectedMs);
      return this.frame ? [`The dashboard has not answered for ${since}. What you see is from before; trying again.`] : [];
    }
    const parts = Object.entries(this.frame?.parts ?? {}) as [string, Part][];
    return parts
      .filter(([, part]) => part.state !== "ok")
      .map(([name, part]) => `${NAMES[name] ?? name}: ${part.message}, for ${age(this.serverMs() - part.since_ms)}.`);
  }

  private showFeeds(frame: Frame): void {
    const feeds = Object.entries(frame.feeds);
    const table = byId<HTMLTableElement>("feeds");
    if (table.tHead?.rows[0]?.cells.length !== feeds.length) this.makeFeeds(table, Object.keys(frame.feeds));
    for (const [feed, figures] of feeds) {
      const cell = byId(`rate-${feed}`);
      cell.textContent = figures.rate >= 10 ? count(figures.rate) : figures.rate.toFixed(1);
      cell.title = `${count(figures.malformed)} records that could not be read`;
    }
  }

  private makeFeeds(table: HTMLTableElement, feeds: string[]): void {
    const row = (tag: "th" | "td", id: string) =>
      el("tr", {}, ...feeds.map((f) => el(tag, id ? { id: `${id}-${f}` } : { scope: "col" }, id ? "–" : label(f))));
    table.tHead?.replaceChildren(row("th", ""));
    table.tBodies[0]?.replaceChildren(row("td", "rate"), row("td", "age"));
  }
}

const NAMES: Record<string, string> = { live: "Live data", history: "History" };

function rate(frame: Frame): number {
  return Object.values(frame.feeds).reduce((sum, feed) => sum + feed.rate, 0);
}

function emptyFigure(figure: Figure): HTMLElement {
  return el(
    "div",
    {},
    el("dt", {}, figure.name),
    el("dd", {}, el("span", { id: `figure-${figure.id}` }, "–"), el("small", {}, figure.unit)),
  );
}
