/** Reads the packed columns of vehicles; live/fleet.py writes them. */

const BYTES_A_VEHICLE = 13;
const DEGREES = 100_000;
const INBOUND = 8;

export interface Fix {
  slot: number;
  longitude: number;
  latitude: number;
  speedKph: number;
  headingDeg: number;
  vehicleClass: number;
  inbound: boolean;
}

export function unpack(packed: string): Fix[] {
  const text = atob(packed);
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  const n = bytes.length / BYTES_A_VEHICLE;
  const view = new DataView(bytes.buffer);
  return Array.from({ length: n }, (_, i) => {
    const flags = view.getUint8(12 * n + i);
    return {
      slot: view.getUint16(8 * n + 2 * i, true),
      longitude: view.getInt32(4 * i, true) / DEGREES,
      latitude: view.getInt32(4 * n + 4 * i, true) / DEGREES,
      speedKph: view.getUint8(10 * n + i),
      headingDeg: (view.getUint8(11 * n + i) * 360) / 256,
      vehicleClass: flags & 7,
      inbound: (flags & INBOUND) !== 0,
    };
  });
}
