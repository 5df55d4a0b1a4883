/** The one colour scale of speed, for vehicles, cameras and the heat map.
 *
 * Red through yellow to blue (after ColorBrewer's RdYlBu, safe for colour-blind readers), darkened in
 * the middle so that it reads on a light ground too.
 */

export const STEP_KPH = 20;
export const STOPS: readonly [number, number, number][] = [
  [158, 16, 52],
  [214, 64, 46],
  [240, 128, 60],
  [247, 190, 74],
  [128, 196, 206],
  [66, 146, 198],
  [44, 92, 178],
];
export const TOP_KPH = STEP_KPH * (STOPS.length - 1);

export function colour(kph: number): [number, number, number] {
  const at = Math.min(Math.max(kph / STEP_KPH, 0), STOPS.length - 1);
  const low = Math.min(Math.floor(at), STOPS.length - 2);
  const [a, b] = [STOPS[low]!, STOPS[low + 1]!];
  const share = at - low;
  return [0, 1, 2].map((i) => Math.round(a[i]! + (b[i]! - a[i]!) * share)) as [number, number, number];
}

export function css(kph: number): string {
  return `rgb(${colour(kph).join(" ")})`;
}
