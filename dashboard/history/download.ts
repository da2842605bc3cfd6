/** Hands a file to the browser, to be saved. */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** `bus-1_20260731T0800_20260801T0800`: what any file system takes. */
export function fileStem(device: string, from: string, to: string): string {
  const plain = (wall: string) => wall.slice(0, 16).replaceAll(/[-:]/g, '')
  return `${device}_${plain(from)}_${plain(to)}`
}
