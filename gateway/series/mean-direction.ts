/**
 * The mean of angles, in degrees within [0, 360), from the means of their sines and cosines. Undefined when they cancel out: 0° and 180° have no mean.
 * Source: Mardia and Jupp, Directional Statistics (2000), § 2.2.1.
 */
export function meanDirection(meanSine: number, meanCosine: number): number | undefined {
  if (Math.hypot(meanSine, meanCosine) < 1e-9) return undefined
  const degrees = (Math.atan2(meanSine, meanCosine) * 180) / Math.PI
  // A tiny negative angle plus 360 rounds to 360, which is 0.
  const turned = degrees < 0 ? degrees + 360 : degrees
  return turned >= 360 ? 0 : turned
}
