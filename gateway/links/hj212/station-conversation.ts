import { answerTo } from '../../../devices/protocols/hj212/encode.ts'
import { HEAD_BYTES, nextPiece, TAIL_BYTES } from '../../../devices/protocols/hj212/frame.ts'
import { dataTimeOf } from '../../../devices/protocols/hj212/join.ts'
import { type Packet, readData, readPacket, textOf, wantsAnswer } from '../../../devices/protocols/hj212/packet.ts'
import { readTime } from '../../../devices/protocols/hj212/times.ts'
import type { EpochMs, Frame } from '../../model/frame.ts'
import type { Conversation, Peer } from '../peer.ts'
import type { Depositor, ReceiptIntake } from '../receipt-intake.ts'
import { HeldParts, type Part } from './held-parts.ts'
import { type Command, type CommandResult, type CommandTimes, OpenCommands } from './open-commands.ts'
import type { Connected, StationRecord } from './station-record.ts'

/** What a conversation needs of its link. */
export interface StationHost {
  readonly intake: ReceiptIntake
  readonly times: CommandTimes & { readonly holdPartsMs: number }
  now(): EpochMs
  /** The record of an MN; undefined when it may not talk here, and then the peer was closed. */
  record(mn: string, peer: Peer): StationRecord | undefined
  /** Its first sound packet came. */
  signedIn(record: StationRecord, conversation: Connected): void
  left(record: StationRecord, conversation: Connected): void
  /** A frame of this command is on disk. */
  kept(record: StationRecord, cn: string, answered: boolean): void
  count(what: 'broken' | 'strayBytes' | 'lost' | 'changedMn', by?: number): void
}

/** Bytes that may belong to no packet, before a sound one comes: whoever sends more does not speak HJ 212. */
const MOST_STRAY_BYTES = 16_384

/** One connection of a station. */
export class StationConversation implements Conversation, Connected {
  readonly peer: Peer
  readonly #host: StationHost
  readonly #commands: OpenCommands
  readonly #parts: HeldParts
  /** Frames that the journal did not let in yet; nothing more is read while there are any. */
  readonly #waiting: { readonly frame: Frame; readonly depositor: Depositor }[] = []
  readonly #wake = (): void => this.#goOn()
  #rest: Buffer = Buffer.alloc(0)
  #record: StationRecord | undefined
  #signedIn = false
  #stray = 0
  #ended = false

  constructor(peer: Peer, host: StationHost) {
    this.peer = peer
    this.#host = host
    this.#commands = new OpenCommands(host.times)
    this.#parts = new HeldParts(host.times.holdPartsMs, parts => this.#keep(parts))
  }

  take(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    this.#work()
  }

  closed(): void {
    // What was held has no answer any more, and is kept all the same.
    this.#parts.flush()
    this.#ended = true
    this.#commands.close()
    this.#host.intake.forget(this.#wake)
    if (this.#record && this.#signedIn) this.#host.left(this.#record, this)
  }

  end(reason: string): void {
    this.#ended = true
    this.#rest = Buffer.alloc(0)
    this.peer.close(reason)
  }

  /** Sends a command; see {@link OpenCommands.send}. */
  command(command: Command): Promise<CommandResult> {
    const record = this.#record
    if (!record || this.#ended) return Promise.resolve({ ok: false, reason: 'NOT_CONNECTED', detail: 'the station is not connected' })
    return this.#commands.send(command, record, record.habits.dialect, bytes => this.peer.write(bytes))
  }

  #work(): void {
    let from = 0
    while (!this.#ended && this.#waiting.length === 0 && from < this.#rest.length) {
      const piece = nextPiece(this.#rest, from)
      if (piece.type === 'wait') break
      from = piece.to
      if (piece.type === 'packet') this.#packet(this.#rest.subarray(piece.from, piece.to))
      else this.#outside(this.#rest.subarray(piece.from, piece.to), piece.type === 'broken')
    }
    // A copy: what is left over must not hold on to all that was read.
    if (from > 0 && !this.#ended) this.#rest = Buffer.from(this.#rest.subarray(from))
  }

  #outside(bytes: Buffer, isBroken: boolean): void {
    if (isBroken) this.#broken(bytes)
    else this.#strays(bytes.length)
  }

  /** Of a known station it is kept, so that it is accounted for with its reason; no answer says that it came. */
  #broken(bytes: Buffer): void {
    this.#host.count('broken')
    if (this.#signedIn) this.#deposit(bytes, { kept: () => undefined, lost: () => this.#host.count('lost') })
    this.#strays(bytes.length)
  }

  #strays(bytes: number): void {
    this.#host.count('strayBytes', bytes)
    this.#stray += bytes
    if (this.#stray > MOST_STRAY_BYTES) this.end('sends no HJ 212')
  }

  #packet(bytes: Buffer): void {
    this.#record ??= this.#recordOf(bytes)
    const record = this.#record
    if (!record) {
      if (!this.#ended) this.#broken(bytes)
      return
    }
    const packet = readPacket(bytes, 0, bytes.length, record.habits.dialect)
    if ('ok' in packet) {
      // An MN whose CRC does not hold says nothing of who is there.
      if (!this.#signedIn) this.#record = undefined
      this.#broken(bytes)
      return
    }
    if (packet.mn !== record.mn) {
      this.#host.count('changedMn')
      this.end('its MN changed')
      return
    }
    // The registry may have changed since the last packet.
    const current = this.#host.record(packet.mn, this.peer)
    if (current !== record) {
      this.end('its registration changed')
      return
    }
    this.#stray = 0
    if (packet.pw !== '') record.pw = packet.pw
    if (packet.st !== '' && packet.st !== '91') record.st = packet.st
    if (!this.#signedIn) {
      this.#signedIn = true
      this.#host.signedIn(record, this)
    }
    this.#sound({ bytes, packet })
  }

  #recordOf(bytes: Buffer): StationRecord | undefined {
    const said = readData(textOf(bytes, HEAD_BYTES, bytes.length - TAIL_BYTES))
    if ('ok' in said) return undefined
    const record = this.#host.record(said.mn, this.peer)
    if (!record) this.#ended = true
    return record
  }

  #sound(part: Part): void {
    const request = part.packet.cn.startsWith('90') ? undefined : this.#commands.take(part.packet)
    if (part.packet.pnum > 1) this.#parts.take({ ...part, request })
    else this.#keep([{ ...part, request }])
  }

  /** One message as one frame; before what was fetched stands the request, so that the frame says so by itself. */
  #keep(parts: readonly Part[]): void {
    const record = this.#record
    if (!record) return
    const bytes = parts.map(part => part.bytes)
    const [first] = parts
    const isPlain = first?.request === undefined && bytes.length === 1
    const payload = first && isPlain ? first.bytes : Buffer.concat([...(first?.request ? [first.request] : []), ...bytes])
    this.#deposit(payload, {
      kept: () => {
        for (const { packet } of parts) this.#onDisk(record, packet)
      },
      lost: () => this.#host.count('lost'),
    })
  }

  #onDisk(record: StationRecord, packet: Packet): void {
    const { dialect, offsetMs } = record.habits
    const at = packet.cn === '2051' ? readTime(dataTimeOf(packet.cp), offsetMs) : undefined
    if (at !== undefined) record.gaps.came(at)
    // A command has ended once all that came before its end is on disk.
    if (packet.cn.startsWith('90')) this.#commands.take(packet)
    // What a station answers to a command needs no answer; for the rest it decides (§ 6.3.2, table 3: Flag bit 0).
    const answers = wantsAnswer(packet) && packet.st !== '91' && !packet.cn.startsWith('9')
    if (answers) this.peer.write(answerTo(packet, packet.cn === '1013' ? '9013' : '9014', dialect))
    this.#host.kept(record, packet.cn, answers)
  }

  #deposit(payload: Buffer, depositor: Depositor): void {
    const record = this.#record
    if (!record) return
    const frame: Frame = { device: record.device.id, channel: 'hj212', receivedAt: this.#host.now(), payload }
    if (this.#waiting.length === 0 && this.#host.intake.take(frame, depositor)) return
    // Bytes of the socket's buffer are copied: they wait.
    this.#waiting.push({ frame: { ...frame, payload: Buffer.from(payload) }, depositor })
    this.peer.pause()
    this.#host.intake.whenFree(this.#wake)
  }

  #goOn(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (!this.#host.intake.take(next.frame, next.depositor)) {
        this.#host.intake.whenFree(this.#wake)
        return
      }
      this.#waiting.shift()
    }
    this.peer.resume()
    this.#work()
  }
}
