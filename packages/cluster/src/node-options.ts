import { parseArgs } from 'node:util'
import { type ParameterValues, type Protocol, parameterValues } from '@quorate/core/model'
import { catalogue, protocolNamed } from '@quorate/core/protocols'
import type { Address } from './network/outgoing-link.ts'

/** All that decides how one node runs. */
export interface NodeOptions {
  readonly protocol: Protocol
  readonly self: number
  /** Where each node listens for its peers, this one included. */
  readonly addresses: readonly Address[]
  /** The address to bind to, for peers and clients alike. */
  readonly bind: string
  /** Where clients connect; 0 for nowhere. */
  readonly clientPort: number
  readonly directory: string
  readonly parameters: ParameterValues
  /** Any text: nodes of different clusters refuse each other. */
  readonly cluster: string
  /** The file with the public keys of all nodes; undefined for protocols that do not sign. */
  readonly publicKeysPath: string | undefined
  readonly hashesPerSecond: number | undefined
  readonly checkpointBytes: number | undefined
  readonly allowFaults: boolean
  /** End when standard input does, that is, when the process that started this one has ended. */
  readonly endWithInput: boolean
}

/** Wrong flags. The message is one line that says what would be right. */
export class NodeOptionsError extends Error {
  override readonly name = 'NodeOptionsError'
}

export const nodeUsage = `--protocol NAME --id N --nodes HOST:PORT,HOST:PORT,... --data DIR
  [--client-port PORT] [--param NAME=VALUE]... [--bind ADDRESS] [--cluster NAME] [--keys FILE]
  [--hashes-per-second N] [--checkpoint-bytes N] [--allow-faults] [--end-with-input]`

const flags = {
  protocol: { type: 'string' },
  id: { type: 'string' },
  nodes: { type: 'string' },
  'client-port': { type: 'string' },
  data: { type: 'string' },
  param: { type: 'string', multiple: true },
  bind: { type: 'string' },
  cluster: { type: 'string' },
  keys: { type: 'string' },
  'hashes-per-second': { type: 'string' },
  'checkpoint-bytes': { type: 'string' },
  'allow-faults': { type: 'boolean' },
  'end-with-input': { type: 'boolean' },
} as const

/** @throws NodeOptionsError */
export function parseNodeOptions(argv: readonly string[]): NodeOptions {
  const given = parseFlags(argv)
  const protocol = parseProtocol(required(given.protocol, '--protocol NAME'))
  const addresses = parseAddresses(required(given.nodes, '--nodes HOST:PORT,HOST:PORT,...'))
  const self = parseNatural('--id', required(given.id, '--id N'), addresses.length - 1)
  return {
    protocol,
    self,
    addresses,
    bind: given.bind ?? (addresses[self] as Address).host,
    clientPort: parseNatural('--client-port', given['client-port'] ?? '0', 65_535),
    directory: required(given.data, '--data DIR'),
    parameters: parseParameters(protocol, given.param ?? []),
    cluster: given.cluster ?? '',
    publicKeysPath: given.keys,
    hashesPerSecond: optionalNumber('--hashes-per-second', given['hashes-per-second']),
    checkpointBytes: optionalNumber('--checkpoint-bytes', given['checkpoint-bytes']),
    allowFaults: given['allow-faults'] ?? false,
    endWithInput: given['end-with-input'] ?? false,
  }
}

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: flags, strict: true }).values
  } catch (error) {
    throw new NodeOptionsError((error as Error).message)
  }
}

function required(value: string | undefined, what: string): string {
  if (value === undefined) throw new NodeOptionsError(`${what} is missing`)
  return value
}

function parseProtocol(name: string): Protocol {
  const protocol = protocolNamed(name)
  if (protocol === undefined) {
    const names = catalogue.map((known) => known.name).join(', ')
    throw new NodeOptionsError(`unknown protocol '${name}': the protocols are ${names}`)
  }
  // What is asked in lines of text is not signed, and such a protocol would believe none of it.
  if (protocol.clients?.signs) {
    const named = catalogue.filter(({ clients }) => !clients?.signs).map((known) => known.name)
    throw new NodeOptionsError(
      `${protocol.title} serves clients that sign their requests, and this one's do not: run ${named.join(', ')}`,
    )
  }
  return protocol
}

function parseAddresses(text: string): Address[] {
  return text.split(',').map((address) => {
    const match = /^(.+):(\d+)$/.exec(address)
    const port = Number(match?.[2])
    if (match?.[1] === undefined || !(port >= 1 && port <= 65_535)) {
      throw new NodeOptionsError(
        `--nodes has '${address}': write HOST:PORT, with a port of 1 to 65535`,
      )
    }
    // An IPv6 address is written in brackets, as in a URL.
    return { host: match[1].replace(/^\[(.*)\]$/, '$1'), port }
  })
}

function parseNatural(flag: string, text: string, maximum: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value <= maximum)) {
    throw new NodeOptionsError(`${flag} is '${text}': it must be 0 to ${maximum}`)
  }
  return value
}

function optionalNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value > 0)) throw new NodeOptionsError(`${flag} is '${text}': it must be a number above 0`)
  return value
}

function parseParameters(protocol: Protocol, settings: readonly string[]): ParameterValues {
  const declarations = protocol.node.schema.parameters
  const given: { [name: string]: number } = {}
  // A node's clock counts from 1970 here, which a protocol whose blocks carry dates asks to be told.
  if ('clockOriginSeconds' in declarations) given.clockOriginSeconds = 0
  for (const setting of settings) {
    const match = /^([^=]+)=(.+)$/.exec(setting)
    if (match === null) throw new NodeOptionsError(`--param is '${setting}': write NAME=VALUE`)
    given[match[1] as string] = Number(match[2])
  }
  try {
    return parameterValues(declarations, given)
  } catch (error) {
    throw new NodeOptionsError(`--param: ${(error as Error).message}`)
  }
}
