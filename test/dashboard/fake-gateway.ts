import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { Aedes, type Client } from 'aedes'
import compression from 'compression'
import express from 'express'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { mapFiles } from '../../gateway/api/map-files.ts'
import { type FakeFaults, fakeApi } from './fake-api.ts'
import { FakeCity, type FakeCityOptions, type FakeDevice } from './fake-city.ts'
import { FakeTiles } from './fake-tiles.ts'

/** As strict as the gateway's own: the page must live with it. */
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; img-src 'self' data: blob:; connect-src 'self' ws:; object-src 'none'"

/** A FAKE gateway: serves the built dashboard, made-up answers and made-up tiles. It says so in its Server header; no test of the gateway may use it. */
export class FakeGateway {
  readonly city: FakeCity
  readonly faults: FakeFaults = { down: false, tokenNeeded: false, map: {} }
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true })
  #tiles: FakeTiles | undefined
  #broker: Aedes | undefined
  #streams = new Set<Duplex>()
  #driving: ReturnType<typeof setInterval> | undefined

  /** `folder`: the built dashboard; `maps`: what the real one would be given as `http.mapFolder`. */
  constructor(options: FakeCityOptions & { readonly folder: string; readonly maps?: string }) {
    this.city = new FakeCity(options)
    const app = express()
    app.use(compression())
    app.use((_, response, next) => {
      response.set({ server: 'fake-gateway', 'content-security-policy': CSP })
      next()
    })
    app.use('/api/v1', fakeApi(this.city, this.faults))
    if (options.maps !== undefined) app.use('/maps', ...mapFiles(options.maps))
    app.use(express.static(options.folder))
    app.use((_, response) => response.sendFile('index.html', { root: options.folder }))
    this.#server = createServer(app)
    this.#server.on('upgrade', (request, socket, head) => {
      const broker = this.#broker
      if (!broker) {
        socket.destroy()
        return
      }
      this.#sockets.handleUpgrade(request, socket, head, webSocket => {
        const stream = createWebSocketStream(webSocket)
        stream.on('error', () => stream.destroy())
        this.#streams.add(stream)
        stream.on('close', () => this.#streams.delete(stream))
        broker.handle(stream, request)
      })
    })
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** `port` 0: any free one. */
  async start(port = 0): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(port, '127.0.0.1', resolve))
    await this.startBroker()
  }

  async stop(): Promise<void> {
    clearInterval(this.#driving)
    await this.stopBroker()
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  async startBroker(): Promise<void> {
    const broker = await Aedes.createBroker({ authenticate: (_client, _username, password, done) => done(null, password !== undefined) })
    this.#tiles = await FakeTiles.make()
    this.#tiles.place(this.city.devices.values())
    broker.on('subscribe', (subscriptions, client) => this.#greet(client, subscriptions))
    this.#broker = broker
  }

  async stopBroker(): Promise<void> {
    const broker = this.#broker
    this.#broker = undefined
    for (const stream of this.#streams) stream.destroy()
    if (broker) await new Promise<void>(resolve => broker.close(resolve))
  }

  /** All buses drive from now on, told once a second. */
  drive(): void {
    this.#driving = setInterval(() => void this.tell(this.city.drive()), 1_000)
  }

  /** Moves one device and tells it. */
  async move(id: string, lat: number, lon: number): Promise<void> {
    const device = this.city.get(id)
    this.city.put(device, lat, lon)
    await this.tell([device])
  }

  /** A tile of the cell this device is in is sent and never arrives. */
  loseNextTile(device: FakeDevice): void {
    this.#tiles?.tell([device], Date.now())
  }

  /** Publishes tiles about these devices. `lateMs`: as if they had been sent that long ago. */
  async tell(devices: readonly FakeDevice[], { lateMs = 0 } = {}): Promise<void> {
    const frames = this.#tiles?.tell(devices, Date.now() - lateMs) ?? []
    await Promise.all(frames.map(({ topic, payload }) => this.#publish(topic, payload)))
  }

  #greet(client: Client, subscriptions: readonly { readonly topic: string }[]): void {
    for (const { topic: filter } of subscriptions) {
      for (const { topic, payload } of this.#tiles?.greet(filter, Date.now()) ?? []) {
        client.publish({ cmd: 'publish', topic, payload, qos: 0, retain: true, dup: false }, () => undefined)
      }
    }
  }

  async #publish(topic: string, payload: Buffer): Promise<void> {
    const broker = this.#broker
    if (!broker) return
    await new Promise<void>(resolve => {
      broker.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, () => resolve())
    })
  }
}
