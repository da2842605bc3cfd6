import { CELL, CELL_IMAGE } from './sprite-atlas.ts'

/**
 * A mark is a point with a size: with rectangles drawn once for each mark (instancing) a graphics card done in software takes some ten times as long. Where it is on its way is worked out here, so
 * that a mark that glides costs the page nothing.
 */
export const MARK_VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec4 way;
layout(location = 1) in vec4 how;
uniform vec2 centre;
uniform vec2 perWorld;
uniform float seconds;
uniform float glide;
uniform float size;
uniform float columns;
flat out vec2 north;
flat out vec2 cell;
flat out float opacity;
void main() {
  float share = clamp((seconds - how.x) / glide, 0.0, 1.0);
  gl_Position = vec4((mix(way.xy, way.zw, share) - centre) * perWorld, 0.0, 1.0);
  gl_PointSize = size;
  float turn = radians(how.y);
  north = vec2(cos(turn), sin(turn));
  cell = vec2(mod(how.z, columns), floor(how.z / columns));
  opacity = how.w;
}`

/** The mark's picture from the atlas, turned. */
export const MARK_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D atlas;
uniform float columns;
uniform float level;
flat in vec2 north;
flat in vec2 cell;
flat in float opacity;
out vec4 colour;
void main() {
  vec2 from = gl_PointCoord - 0.5;
  vec2 turned = vec2(from.x * north.x + from.y * north.y, from.y * north.x - from.x * north.y);
  if (max(abs(turned.x), abs(turned.y)) > 0.5) discard;
  colour = textureLod(atlas, (cell + 0.5 + turned * ${(CELL_IMAGE / CELL).toFixed(4)}) / columns, level) * opacity;
}`

/** A disc with a rim around it. Colours are multiplied by their opacity already. */
export const DISC_FRAGMENT = `#version 300 es
precision highp float;
uniform float size;
uniform float radius;
uniform float rim;
uniform vec4 fill;
uniform vec4 stroke;
out vec4 colour;
void main() {
  float away = length(gl_PointCoord - 0.5) * size;
  float inner = clamp(radius + 0.5 - away, 0.0, 1.0);
  float outer = clamp(radius + rim + 0.5 - away, 0.0, 1.0);
  colour = fill * inner + stroke * (outer - inner);
}`
