/** The messages this program deals with; `message-names.ts` names all there are. */
export const MESSAGE = {
  terminalAnswer: 0x0001,
  heartbeat: 0x0002,
  logout: 0x0003,
  timeRequest: 0x0004,
  register: 0x0100,
  authenticate: 0x0102,
  parametersAnswer: 0x0104,
  attributesAnswer: 0x0107,
  location: 0x0200,
  locationAnswer: 0x0201,
  controlAnswer: 0x0500,
  batch: 0x0704,
  platformAnswer: 0x8001,
  resendParts: 0x8003,
  timeAnswer: 0x8004,
  registerAnswer: 0x8100,
  setParameters: 0x8103,
  queryParameters: 0x8104,
  queryAttributes: 0x8107,
  queryLocation: 0x8201,
  text: 0x8300,
  vehicleControl: 0x8500,
  multimedia: 0x0801,
  multimediaAnswer: 0x8800,
} as const

/** The results of a general answer (2013 § 8.1, § 8.2). */
export const RESULT = { done: 0, failed: 1, wrong: 2, unsupported: 3 } as const

/** The results of a registration (2013 § 8.6). */
export const REGISTRATION = { done: 0, vehicleTaken: 1, noSuchVehicle: 2, terminalTaken: 3, noSuchTerminal: 4 } as const
