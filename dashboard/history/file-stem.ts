/** `bus-1_20260731T0800_20260801T0800`: what any file system takes. */
export function fileStem(device: string, from: string, to: string): string {
  const plain = (wall: string) => wall.slice(0, 16).replaceAll(/[-:]/g, '')
  return `${device}_${plain(from)}_${plain(to)}`
}
