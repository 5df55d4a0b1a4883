/** Vehicles as points of one WebGL canvas: the vertex shader moves them between frames. */

import type { CustomLayerInterface, Map } from "maplibre-gl";

import { darkTheme, el } from "../dom";
import { type Fleet, OVERSHOOT, STRIDE } from "../fleet";
import { STEP_KPH, STOPS } from "../scale";

const VERTEX = `#version 300 es
in vec4 a_leg;
in vec4 a_state;
uniform mat4 u_matrix;
uniform vec2 u_viewport;
uniform float u_now, u_size, u_offset, u_bearing;
uniform vec3 u_stops[${STOPS.length}];
out vec3 v_colour;
out vec2 v_heading;

vec3 ramp(float kph) {
  float at = clamp(kph / ${STEP_KPH.toFixed(1)}, 0.0, ${(STOPS.length - 1).toFixed(1)} - 0.001);
  int low = int(at);
  return mix(u_stops[low], u_stops[low + 1], fract(at));
}

void main() {
  if (a_state.z < 0.0) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); gl_PointSize = 0.0; return; }
  float share = clamp((u_now - a_state.x) / a_state.y, 0.0, ${OVERSHOOT.toFixed(1)});
  float kind = floor(a_state.w / 512.0);
  float heading = radians(a_state.w - kind * 512.0) - u_bearing;
  // Traffic keeps left: each carriageway beside the line, on its own side.
  vec2 left = vec2(-cos(heading), sin(heading));
  vec4 at = u_matrix * vec4(mix(a_leg.xy, a_leg.zw, share), 0.0, 1.0);
  at.xy += left * u_offset * 2.0 / u_viewport * at.w;
  gl_Position = at;
  gl_PointSize = u_size * (kind == 2.0 || kind == 3.0 ? 1.25 : 1.0);
  v_colour = ramp(a_state.z);
  v_heading = vec2(sin(heading), -cos(heading));
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec3 v_colour;
in vec2 v_heading;
uniform float u_size;
uniform vec3 u_edge;
out vec4 colour;

void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  float along = dot(p, v_heading);
  float across = abs(dot(p, vec2(-v_heading.y, v_heading.x)));
  // A disc from afar; near by, an arrowhead that points where the vehicle drives.
  float disc = length(p) - 0.8;
  float arrow = max(across * 1.25 + along * 0.62 - 0.5, -along - 0.72 + across * 0.55);
  float shape = mix(disc, arrow, smoothstep(9.0, 13.0, u_size));
  float pixel = 2.0 / u_size;
  float alpha = 1.0 - smoothstep(0.0, pixel, shape);
  float edge = smoothstep(-1.3 * pixel, -0.3 * pixel, shape);
  colour = vec4(mix(v_colour, u_edge, edge * 0.8), 1.0) * alpha;
}`;

const UNIFORMS = ["matrix", "viewport", "now", "size", "offset", "bearing", "stops", "edge"] as const;

/**
 * A canvas of its own over the map's: while vehicles move, the map below is not painted again.
 * That is most of the work saved, above all where there is no GPU.
 */
export class VehicleCanvas {
  private readonly gl: WebGL2RenderingContext;
  private readonly program: WebGLProgram;
  private readonly vertices: WebGLVertexArrayObject;
  private readonly buffer: WebGLBuffer;
  private readonly places: Record<string, WebGLUniformLocation | null> = {};
  private matrix: ArrayLike<number> | undefined;
  private uploaded = -1;

  constructor(
    private readonly map: Map,
    private readonly fleet: Fleet,
  ) {
    const canvas = el("canvas", { class: "vehicles", "aria-hidden": "true" });
    map.getCanvas().after(canvas);
    const gl = canvas.getContext("webgl2", { antialias: false, depth: false });
    if (!gl) throw new Error("this browser gives no WebGL 2");
    this.gl = gl;
    this.program = linked(gl);
    for (const name of UNIFORMS) this.places[name] = gl.getUniformLocation(this.program, `u_${name}`);
    this.vertices = gl.createVertexArray();
    this.buffer = gl.createBuffer();
    this.layOut();
  }

  /** A layer that draws nothing, but knows at every paint how the map projects. */
  projection(): CustomLayerInterface {
    return {
      id: "vehicles",
      type: "custom",
      renderingMode: "2d",
      render: (_gl, input) => {
        this.matrix = input.defaultProjectionData.mainMatrix;
      },
    };
  }

  draw(): void {
    const { gl } = this;
    this.resize();
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!this.matrix || this.fleet.slots === 0) return;
    gl.useProgram(this.program);
    gl.bindVertexArray(this.vertices);
    this.upload();
    this.setUniforms(moved(this.matrix, this.fleet.origin));
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArrays(gl.POINTS, 0, this.fleet.slots);
  }

  private layOut(): void {
    const { gl } = this;
    gl.bindVertexArray(this.vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    for (const [name, offset] of [["a_leg", 0], ["a_state", 16]] as const) {
      const place = gl.getAttribLocation(this.program, name);
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, 4, gl.FLOAT, false, STRIDE * 4, offset);
    }
  }

  private resize(): void {
    const below = this.map.getCanvas();
    const canvas = this.gl.canvas as HTMLCanvasElement;
    if (canvas.width === below.width && canvas.height === below.height) return;
    [canvas.width, canvas.height] = [below.width, below.height];
    [canvas.style.width, canvas.style.height] = [below.style.width, below.style.height];
    this.gl.viewport(0, 0, canvas.width, canvas.height);
  }

  private upload(): void {
    if (this.uploaded === this.fleet.version) return;
    const used = this.fleet.data.subarray(0, this.fleet.slots * STRIDE);
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, this.buffer);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, used, this.gl.DYNAMIC_DRAW);
    this.uploaded = this.fleet.version;
  }

  private setUniforms(matrix: Float32Array): void {
    const { gl, places } = this;
    const ratio = this.map.getPixelRatio();
    const zoom = this.map.getZoom();
    gl.uniformMatrix4fv(places.matrix!, false, matrix);
    gl.uniform2f(places.viewport!, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.uniform1f(places.now!, now());
    gl.uniform1f(places.size!, pointSize(zoom) * ratio);
    gl.uniform1f(places.offset!, carriagewayOffset(zoom) * ratio);
    gl.uniform1f(places.bearing!, (this.map.getBearing() * Math.PI) / 180);
    gl.uniform3fv(places.stops!, STOPS.flat().map((c) => c / 255));
    gl.uniform3fv(places.edge!, darkTheme.matches ? [0.02, 0.04, 0.07] : [1, 1, 1]);
  }
}

/** Seconds since the page began: small enough for 32-bit floats. */
export function now(): number {
  return performance.now() / 1000;
}

/** Distance of a carriageway's middle from the road's line, in pixels; the segments use it too. */
export function carriagewayOffset(zoom: number): number {
  return between(zoom, 7, 4, 13, 13);
}

function pointSize(zoom: number): number {
  return between(zoom, 7, 6.5, 13, 20);
}

function between(at: number, from: number, low: number, to: number, high: number): number {
  return low + (high - low) * Math.min(Math.max((at - from) / (to - from), 0), 1);
}

/** `matrix` times a translation by `origin`, in 64-bit until the last step. */
function moved(matrix: ArrayLike<number>, origin: { x: number; y: number }): Float32Array {
  const result = Float64Array.from(matrix);
  for (let row = 0; row < 4; row++) {
    result[12 + row]! += result[row]! * origin.x + result[4 + row]! * origin.y;
  }
  return Float32Array.from(result);
}

function linked(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error("WebGL gives no shader: its context is lost");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader) ?? "shader");
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "program");
  return program;
}
