/** What a browser does on its way through a provider's pages, without one: follows redirects, keeps cookies, sends forms. Real HTTP. */
export class BrowserJar {
  readonly #cookies = new Map<string, string>()

  /** Goes to an address, signs in with an account where it is asked to, and answers the address below `home` that it was sent back to. */
  async signIn(start: string, home: string, form: Readonly<Record<string, string>>): Promise<URL> {
    let [url, body] = [start, undefined as string | undefined]
    for (let steps = 0; steps < 10; steps++) {
      const { origin } = new URL(url)
      const response = await fetch(url, {
        redirect: 'manual',
        headers: { Cookie: this.#of(origin), ...(body !== undefined && { 'Content-Type': 'application/x-www-form-urlencoded' }) },
        ...(body !== undefined && { method: 'POST', body }),
      })
      for (const line of response.headers.getSetCookie()) this.#keep(origin, line)
      const to = response.headers.get('location')
      if (to !== null) {
        const next = new URL(to, url)
        if (next.origin === new URL(home).origin) return next
        url = next.href
        body = undefined
      } else if (response.ok && body === undefined) body = new URLSearchParams(form).toString()
      else throw new Error(`${url} answers ${response.status}: ${(await response.text()).slice(0, 500)}`)
    }
    throw new Error('the provider sends round in a circle')
  }

  #of(origin: string): string {
    return [...this.#cookies]
      .filter(([key]) => key.startsWith(`${origin} `))
      .map(([key, value]) => `${key.slice(origin.length + 1)}=${value}`)
      .join('; ')
  }

  #keep(origin: string, line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    this.#cookies.set(`${origin} ${name}`, value)
  }
}
