/** Speed by km and minute from the warehouse: a picture for the eye, a table for everybody. */

import * as api from "../api";
import { byId, canvas, darkTheme, el, theme } from "../dom";
import { age, clock } from "../format";
import { css } from "../scale";
import type { Direction, Grid, HistoryPart, Road } from "../types";

const DIRECTIONS: Direction[] = ["outbound", "inbound"];
const [AXIS_PX, FOOT_PX, TOP_PX] = [34, 18, 6];
const PLOT_HEIGHT_PX = 230;
const KM_STEP = 50;
const REFRESH_MS = 20_000;
const SOONEST_MS = 3_000;

export class Heat {
  private grid: Grid | undefined;
  private askedMs = 0;
  private seen = "";
  private receivedMs = 0;
  private error = "";

  constructor(
    private readonly route: string,
    private readonly road: Road,
    private readonly choose: (segment: string) => void,
  ) {
    const button = byId<HTMLButtonElement>("as-table");
    button.onclick = () => {
      const isTable = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isTable));
      byId("history").classList.toggle("is-table", isTable);
      this.draw();
    };
    darkTheme.addEventListener("change", () => this.draw());
    window.setInterval(() => this.showState(), 1_000);
    void this.refresh();
  }

  /** Ask anew when the warehouse says that it holds more. */
  follow(history: HistoryPart): void {
    const seen = `${history.newest_minute_ms} ${history.loaded_ms} ${history.state}`;
    const dueMs = Date.now() - this.askedMs;
    if ((seen !== this.seen && dueMs > SOONEST_MS) || dueMs > REFRESH_MS) {
      this.seen = seen;
      void this.refresh();
    }
  }

  /** Speeds of one segment over the hour; empty before the first answer. */
  history(segment: string): (number | null)[] {
    const found = this.road.segments.filter((s) => s.direction === directionOf(this.road, segment));
    const index = found.findIndex((s) => s.id === segment);
    return this.grid?.directions[directionOf(this.road, segment)][index] ?? [];
  }

  private async refresh(): Promise<void> {
    this.askedMs = Date.now();
    try {
      this.grid = await api.speed(this.route);
      this.receivedMs = Date.now();
      this.error = "";
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
    }
    this.draw();
  }

  private draw(): void {
    this.showState();
    const grid = this.grid;
    const isEmpty = !grid || grid.minutes_ms.length === 0;
    const isTable = byId("history").classList.contains("is-table");
    byId("heat").hidden = isEmpty || isTable;
    byId("history-table").hidden = isEmpty || !isTable;
    if (isEmpty) return;
    const width = Math.floor((byId("history").clientWidth - 32 - AXIS_PX) / 2 - 6);
    byId("heat").replaceChildren(...DIRECTIONS.map((d, i) => this.plot(grid, d, width, i === 0)));
    byId("history-table").replaceChildren(this.table(grid));
    byId("history").dataset.minutes = String(grid.minutes_ms.length);
  }

  private showState(): void {
    const state = byId("history-state");
    const grid = this.grid;
    const newest = grid?.minutes_ms.at(-1);
    byId("history").dataset.state = this.error ? "down" : newest === undefined ? "empty" : "ok";
    if (this.error) state.textContent = `${this.error}.${grid ? " Shown is what was known before." : ""}`;
    else if (!grid) state.textContent = "Asking the warehouse";
    else if (newest === undefined) state.textContent = "The first minutes are on their way to the warehouse.";
    else state.textContent = `From the warehouse, up to ${clock(newest)} UTC${this.loaded(grid)}`;
  }

  private loaded(grid: Grid): string {
    if (grid.loaded_ms === null) return "";
    return `, loaded ${age(grid.wall_ms - grid.loaded_ms + Date.now() - this.receivedMs)} ago`;
  }

  private plot(grid: Grid, direction: Direction, width: number, withAxis: boolean): HTMLElement {
    const left = withAxis ? AXIS_PX : 4;
    const [node, context] = canvas(width + left, TOP_PX + PLOT_HEIGHT_PX + FOOT_PX);
    const rows = grid.directions[direction];
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", `Speed ${direction} by km and minute; press Table for the figures`);
    node.dataset.direction = direction;
    this.cells(context, rows, left, width);
    this.axes(context, grid, left, width, withAxis);
    const reading = (event: PointerEvent) => this.cellAt(event, node, left, width, rows);
    node.onpointermove = (event) => this.read(grid, direction, reading(event));
    node.onpointerleave = () => byId("heat-reading").replaceChildren();
    node.onclick = (event) => {
      const cell = reading(event as PointerEvent);
      const segment = cell && this.road.segments.filter((s) => s.direction === direction)[cell.row];
      if (segment) this.choose(segment.id);
    };
    const [first, last] = [this.road.places[0]?.name, this.road.places.at(-1)?.name];
    const towards = direction === "outbound" ? last : first;
    const caption = el("figcaption", {}, el("b", {}, direction), ` to ${towards}`);
    if (withAxis) caption.classList.add("indented");
    return el("figure", {}, caption, node);
  }

  private cells(context: CanvasRenderingContext2D, rows: (number | null)[][], left: number, width: number): void {
    const columns = rows[0]?.length ?? 1;
    const [w, h] = [width / columns, PLOT_HEIGHT_PX / rows.length];
    context.fillStyle = theme("empty");
    context.fillRect(left, TOP_PX, width, PLOT_HEIGHT_PX);
    rows.forEach((row, r) =>
      row.forEach((kph, c) => {
        if (kph === null) return;
        context.fillStyle = css(kph);
        context.fillRect(left + c * w, TOP_PX + PLOT_HEIGHT_PX - (r + 1) * h, w + 0.5, h + 0.5);
      }),
    );
  }

  private axes(context: CanvasRenderingContext2D, grid: Grid, left: number, width: number, withKm: boolean): void {
    context.fillStyle = theme("quiet");
    context.font = `10.5px ${theme("font")}`;
    const [first, last] = [grid.minutes_ms[0]!, grid.minutes_ms.at(-1)!];
    const y = TOP_PX + PLOT_HEIGHT_PX + 13;
    for (const [at, align] of [[0, "left"], [0.5, "center"], [1, "right"]] as const) {
      context.textAlign = align;
      context.fillText(clock(first + (last - first) * at), left + width * at, y);
    }
    if (!withKm) return;
    context.textAlign = "right";
    for (let km = 0; km <= this.road.length_km; km += KM_STEP) {
      const at = TOP_PX + PLOT_HEIGHT_PX * (1 - km / this.road.length_km);
      context.fillText(km === 0 ? "0 km" : String(km), left - 5, at + (km === 0 ? 0 : 4));
    }
  }

  private cellAt(event: PointerEvent, node: HTMLElement, left: number, width: number, rows: (number | null)[][]) {
    const box = node.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left - left) / width) * (rows[0]?.length ?? 0));
    const row = Math.floor((1 - (event.clientY - box.top - TOP_PX) / PLOT_HEIGHT_PX) * rows.length);
    return rows[row]?.[column] === undefined ? undefined : { row, column };
  }

  private read(grid: Grid, direction: Direction, cell: { row: number; column: number } | undefined): void {
    const line = byId("heat-reading");
    if (!cell) return line.replaceChildren();
    const kph = grid.directions[direction][cell.row]?.[cell.column];
    const speed = kph === null || kph === undefined ? "no data" : `${kph.toFixed(0)} km/h`;
    line.textContent = `km ${cell.row} to ${cell.row + 1} ${direction}, ${clock(grid.minutes_ms[cell.column]!)} UTC: ${speed}`;
  }

  private table(grid: Grid): HTMLElement {
    const outbound = this.road.segments.filter((s) => s.direction === "outbound");
    const rows = outbound.map((s, i) =>
      el("tr", {}, el("th", { scope: "row" }, String(s.km_from)), ...DIRECTIONS.flatMap((d) => cells(grid, d, i))),
    );
    const heads = ["km", "Outbound, km/h", "at", "Inbound, km/h", "at"].map((h) => el("th", { scope: "col" }, h));
    const caption = el("caption", {}, "Newest mean speed of each segment, and the minute it is of, UTC");
    return el("table", {}, caption, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
  }
}

function cells(grid: Grid, direction: Direction, index: number): HTMLElement[] {
  const row = grid.directions[direction][index] ?? [];
  const column = row.findLastIndex((kph) => kph !== null);
  const id = `${direction}-${String(index).padStart(3, "0")}`;
  const minute = grid.minutes_ms[column];
  const known = column >= 0 && minute !== undefined;
  return [
    el("td", { "data-segment": id, "data-minute": known ? String(minute) : "" }, known ? row[column]!.toFixed(1) : "–"),
    el("td", {}, known ? clock(minute) : "–"),
  ];
}

function directionOf(road: Road, segment: string): Direction {
  return road.segments.find((s) => s.id === segment)?.direction ?? "outbound";
}
