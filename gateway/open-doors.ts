import type { BrokerOptions } from './broker/broker.ts'
import type { Config } from './config/config.ts'
import { isLoopback } from './config/values.ts'
import { AddressSet } from './model/address-set.ts'
import type { Log } from './model/log.ts'
import { Certificates } from './transport/certificates.ts'

/** The certificates that the configuration names, if it names any. */
export function openCertificates(config: Config, log: Log, now: () => number): Certificates | undefined {
  const { certFile, keyFile } = config.tls
  if (certFile === undefined || keyFile === undefined) return undefined
  return new Certificates({ certFile, keyFile, ...(config.mqtt.clientCas !== undefined && { clientCas: config.mqtt.clientCas }), log, now })
}

/** Where MQTT is spoken: plain, and over TLS. */
export function mqttDoors(config: Config, certificates: Certificates | undefined): Pick<BrokerOptions, 'host' | 'port' | 'tls' | 'trustedProxies'> {
  const { host, port, tlsPort, trustedProxies } = config.mqtt
  return {
    host: plainMqttHost(config),
    port,
    ...(tlsPort !== undefined && certificates && { tls: { host, port: tlsPort, material: certificates } }),
    trustedProxies: new AddressSet(trustedProxies),
  }
}

/** Where MQTT is spoken without TLS: where it was asked for, else on the loopback. */
export function plainMqttHost({ mqtt }: Config): string {
  return mqtt.plain === 'anywhere' || isLoopback(mqtt.host) ? mqtt.host : '127.0.0.1'
}
