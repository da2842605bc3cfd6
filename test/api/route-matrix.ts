/** Who asks, in the order of every row. Tokens and people without a mark are of the organisation `pudong`. */
export const askers = [
  'nobody',
  'token',
  'token for meters',
  'token with command',
  'token of minhang',
  'viewer',
  'operator',
  'engineer',
  'admin',
  'admin of minhang',
  'engineer of *',
  'admin of *',
  'local',
] as const
export type AskerName = (typeof askers)[number]

/** `y`: let in. 404: as if there were no such thing. `own`: let in, and answered without what the row asks about: that is another organisation's, or of another kind. */
export type Cell = 'y' | 'own' | 401 | 403 | 404

/** What a row asks: about bus-1 of pudong, and other things of that organisation. */
export interface Row {
  readonly path: string
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly body?: object
  /** What stands in the answer for whoever may see what is asked about. */
  readonly shows?: string
  readonly cells: readonly Cell[]
}

// Written by hand, one column an asker, and not made from the roles: it is what they are held to.
//                                nobody token  meters command minhang viewer operator engineer admin minhang  eng.* admin* local
const everybody: readonly Cell[] = ['y', 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y']
const ownThings: readonly Cell[] = [401, 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y']
const listOfOwn: readonly Cell[] = [401, 'y', 'own', 'y', 'own', 'y', 'y', 'y', 'y', 'own', 'y', 'y', 'y']
const ownOrg: readonly Cell[] = [401, 'y', 'y', 'y', 'own', 'y', 'y', 'y', 'y', 'own', 'y', 'y', 'y']
const theDevice: readonly Cell[] = [401, 'y', 404, 'y', 404, 'y', 'y', 'y', 'y', 404, 'y', 'y', 'y']
const orderIt: readonly Cell[] = [401, 403, 403, 'y', 403, 403, 'y', 'y', 'y', 404, 'y', 'y', 'y']
const changeIt: readonly Cell[] = [401, 403, 403, 403, 403, 403, 403, 'y', 'y', 404, 'y', 'y', 'y']
const addToOrg: readonly Cell[] = [401, 403, 403, 403, 403, 403, 403, 'y', 'y', 403, 'y', 'y', 'y']
const maintainOwn: readonly Cell[] = [401, 403, 403, 403, 403, 403, 403, 'y', 'y', 'own', 'y', 'y', 'y']
const maintainAny: readonly Cell[] = [401, 403, 403, 403, 403, 403, 403, 'y', 'y', 'y', 'y', 'y', 'y']
const runGateway: readonly Cell[] = [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 'y', 'y', 'y']
const governAll: readonly Cell[] = [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 'y', 'y']
const governOwn: readonly Cell[] = [401, 403, 403, 403, 403, 403, 403, 403, 'y', 404, 403, 'y', 'y']
const governToOrg: readonly Cell[] = [401, 403, 403, 403, 403, 403, 403, 403, 'y', 403, 403, 'y', 'y']
const listGoverned: readonly Cell[] = [401, 403, 403, 403, 403, 403, 403, 403, 'y', 'own', 403, 'y', 'y']
const signedIn: readonly Cell[] = [401, 403, 403, 403, 403, 'y', 'y', 'y', 'y', 'y', 'y', 'y', 403]
const pageOnly: readonly Cell[] = [401, 403, 403, 403, 403, 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y']

const bus = '/api/v1/devices/bus-1'
const temp = '/api/v1/people/temp'
const long = 'a very long password'

/** Every route of the API by its id. A route that is not here fails the test. */
export const routeMatrix: Readonly<Record<string, Row>> = {
  listDevices: { path: '/api/v1/devices', shows: '"bus-1"', cells: listOfOwn },
  getDevice: { path: bus, cells: theDevice },
  createDevice: { path: '/api/v1/devices', method: 'POST', body: { id: 'bus-1', org: 'pudong', model: 'bus-unit' }, cells: addToOrg },
  changeDevice: { path: bus, method: 'PATCH', body: { name: 'Bus' }, cells: changeIt },
  removeDevice: { path: bus, method: 'DELETE', cells: changeIt },
  renewDeviceSecret: { path: `${bus}/secret`, method: 'POST', body: {}, cells: changeIt },
  importDevices: {
    path: '/api/v1/imports/devices',
    method: 'POST',
    body: { list: 'id,org,model\nbus-9,pudong,bus-unit\n' },
    shows: '"added":1',
    cells: maintainOwn,
  },
  importDeviceFile: { path: '/api/v1/imports/device-files?dryRun=true', method: 'POST', body: {}, shows: 'checked', cells: maintainAny },
  getLabels: { path: '/api/v1/labels?base=https://city.example', shows: 'bus-1', cells: listOfOwn },
  getLatest: { path: `${bus}/latest`, cells: theDevice },
  getReadings: { path: `${bus}/readings`, cells: theDevice },
  getDeviceAccount: { path: `${bus}/account`, cells: theDevice },
  listDeviceRejected: { path: `${bus}/rejected`, cells: theDevice },
  listDeviceFrames: { path: `${bus}/frames`, cells: theDevice },
  explainDeviceFrame: { path: `${bus}/frames/1`, cells: theDevice },
  listCommands: { path: `${bus}/commands`, cells: theDevice },
  getCommand: { path: `${bus}/commands/1`, cells: theDevice },
  giveCommand: { path: `${bus}/commands`, method: 'POST', body: { name: 'setPoint', value: 20 }, cells: orderIt },
  getLive: { path: '/api/v1/live', shows: '"bus-1"', cells: listOfOwn },
  getTracks: { path: '/api/v1/tracks', cells: ownThings },
  getOverview: { path: '/api/v1/overview', cells: ownThings },
  getAccount: { path: '/api/v1/account', cells: ownThings },
  listOrgAccounts: { path: '/api/v1/account/orgs', cells: ownThings },
  listRejected: { path: '/api/v1/rejected', shows: '"bus-1"', cells: listOfOwn },
  listClocks: { path: '/api/v1/clocks', shows: '"bus-1"', cells: listOfOwn },
  getMeters: { path: '/api/v1/meters?kind=electricity-meter', cells: ownThings },
  getSites: { path: '/api/v1/sites?kind=bus', cells: ownThings },
  getFleets: { path: '/api/v1/fleets?kind=bus', shows: '"bus-1"', cells: listOfOwn },
  getAttention: { path: '/api/v1/attention', shows: '"bus-1"', cells: listOfOwn },
  getCompleteness: { path: '/api/v1/completeness', cells: ownThings },
  listProtocols: { path: '/api/v1/protocols', cells: ownThings },
  decodeFrame: { path: '/api/v1/decode', method: 'POST', body: { protocol: 'none', hex: '00' }, cells: ownThings },
  listKinds: { path: '/api/v1/kinds', cells: ownThings },
  getKind: { path: '/api/v1/kinds/bus', cells: ownThings },
  listModels: { path: '/api/v1/models', cells: ownThings },
  getModel: { path: '/api/v1/models/bus-unit', cells: ownThings },
  getModelSheet: { path: '/api/v1/models/bus-unit/sheet', cells: maintainAny },
  checkModel: { path: '/api/v1/models/check', method: 'POST', body: { source: '{}' }, cells: maintainAny },
  getMetrics: { path: '/metrics', cells: ownThings },
  listLines: { path: '/api/v1/lines', shows: 'modbus-tcp://10.0.0.9:502', cells: maintainOwn },
  getLinePlan: { path: '/api/v1/lines/plan?url=modbus-tcp://10.0.0.9:502', cells: changeIt },
  listDtus: { path: '/api/v1/dtus', shows: '"dtu-1"', cells: maintainOwn },
  probeDtu: { path: '/api/v1/dtus/dtu-1/probe', method: 'POST', cells: changeIt },
  getDtuProbe: { path: '/api/v1/dtus/dtu-1/probe', cells: changeIt },
  listEnrolments: { path: '/api/v1/enrolments', shows: '"bus-1"', cells: maintainOwn },
  listProvisioningKeys: { path: '/api/v1/provisioning-keys', shows: 'key-pudong', cells: maintainOwn },
  approveEnrolment: { path: '/api/v1/enrolments/bus-1/approve', method: 'POST', cells: changeIt },
  refuseEnrolment: { path: '/api/v1/enrolments/bus-1/refuse', method: 'POST', cells: changeIt },
  getLimits: { path: '/api/v1/limits', cells: runGateway },
  listAudit: { path: '/api/v1/audit', shows: 'device:bus-1', cells: listGoverned },
  getAuditEntry: { path: '/api/v1/audit/1', cells: governOwn },
  issueLiveTicket: { path: '/api/v1/live/tickets', method: 'POST', cells: pageOnly },
  listOrgs: { path: '/api/v1/orgs', shows: '浦东公交', cells: ownOrg },
  listOrgHoldings: { path: '/api/v1/org-holdings', cells: governAll },
  addOrg: { path: '/api/v1/orgs', method: 'POST', body: { id: 'pudong' }, cells: governAll },
  changeOrg: { path: '/api/v1/orgs/pudong', method: 'PATCH', body: { retired: true }, cells: governAll },
  removeOrg: { path: '/api/v1/orgs/pudong', method: 'DELETE', cells: governAll },
  listTokens: { path: '/api/v1/tokens', shows: '"0a1b2c3d4e5f"', cells: listGoverned },
  createToken: { path: '/api/v1/tokens', method: 'POST', body: { org: 'pudong', command: true }, cells: governToOrg },
  removeToken: { path: '/api/v1/tokens/0a1b2c3d4e5f', method: 'DELETE', cells: governOwn },
  getHealth: { path: '/api/v1/health', cells: everybody },
  getSettings: { path: '/api/v1/settings', cells: everybody },
  getOpenApi: { path: '/api/v1/openapi.json', cells: everybody },
  getSession: { path: '/api/v1/session', cells: everybody },
  signIn: { path: '/api/v1/session', method: 'POST', body: { name: 'temp', password: long }, cells: everybody },
  signOut: { path: '/api/v1/session', method: 'DELETE', cells: everybody },
  listOwnSessions: { path: '/api/v1/sessions', cells: signedIn },
  endOwnSession: { path: '/api/v1/sessions/none', method: 'DELETE', cells: signedIn },
  changeOwnPassword: { path: '/api/v1/session/password', method: 'POST', body: { current: long, password: long }, cells: signedIn },
  startSecondFactor: { path: '/api/v1/session/second-factor', method: 'POST', cells: signedIn },
  confirmSecondFactor: { path: '/api/v1/session/second-factor/confirm', method: 'POST', body: { code: '123456' }, cells: signedIn },
  dropSecondFactor: { path: '/api/v1/session/second-factor/drop', method: 'POST', body: { password: long }, cells: signedIn },
  leaveForProvider: { path: '/api/v1/session/provider', method: 'POST', cells: everybody },
  comeFromProvider: { path: '/api/v1/session/provider/finish', method: 'POST', body: { query: 'state=x' }, cells: everybody },
  showCodeAfterProvider: { path: '/api/v1/session/provider/code', method: 'POST', body: { code: '123456' }, cells: everybody },
  connectProvider: { path: '/api/v1/session/provider/connect', method: 'POST', body: { password: long }, cells: signedIn },
  listOwnIdentities: { path: '/api/v1/session/identities', cells: signedIn },
  removeOwnIdentity: {
    path: '/api/v1/session/identities/remove',
    method: 'POST',
    body: { issuer: 'https://id.example', subject: 'x', password: long },
    cells: signedIn,
  },
  lookAtInvitation: { path: '/api/v1/invitations/look', method: 'POST', body: { token: 'invitation-of-temp' }, cells: everybody },
  redeemInvitation: { path: '/api/v1/invitations/redeem', method: 'POST', body: { token: 'invitation-of-temp', password: long }, cells: everybody },
  listPeople: { path: '/api/v1/people', shows: '"temp"', cells: listGoverned },
  addPerson: { path: '/api/v1/people', method: 'POST', body: { id: 'somebody', grants: [{ org: 'pudong', role: 'admin' }] }, cells: governToOrg },
  changePerson: { path: temp, method: 'PATCH', body: { name: 'Somebody' }, cells: governOwn },
  removePerson: { path: temp, method: 'DELETE', cells: governOwn },
  invitePerson: { path: `${temp}/invitation`, method: 'POST', cells: governOwn },
  dropSecondFactorOf: { path: `${temp}/second-factor`, method: 'DELETE', cells: governOwn },
  listSessionsOf: { path: `${temp}/sessions`, cells: governOwn },
  endSessionsOf: { path: `${temp}/sessions`, method: 'DELETE', cells: governOwn },
}
