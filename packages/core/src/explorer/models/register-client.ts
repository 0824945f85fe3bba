import type { Host, NodeId } from '../../model/index.ts'
import { type Infer, natural, option, text, union } from '../../model/index.ts'

/** What clients and servers of a register say to each other. A server's answer bears the request's number. */
export const registerMessages = {
  put: { request: natural, value: text },
  get: { request: natural },
  putOk: { request: natural },
  /** The value is absent where the register was never written. */
  getOk: { request: natural, value: option(text) },
}
const RegisterMessage = union(registerMessages)
export type RegisterMessage = Infer<typeof RegisterMessage>

/** What a client remembers. */
export const clientFields = {
  /** The request that is not answered yet. */
  awaiting: option(natural),
  /** How many operations it has begun, and one more once all are done. */
  operations: natural,
}

export const serversParameter = {
  what: 'how many of the nodes, the first ones, are servers; the others are clients',
  unit: 'servers',
  initial: 3,
  minimum: 1,
  maximum: 9,
}

/** A node of a register with servers and clients, seen as a client. */
export interface RegisterClient {
  readonly host: Host<RegisterMessage, unknown, never>
  readonly parameters: { readonly servers: number }
  awaiting: number | undefined
  operations: number
}

/** Whether the node is a client: the numbers of clients come after those of the servers. */
export function isClient({
  host,
  parameters,
}: Pick<RegisterClient, 'host' | 'parameters'>): boolean {
  return host.self >= parameters.servers
}

/** The servers other than this one. */
export function otherServers({
  host,
  parameters,
}: Pick<RegisterClient, 'host' | 'parameters'>): NodeId[] {
  return host.peers.filter((peer) => peer < parameters.servers)
}

/** The client's first operation: it puts a value of its own. */
export function beginPut(client: RegisterClient): void {
  const { self } = client.host
  const { servers } = client.parameters
  const value = String.fromCharCode('A'.charCodeAt(0) + self - servers)
  client.awaiting = self
  client.operations = 1
  client.host.send(self % servers, { kind: 'put', request: self, value })
}

/** After its put is answered the client gets, from another server; then it is done. */
export function receiveAnswer(client: RegisterClient, message: RegisterMessage): void {
  if (message.request !== client.awaiting) return
  if (message.kind === 'putOk') {
    const { self } = client.host
    const request = (client.operations + 1) * self
    const server = (self + client.operations) % client.parameters.servers
    client.awaiting = request
    client.operations += 1
    client.host.send(server, { kind: 'get', request })
  } else if (message.kind === 'getOk') {
    client.awaiting = undefined
    client.operations += 1
  }
}
