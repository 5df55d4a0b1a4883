/** The JSON endpoints. A refusal becomes an Error with the server's own words. */

import type { Grid, Road, Routes, Vehicle } from "./types";

async function get<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  const body = (await response.json()) as T & { detail?: string };
  if (!response.ok) throw new Error(body.detail ?? `${path} answered ${response.status}`);
  return body;
}

const at = (route: string, rest: string) => `/api/routes/${encodeURIComponent(route)}/${rest}`;

export const routes = () => get<Routes>("/api/routes");
export const road = (route: string) => get<Road>(at(route, "corridor"));
export const speed = (route: string) => get<Grid>(at(route, "speed?minutes=60"));
export const vehicle = (route: string, slot: number) => get<Vehicle>(at(route, `vehicles/${slot}`));
