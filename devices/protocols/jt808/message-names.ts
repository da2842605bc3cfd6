import type { Title } from '../../../gateway/model/kind.ts'

/** What messages are called: the standard's list of messages, 2013 and 2019. */
const NAMES: ReadonlyMap<number, Title> = new Map<number, Title>([
  [0x0001, { en: 'terminal general answer', zh: '终端通用应答' }],
  [0x8001, { en: 'platform general answer', zh: '平台通用应答' }],
  [0x0002, { en: 'heartbeat', zh: '终端心跳' }],
  [0x0003, { en: 'logout', zh: '终端注销' }],
  [0x0004, { en: 'request for the server’s time', zh: '查询服务器时间请求' }],
  [0x8004, { en: 'the server’s time', zh: '查询服务器时间应答' }],
  [0x8003, { en: 'request for missing parts', zh: '补传分包请求' }],
  [0x0005, { en: 'terminal’s request for missing parts', zh: '终端补传分包请求' }],
  [0x0100, { en: 'registration', zh: '终端注册' }],
  [0x8100, { en: 'answer to a registration', zh: '终端注册应答' }],
  [0x0102, { en: 'authentication', zh: '终端鉴权' }],
  [0x8103, { en: 'set parameters', zh: '设置终端参数' }],
  [0x8104, { en: 'query parameters', zh: '查询终端参数' }],
  [0x0104, { en: 'parameters', zh: '查询终端参数应答' }],
  [0x8105, { en: 'terminal control', zh: '终端控制' }],
  [0x8106, { en: 'query some parameters', zh: '查询指定终端参数' }],
  [0x8107, { en: 'query attributes', zh: '查询终端属性' }],
  [0x0107, { en: 'attributes', zh: '查询终端属性应答' }],
  [0x8108, { en: 'upgrade package', zh: '下发终端升级包' }],
  [0x0108, { en: 'result of an upgrade', zh: '终端升级结果通知' }],
  [0x0200, { en: 'location', zh: '位置信息汇报' }],
  [0x8201, { en: 'query location', zh: '位置信息查询' }],
  [0x0201, { en: 'location as answer', zh: '位置信息查询应答' }],
  [0x8202, { en: 'follow for a while', zh: '临时位置跟踪控制' }],
  [0x8203, { en: 'confirm alarms', zh: '人工确认报警消息' }],
  [0x8204, { en: 'link check', zh: '链路检测' }],
  [0x8300, { en: 'text', zh: '文本信息下发' }],
  [0x8301, { en: 'set events', zh: '事件设置' }],
  [0x0301, { en: 'event', zh: '事件报告' }],
  [0x8302, { en: 'question', zh: '提问下发' }],
  [0x0302, { en: 'answer to a question', zh: '提问应答' }],
  [0x8303, { en: 'set the information menu', zh: '信息点播菜单设置' }],
  [0x0303, { en: 'order or cancel information', zh: '信息点播/取消' }],
  [0x8304, { en: 'information', zh: '信息服务' }],
  [0x8400, { en: 'call back', zh: '电话回拨' }],
  [0x8401, { en: 'set the telephone book', zh: '设置电话本' }],
  [0x8500, { en: 'vehicle control', zh: '车辆控制' }],
  [0x0500, { en: 'answer to vehicle control', zh: '车辆控制应答' }],
  [0x8600, { en: 'set circular areas', zh: '设置圆形区域' }],
  [0x8601, { en: 'delete circular areas', zh: '删除圆形区域' }],
  [0x8602, { en: 'set rectangular areas', zh: '设置矩形区域' }],
  [0x8603, { en: 'delete rectangular areas', zh: '删除矩形区域' }],
  [0x8604, { en: 'set a polygonal area', zh: '设置多边形区域' }],
  [0x8605, { en: 'delete polygonal areas', zh: '删除多边形区域' }],
  [0x8606, { en: 'set a route', zh: '设置路线' }],
  [0x8607, { en: 'delete routes', zh: '删除路线' }],
  [0x8608, { en: 'query areas or routes', zh: '查询区域或线路数据' }],
  [0x0608, { en: 'areas or routes', zh: '查询区域或线路数据应答' }],
  [0x8700, { en: 'collect driving records', zh: '行驶记录数据采集命令' }],
  [0x0700, { en: 'driving records', zh: '行驶记录数据上传' }],
  [0x8701, { en: 'set driving recorder parameters', zh: '行驶记录参数下传命令' }],
  [0x0701, { en: 'electronic waybill', zh: '电子运单上报' }],
  [0x8702, { en: 'query the driver’s identity', zh: '上报驾驶员身份信息请求' }],
  [0x0702, { en: 'driver’s identity', zh: '驾驶员身份信息采集上报' }],
  [0x0704, { en: 'batch of locations', zh: '定位数据批量上传' }],
  [0x0705, { en: 'CAN bus data', zh: 'CAN 总线数据上传' }],
  [0x0800, { en: 'multimedia event', zh: '多媒体事件信息上传' }],
  [0x0801, { en: 'multimedia data', zh: '多媒体数据上传' }],
  [0x8800, { en: 'answer to multimedia data', zh: '多媒体数据上传应答' }],
  [0x8801, { en: 'take pictures', zh: '摄像头立即拍摄命令' }],
  [0x0805, { en: 'answer to taking pictures', zh: '摄像头立即拍摄命令应答' }],
  [0x8802, { en: 'search stored multimedia', zh: '存储多媒体数据检索' }],
  [0x0802, { en: 'stored multimedia', zh: '存储多媒体数据检索应答' }],
  [0x8803, { en: 'upload stored multimedia', zh: '存储多媒体数据上传' }],
  [0x8804, { en: 'record sound', zh: '录音开始命令' }],
  [0x8805, { en: 'upload one stored multimedia item', zh: '单条存储多媒体数据检索上传命令' }],
  [0x8900, { en: 'data passed down', zh: '数据下行透传' }],
  [0x0900, { en: 'data passed up', zh: '数据上行透传' }],
  [0x0901, { en: 'compressed data', zh: '数据压缩上报' }],
  [0x8a00, { en: 'platform’s RSA key', zh: '平台 RSA 公钥' }],
  [0x0a00, { en: 'terminal’s RSA key', zh: '终端 RSA 公钥' }],
])

/** `0x0704 batch of locations`, in both languages; for an id that nobody has named, the id alone. */
export function messageName(id: number): Title {
  const hex = messageHex(id)
  const name = NAMES.get(id)
  return name ? { en: `${hex} ${name.en}`, zh: `${hex} ${name.zh}` } : { en: hex, zh: hex }
}

/** `0x0704`. */
export function messageHex(id: number): string {
  return `0x${id.toString(16).toUpperCase().padStart(4, '0')}`
}
