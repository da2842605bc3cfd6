/** Whether this browser can draw the map: MapLibre needs WebGL 2. */
export function hasWebgl(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null
  } catch {
    return false
  }
}
