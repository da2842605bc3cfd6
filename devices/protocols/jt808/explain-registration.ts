import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import { REGISTRATION_WIDTHS } from './encode-terminal.ts'
import { take } from './explain-take.ts'
import { gbkText } from './gbk.ts'
import { u16 } from './header.ts'

/** What the bytes of a registration mean. The editions before 2019 do not say which they are: 2013's is at least 37 bytes long, 2011's with a plate is not. */
export function registrationParts(body: Uint8Array, versioned: boolean): ExplainedPart[] {
  const [maker, model, id] = REGISTRATION_WIDTHS[versioned ? 2019 : body.length >= 37 ? 2013 : 2011]
  const colourAt = 4 + maker + model + id
  return [
    ...take(body, 0, 2, { en: 'Province', zh: '省域 ID' }, number),
    ...take(body, 2, 2, { en: 'City, county', zh: '市县域 ID' }, number),
    ...take(body, 4, maker, { en: 'Maker', zh: '制造商 ID' }, gbkText),
    ...take(body, 4 + maker, model, { en: 'Model', zh: '终端型号' }, gbkText),
    ...take(body, 4 + maker + model, id, { en: 'Terminal id', zh: '终端 ID' }, gbkText),
    ...take(body, colourAt, 1, { en: 'Colour of the plate', zh: '车牌颜色' }, bytes => String(bytes[0])),
    ...take(body, colourAt + 1, body.length, { en: 'Plate', zh: '车辆标识' }, gbkText),
  ]
}

function number(bytes: Uint8Array): string {
  return String(bytes.length < 2 ? bytes[0] : u16(bytes, 0))
}
