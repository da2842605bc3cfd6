import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An address that is known before what stands behind it: hands every request on, headers as they are. */
export interface Front {
  readonly origin: string
  /** The port of what stands behind it, from now on. */
  leadTo(port: number): void
  stop(): Promise<void>
}

export async function startFront(): Promise<Front> {
  let behind = 0
  const server = createServer((asked, answer) => {
    const passed = request({ host: '127.0.0.1', port: behind, path: asked.url, method: asked.method, headers: asked.headers }, came => {
      answer.writeHead(came.statusCode ?? 502, came.rawHeaders)
      came.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: port => {
      behind = port
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
