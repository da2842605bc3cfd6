import { z } from 'zod'
import { notes } from './notes.ts'
import { databaseUrl, text } from './values.ts'

/** Where devices, organisations and tokens are kept. */
export const registrySettings = z.strictObject({
  url: databaseUrl.exactOptional().register(notes, {
    about:
      'A PostgreSQL database for the registry, which several gateways may share. Unset: a file in the data folder. `?sslmode=verify-full` encrypts the line and checks the certificate of the server.',
    expected: 'postgres://host:port/database without user name and password (registry.username and registry.password are for those)',
    argument: 'URL',
    example: 'postgres://db.example.org:5432/citygate',
  }),
  username: text.prefault('citygate').register(notes, { about: 'The user to sign in to PostgreSQL as.', expected: 'a name', argument: 'NAME' }),
  password: text
    .exactOptional()
    .register(notes, { about: "The user's password. It is never printed.", expected: 'a text', argument: 'PASSWORD', secret: true, example: 'change-me' }),
})
