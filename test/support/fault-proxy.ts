import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** What goes wrong between a client and a server. */
export type Fault =
  | { readonly kind: 'none' }
  /** Connections are reset as they come, and those that are open. */
  | { readonly kind: 'refuse' }
  /** Connections are taken and nothing goes through, either way. */
  | { readonly kind: 'blackhole' }
  /** The server's bytes come so much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** A connection is reset once the client has sent so many bytes over it. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** A connection is reset once the server has answered so many bytes: 0 means that it did what it was asked, and nobody is told. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }

/** A TCP proxy in front of one server. */
export interface FaultProxy {
  readonly port: number
  /** From now on, for open connections too. */
  set(fault: Fault): void
  /** Connections that a fault has ended, or held back. */
  readonly harmed: number
  stop(): Promise<void>
}

/** Starts a proxy that passes everything on until it is told otherwise. */
export async function startFaultProxy(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
  let fault: Fault = { kind: 'none' }
  let harmed = 0
  const pairs = new Map<Socket, Socket>()
  const held = new Set<Socket>()

  const reset = (client: Socket): void => {
    harmed++
    client.resetAndDestroy()
    pairs.get(client)?.destroy()
  }
  const hold = (client: Socket): void => {
    if (!held.has(client)) harmed++
    held.add(client)
  }
  const server = createServer(client => {
    if (fault.kind === 'refuse') return reset(client)
    const upstream = connect(target)
    pairs.set(client, upstream)
    for (const socket of [client, upstream]) socket.setNoDelay(true).on('error', () => undefined)
    const close = (): void => {
      pairs.delete(client)
      held.delete(client)
      client.destroy()
      upstream.destroy()
    }
    client.on('close', close)
    upstream.on('close', close)
    let sent = 0
    let answered = 0
    client.on('data', chunk => {
      sent += chunk.length
      if (fault.kind === 'blackhole') hold(client)
      else if (fault.kind === 'cut' && sent > fault.afterBytes) {
        upstream.end(chunk.subarray(0, Math.max(0, chunk.length - (sent - fault.afterBytes))))
        reset(client)
      } else upstream.write(chunk)
    })
    upstream.on('data', chunk => {
      answered += chunk.length
      if (fault.kind === 'blackhole') hold(client)
      else if (fault.kind === 'truncate' && answered > fault.afterBytes) {
        const last = chunk.subarray(0, Math.max(0, chunk.length - (answered - fault.afterBytes)))
        client.write(last, () => reset(client))
      } else if (fault.kind === 'delay') setTimeout(() => client.write(chunk), fault.ms)
      else client.write(chunk)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get harmed() {
      return harmed
    },
    set: next => {
      fault = next
      if (next.kind === 'refuse') for (const client of pairs.keys()) reset(client)
      // What was swallowed does not come back: such a connection is of no more use.
      if (next.kind !== 'blackhole') for (const client of held) client.resetAndDestroy()
    },
    stop: async () => {
      for (const client of pairs.keys()) client.destroy()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
