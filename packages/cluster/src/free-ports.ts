import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/** Below the ports that systems give to outgoing connections, or one of these might take a port first. */
const lowest = 10_000
const highest = 32_000

/** Ports of the loopback address that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = []
  // All are held until the last is found, so that they differ.
  while (servers.length < count) {
    const server = createServer()
    server.listen({ host: '127.0.0.1', port: randomInt(lowest, highest) })
    try {
      await once(server, 'listening')
      servers.push(server)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  for (const server of servers) {
    server.close()
    await once(server, 'close')
  }
  return ports
}
