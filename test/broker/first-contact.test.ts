import { afterEach, expect, test } from 'vitest'
import type { Arrival, FirstContact } from '../../gateway/model/first-contact.ts'
import { run } from '../support/programs.ts'
import { device, type Fixture, startBroker } from './fixture.ts'

let broker: Fixture
afterEach(() => broker.close())

/** A mock of the desk at which new devices arrive. */
class MockDesk implements FirstContact {
  readonly came: { readonly id: string; readonly address: string }[] = []
  next: Arrival | undefined

  arrive(id: string, _password: string, address: string): Arrival | undefined {
    this.came.push({ id, address })
    return this.next
  }
}

function publish(port: number, id: string, password: string): Promise<Buffer> {
  return run('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(port), '-u', id, '-P', password, '-q', '1', '-t', `up/${id}/telemetry`, '-m', 'first'])
}

test('a new device waits, and its first message goes through when it comes after the approval', async () => {
  const desk = new MockDesk()
  broker = await startBroker({ firstContact: desk })
  desk.next = { message: 'it waits' }
  await expect(publish(broker.broker.port, 'bus-9', 'key.secret-bus-9')).rejects.toThrow(/not authorised/)
  expect(desk.came).toEqual([{ id: 'bus-9', address: expect.stringContaining('127.0.0.1') }])
  expect(broker.broker.stats().refused.ENROLMENT_WAITING).toBe(1)
  expect(JSON.stringify(broker.log.lines)).not.toContain('key.secret-bus-9')
  broker.directory.put(device('bus-9'))
  await publish(broker.broker.port, 'bus-9', 'key.secret-bus-9')
  expect(broker.journal.frames.map(frame => frame.device)).toEqual(['bus-9'])
})

test('a device that is registered at once is let in by the same CONNECT', async () => {
  const desk = new MockDesk()
  broker = await startBroker({ firstContact: desk })
  const { promise, resolve } = Promise.withResolvers<boolean>()
  desk.next = { message: 'it is looked up', soon: promise }
  const published = publish(broker.broker.port, 'bus-9', 'key.secret-bus-9')
  await expect.poll(() => desk.came.length).toBe(1)
  broker.directory.put(device('bus-9'))
  resolve(true)
  await published
  expect(broker.journal.frames).toHaveLength(1)
  expect(desk.came).toHaveLength(1)
})

test('one that is looked up and turned away, and one that goes meanwhile, leave nothing behind', async () => {
  const desk = new MockDesk()
  broker = await startBroker({ firstContact: desk })
  desk.next = { message: 'no', soon: Promise.resolve(false) }
  await expect(publish(broker.broker.port, 'bus-9', 'key.secret-bus-9')).rejects.toThrow(/not authorised/)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  desk.next = { message: 'it is looked up', soon: promise }
  const raw = await broker.raw()
  const id = Buffer.from('bus-9')
  const field = (text: string | Buffer): Buffer => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)])
  const body = Buffer.concat([field('MQTT'), Buffer.from([4, 0xc2, 0, 60]), field('client'), field(id), field('key.secret-bus-9')])
  raw.send(Buffer.concat([Buffer.from([0x10, body.length]), body]))
  await expect.poll(() => desk.came.length).toBe(2)
  raw.socket.destroy()
  await expect.poll(() => broker.broker.stats().connections).toBe(0)
  broker.directory.put(device('bus-9'))
  resolve(true)
  await publish(broker.broker.port, 'bus-9', 'key.secret-bus-9')
  expect(broker.broker.stats().signInsDevice).toBe(1)
})

test('who is registered, or is no device, is not taken for a new one', async () => {
  const desk = new MockDesk()
  broker = await startBroker({ firstContact: desk })
  desk.next = { message: 'it waits' }
  for (const name of ['bus-1', 'no/device', 'x'.repeat(65)]) await expect(publish(broker.broker.port, name, 'wrong')).rejects.toThrow()
  expect(desk.came).toEqual([])
})
