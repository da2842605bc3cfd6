/** Aedes as it comes, without sign-in, journal or rights: what the figures of the gateway are set against. Prints its port. */
import { createServer } from 'node:net'
import { Aedes } from 'aedes'

const broker = await Aedes.createBroker()
const server = createServer({ noDelay: true }, socket => broker.handle(socket))
// The queue of the system is as long as the gateway's: what is measured is not who waits for a repeated SYN.
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  const address = server.address()
  console.log(typeof address === 'object' ? address?.port : 0)
})
