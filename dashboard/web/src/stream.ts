/** The event stream, and how well it runs. The browser reconnects and resumes by itself. */

import type { Frame, Incident, Snapshot } from "./types";

export interface Listener {
  snapshot(snapshot: Snapshot): void;
  frame(frame: Frame): void;
  incident(incident: Incident): void;
  connected(isConnected: boolean): void;
}

const RETRY_MS = 3_000;

export class Stream {
  private source: EventSource | undefined;
  private retry = 0;

  constructor(
    private readonly route: string,
    private readonly listener: Listener,
  ) {
    this.open();
  }

  close(): void {
    window.clearTimeout(this.retry);
    this.source?.close();
  }

  private open(): void {
    const source = new EventSource(`/events?route=${encodeURIComponent(this.route)}`);
    this.source = source;
    this.on<Snapshot>("snapshot", (s) => this.listener.snapshot(s));
    this.on<Frame>("frame", (f) => this.listener.frame(f));
    this.on<Incident>("incident", (i) => this.listener.incident(i));
    source.onopen = () => this.listener.connected(true);
    source.onerror = () => {
      this.listener.connected(false);
      // A refusal (such as 503) ends an EventSource for good; anything else it retries itself.
      if (source.readyState === EventSource.CLOSED) this.retry = window.setTimeout(() => this.open(), RETRY_MS);
    };
  }

  private on<T>(name: string, take: (body: T) => void): void {
    this.source?.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data) as T));
  }
}
