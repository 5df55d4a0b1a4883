/** The legend of the one speed scale. */

import { byId, canvas, darkTheme, el, theme } from "../dom";
import { css, STEP_KPH, TOP_KPH } from "../scale";

const [WIDTH, BAR, TEXT] = [230, 9, 15];

export function showLegend(): void {
  byId("legend").setAttribute("aria-label", `Speed, from red at 0 to blue at ${TOP_KPH} km/h`);
  const draw = () => byId("legend").replaceChildren(el("span", {}, "Speed, km/h"), bar());
  draw();
  darkTheme.addEventListener("change", draw);
}

function bar(): HTMLCanvasElement {
  const [node, context] = canvas(WIDTH, BAR + TEXT);
  const inner = WIDTH - 28;
  for (let x = 0; x < inner; x++) {
    context.fillStyle = css((x / inner) * TOP_KPH);
    context.fillRect(14 + x, 0, 1.5, BAR);
  }
  context.fillStyle = theme("quiet");
  context.font = `11px ${theme("font")}`;
  context.textAlign = "center";
  for (let kph = 0; kph <= TOP_KPH; kph += STEP_KPH) {
    context.fillText(String(kph), 14 + (kph / TOP_KPH) * inner, BAR + 12);
  }
  return node;
}
