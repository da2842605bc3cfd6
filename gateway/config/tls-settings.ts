import { z } from 'zod'
import { notes } from './notes.ts'
import { text } from './values.ts'

/** The gateway's own certificate. */
export const tlsSettings = z.strictObject({
  certFile: text.exactOptional().register(notes, {
    about:
      'The certificate of the gateway for MQTT and HTTP over TLS, PEM, with those of the authorities in between behind it. When it or the key changes, the new one counts within seconds; connections stay.',
    expected: 'a file',
    argument: 'FILE',
    folder: true,
    example: '/etc/citygate/tls/gateway.pem',
  }),
  keyFile: text.exactOptional().register(notes, {
    about: "The certificate's private key, PEM, without a passphrase.",
    expected: 'a file',
    argument: 'FILE',
    folder: true,
    example: '/etc/citygate/tls/gateway.key',
  }),
})
