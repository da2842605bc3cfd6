import type { CustomFetch } from 'openid-client'
import { GatewayError } from '../model/errors.ts'

/** Discovery documents, keys and tokens are some kilobytes. */
const mostBytes = 512 * 1024

/** Asks the provider. An answer that is larger than any honest one is not read to its end. Throws PROVIDER_UNREACHABLE. */
export const providerFetch: CustomFetch = async (url, { body, ...options }) => {
  const { origin } = new URL(url)
  try {
    const response = await fetch(url, { ...options, ...((typeof body === 'string' || body instanceof URLSearchParams) && { body }) })
    return new Response(await wholeBody(response), { status: response.status, statusText: response.statusText, headers: response.headers })
  } catch (cause) {
    const why = cause instanceof Error ? causeOf(cause) : 'no answer'
    throw new GatewayError('PROVIDER_UNREACHABLE', `the provider at ${origin} does not answer (${why}): is it up, and can this machine reach it?`, {
      retryable: true,
      cause,
    })
  }
}

async function wholeBody(response: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  // Statuses that have none by definition; a Response with a body is refused for them.
  if (response.body === null || response.status === 204 || response.status === 304) return null
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response.body) {
    size += piece.byteLength
    if (size > mostBytes) throw new Error(`it sends more than ${mostBytes} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** What `fetch failed` hides: ECONNREFUSED, a certificate that does not fit, a time-out. */
function causeOf(error: Error): string {
  const inner = error.cause instanceof Error ? error.cause : error
  const { code } = inner as NodeJS.ErrnoException
  return typeof code === 'string' ? code : inner.message.slice(0, 200)
}
