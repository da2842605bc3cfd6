interface Place {
  readonly host: string
  readonly port: number
  readonly tls: 'off' | 'on'
  /** As browsers have it, if it was said. */
  readonly publicUrl?: string
}

/** Where the dashboard is, as a person on this machine would reach it. */
function dashboardUrl({ host, port, tls, publicUrl }: Place): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/$/, '')
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `${tls === 'on' ? 'https' : 'http'}://${name}:${port}`
}

/** What is told of an invitation, once. The secret stands behind the #, which browsers keep to themselves (RFC 3986 § 3.5). */
export function invitationText(id: string, invitation: { readonly token: string; readonly expiresAt: number }, http: Place): string {
  const url = dashboardUrl(http)
  const link = `${id} sets a password here, once, until ${new Date(invitation.expiresAt).toISOString()}; this is shown only now:
${url}/invitation#${invitation.token}`
  return http.publicUrl === undefined ? `${link}\n(where the dashboard has another name, put that in the place of ${url})` : link
}
