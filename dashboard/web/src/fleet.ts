/** Vehicles between frames: where each was, where it goes, and when it gets there; ready for the GPU. */

import { MercatorCoordinate } from "maplibre-gl";

import type { Fix } from "./wire";

/** Floats a vehicle: from x, y; to x, y; start, duration; speed (negative: no vehicle); heading + 512 x class. */
export const STRIDE = 8;
const FIRST_CAPACITY = 4_096;
const MIN_DURATION_S = 0.4;
const MAX_DURATION_S = 6;
/** A leap further than this (in mercator units, some 2 km) is shown as a leap. */
const LEAP = 8e-5;
/** The shader goes a little beyond the last known place rather than stop. */
export const OVERSHOOT = 1.2;

export interface Shown {
  slot: number;
  longitude: number;
  latitude: number;
  speedKph: number;
}

export class Fleet {
  /** Positions are relative to `origin`, which keeps them exact in 32-bit floats. */
  origin = { x: 0, y: 0 };
  data = new Float32Array(FIRST_CAPACITY * STRIDE);
  /** One more than the highest slot in use. */
  slots = 0;
  /** Raised with every change, so that the layer knows when to upload. */
  version = 0;

  setOrigin(longitude: number, latitude: number): void {
    this.origin = MercatorCoordinate.fromLngLat({ lng: longitude, lat: latitude });
  }

  clear(): void {
    this.data.fill(0);
    for (let slot = 0; slot < this.slots; slot++) this.data[slot * STRIDE + 6] = -1;
    this.slots = 0;
    this.version++;
  }

  remove(slots: readonly number[]): void {
    for (const slot of slots) if (slot < this.slots) this.data[slot * STRIDE + 6] = -1;
    this.version++;
  }

  move(fixes: readonly Fix[], nowS: number): void {
    for (const fix of fixes) this.put(fix, nowS);
    this.version++;
  }

  /** The place of a vehicle now, or undefined when the slot is free. */
  at(slot: number, nowS: number): Shown | undefined {
    const i = slot * STRIDE;
    const speedKph = this.data[i + 6]!;
    if (slot >= this.slots || speedKph < 0) return undefined;
    const [x, y] = this.place(i, nowS);
    const { lng, lat } = new MercatorCoordinate(x + this.origin.x, y + this.origin.y).toLngLat();
    return { slot, longitude: lng, latitude: lat, speedKph };
  }

  *shown(nowS: number): Generator<Shown> {
    for (let slot = 0; slot < this.slots; slot++) {
      const found = this.at(slot, nowS);
      if (found) yield found;
    }
  }

  private put(fix: Fix, nowS: number): void {
    this.reserve(fix.slot + 1);
    const target = MercatorCoordinate.fromLngLat({ lng: fix.longitude, lat: fix.latitude });
    const [x, y] = [target.x - this.origin.x, target.y - this.origin.y];
    const i = fix.slot * STRIDE;
    const isNew = fix.slot >= this.slots || this.data[i + 6]! < 0;
    const [fromX, fromY] = isNew ? [x, y] : this.place(i, nowS);
    const leaps = Math.abs(fromX - x) + Math.abs(fromY - y) > LEAP;
    const interval = isNew ? 1 : nowS - this.data[i + 4]!;
    const duration = Math.min(Math.max(interval, MIN_DURATION_S), MAX_DURATION_S);
    for (let slot = this.slots; slot < fix.slot; slot++) this.data[slot * STRIDE + 6] = -1;
    this.slots = Math.max(this.slots, fix.slot + 1);
    const heading = Math.round(fix.headingDeg) + 512 * fix.vehicleClass;
    this.data.set([leaps ? x : fromX, leaps ? y : fromY, x, y, nowS, duration, fix.speedKph, heading], i);
  }

  private place(i: number, nowS: number): [number, number] {
    const d = this.data;
    const share = Math.min((nowS - d[i + 4]!) / d[i + 5]!, OVERSHOOT);
    return [d[i]! + (d[i + 2]! - d[i]!) * share, d[i + 1]! + (d[i + 3]! - d[i + 1]!) * share];
  }

  private reserve(slots: number): void {
    if (slots * STRIDE <= this.data.length) return;
    const larger = new Float32Array(Math.max(this.data.length * 2, slots * STRIDE));
    larger.set(this.data);
    this.data = larger;
  }
}
