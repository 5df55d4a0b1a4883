/** Numbers and times as people read them; every figure with its unit. */

export function age(ms: number): string {
  const s = Math.max(ms, 0) / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 120) return `${Math.round(s)} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  return `${Math.round(s / 3600)} h`;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-GB");
}

export function clock(ms: number, seconds = false): string {
  return new Date(ms).toISOString().slice(11, seconds ? 19 : 16);
}

export function day(ms: number): string {
  return new Date(ms).toLocaleDateString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
}

/** `injury_collision` as `Injury collision`. */
export function words(name: string): string {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const KEPT_UPPER: Record<string, string> = { hgv: "HGV", gps: "GPS" };

export function label(name: string): string {
  return KEPT_UPPER[name] ?? words(name);
}

const COMPASS = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];

export function compass(deg: number): string {
  return COMPASS[Math.round(deg / 45) % 8]!;
}
