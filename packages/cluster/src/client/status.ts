import type { FieldObject, Protocol } from '@quorate/core/model'
import type { Transport } from '../network/transport.ts'
import type { ProcessHost } from '../process-host.ts'

/** How a node is, as `name=value`: what the host knows, then the fields of the node's state that are one value. */
export function statusWords(protocol: Protocol, host: ProcessHost, transport: Transport): string[] {
  const { node } = host
  const { recorded, durable } = host.positions
  const status: [string, string][] = [
    ['node', String(host.self)],
    ['protocol', protocol.name],
    ['role', protocol.roleOf(node)],
    ['recorded', String(recorded)],
    ['durable', String(durable)],
    ['connected', transport.connected().join(',')],
    ['dropped', String(transport.dropped)],
  ]
  const fields = node as unknown as FieldObject
  for (const name of protocol.node.state.names) {
    const value = fields[name]
    const isOne = value === null || ['number', 'string', 'boolean', 'bigint'].includes(typeof value)
    if (isOne && !status.some(([taken]) => taken === name)) status.push([name, String(value)])
  }
  return status.map(([name, value]) => `${name}=${value}`)
}
