import type { Protocol, Recognised } from '../protocol.ts'
import { COMMANDS } from './commands.ts'
import { compileHj212 } from './decode.ts'
import { explainHj212 } from './explain.ts'
import { nextPiece } from './frame.ts'
import { type Dialect, readPacket } from './packet.ts'
import { hj212Rows } from './rows.ts'
import { passwordsIn } from './secrets.ts'

/** HJ 212-2017: environment stations (dust, noise, air, water), text packets over TCP. */
export const hj212: Protocol = {
  id: 'hj212',
  title: { en: 'HJ 212 environment station', zh: 'HJ 212 环境监测' },
  channels: ['hj212'],
  compile: compileHj212,
  rows: hj212Rows,
  explain: explainHj212,
  recognise,
  secrets: passwordsIn,
}

/** On a socket on which anything may arrive no model says how the CRC is made: any of the known ways will do. */
const ANY: readonly Dialect[] = [
  { crc: 'hj212', lowerCaseCrc: true, semicolons: true },
  { crc: 'modbus', lowerCaseCrc: true, semicolons: true },
]

function recognise(bytes: Uint8Array): Recognised | undefined {
  for (let from = 0; from < bytes.length; ) {
    const piece = nextPiece(bytes, from)
    if (piece.type === 'wait') return undefined
    for (const dialect of piece.type === 'packet' ? ANY : []) {
      const packet = readPacket(bytes, piece.from, piece.to, dialect)
      if ('ok' in packet) continue
      const what = COMMANDS[packet.cn] ?? { en: 'unknown command', zh: '未知命令' }
      return {
        from: piece.from,
        to: piece.to,
        what: { en: `HJ 212 packet, CN ${packet.cn}: ${what.en}`, zh: `HJ 212 通讯包，CN ${packet.cn}：${what.zh}` },
        sender: packet.mn,
      }
    }
    from = piece.to
  }
  return undefined
}
