import type { CrossCheck } from './cross-check.ts'
import { isLoopback } from './values.ts'

const certificate = 'tls.certFile and tls.keyFile name the certificate and its key'

/** What must hold between the settings of TLS, and where nothing is encrypted. */
export const transportChecks: readonly CrossCheck[] = [
  {
    keys: ['tls.certFile', 'tls.keyFile'],
    blames: 'tls.certFile',
    problem: value =>
      (value('tls.certFile') === undefined) === (value('tls.keyFile') === undefined)
        ? undefined
        : `${value('tls.certFile') === undefined ? 'tls.keyFile is set and tls.certFile' : 'tls.certFile is set and tls.keyFile'} is not: ${certificate}, and TLS needs both`,
  },
  {
    keys: ['http.tls', 'tls.certFile'],
    blames: 'http.tls',
    problem: value =>
      value('http.tls') === 'on' && value('tls.certFile') === undefined ? `http.tls is on, and there is no certificate: ${certificate}` : undefined,
  },
  {
    keys: ['mqtt.tlsPort', 'tls.certFile'],
    blames: 'mqtt.tlsPort',
    problem: value =>
      value('mqtt.tlsPort') !== undefined && value('tls.certFile') === undefined
        ? `mqtt.tlsPort is set, and there is no certificate: ${certificate}`
        : undefined,
  },
  {
    keys: ['mqtt.clientCas', 'mqtt.tlsPort'],
    blames: 'mqtt.clientCas',
    problem: value =>
      value('mqtt.clientCas') !== undefined && value('mqtt.tlsPort') === undefined
        ? 'mqtt.clientCas is set and mqtt.tlsPort is not: devices show certificates over TLS only (8883 is the usual port)'
        : undefined,
  },
  {
    keys: ['mqtt.tlsPort', 'mqtt.port', 'http.port'],
    blames: 'mqtt.tlsPort',
    problem: value =>
      value('mqtt.tlsPort') !== undefined && value('mqtt.tlsPort') !== 0 && [value('mqtt.port'), value('http.port')].includes(value('mqtt.tlsPort'))
        ? `mqtt.tlsPort ${String(value('mqtt.tlsPort'))} is also mqtt.port or http.port: each needs a port of its own`
        : undefined,
  },
  {
    keys: ['http.host', 'http.tls', 'http.plain'],
    blames: 'http.host',
    problem: value =>
      !isLoopback(String(value('http.host'))) && value('http.tls') === 'off' && value('http.plain') === 'loopback'
        ? `http.host ${String(value('http.host'))} lets other machines in, and what they send, tokens among it, could be read on the way: set http.tls to 'on' (${certificate}), or http.plain to 'anywhere' where a proxy in front speaks TLS or the network is yours alone`
        : undefined,
  },
  {
    keys: ['mqtt.host', 'mqtt.tlsPort', 'mqtt.plain'],
    blames: 'mqtt.host',
    problem: value =>
      !isLoopback(String(value('mqtt.host'))) && value('mqtt.tlsPort') === undefined && value('mqtt.plain') === 'loopback'
        ? `mqtt.host ${String(value('mqtt.host'))} lets other machines in, and what they send, secrets among it, could be read on the way: set mqtt.tlsPort to 8883 (${certificate}), or mqtt.plain to 'anywhere' where the network is yours alone`
        : undefined,
  },
]
