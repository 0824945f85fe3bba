import type { CheckWorld, WorldBound, WorldBounds, WorldCommand } from '../model/check-world.ts'
import type { Invariant } from '../model/checker.ts'
import { clientSigner, signedRequest } from '../model/client-signature.ts'
import type { NodeId, RequestId } from '../model/identity.ts'
import type { AnyNode, AnyNodeClass } from '../model/machine.ts'
import type { Protocol } from '../model/protocol.ts'
import { Random } from '../model/random.ts'
import { utf8Bytes } from '../model/utf8.ts'
import { IdealSignatures } from '../simulator/signatures.ts'
import type { Bounds } from './bounds.ts'
import type { HistoryVariable } from './history.ts'
import type { Attacker } from './liars.ts'
import type { ExploreOptions } from './options.ts'
import { askedFor, saidForEver } from './said.ts'
import type { ExploredCommand } from './shared-world.ts'

/**
 * The options of an exploration of this world: what the protocol's nodes must keep, and that what any
 * of them ever decided or committed lasts.
 * @param nodeClass the protocol's own class where absent; or one of its planted bugs
 * @throws RangeError for what the protocol does not have, in one line
 */
export function worldOptions<N extends AnyNode>(
  protocol: Protocol<N>,
  world: CheckWorld,
  nodeClass: AnyNodeClass<N> = protocol.node,
): ExploreOptions<N> {
  const {
    commands = [],
    bounds,
    atMost,
    only,
    attackers,
    name: _,
    liveness: _live,
    ...rest
  } = world
  const constraint =
    atMost || only ? (nodes: ReadonlyMap<NodeId, N>) => isWithin(nodes, world) : undefined
  return {
    ...rest,
    protocol,
    nodeClass,
    commands: commands.flatMap((command, place) => commandsOf(protocol, world, command, place)),
    bounds: { ...(protocol.crashes === 'stop' ? { restarts: 0 } : {}), ...boundsOf(bounds) },
    ...(constraint ? { constraint } : {}),
    ...(attackers ? { attackers: attackers.map((one) => attackerOf(protocol, one)) } : {}),
    invariants: protocol.invariants as readonly Invariant<N>[],
    ...watched(protocol, world),
  }
}

function attackerOf<N extends AnyNode>(
  { attacks, title }: Protocol<N>,
  { node, attack: wanted, hears = 'in time' }: NonNullable<CheckWorld['attackers']>[number],
): Attacker<N> {
  const found = attacks.find(({ name }) => name === wanted)
  if (found) return { node, nodeClass: found.node, hears }
  const known = attacks.map(({ name }) => name).join(', ') || 'none'
  throw new RangeError(`${title} has no attack '${wanted}': its attacks are ${known}`)
}

function watched(
  { shape, family }: Protocol,
  { commands = [], twins = [], attackers = [] }: CheckWorld,
): { readonly history?: HistoryVariable<unknown> } {
  if (shape !== 'decision' && shape !== 'log') return {}
  const values = commands.map(({ write, propose, client }, place) => {
    const value = utf8Bytes(write ?? propose ?? '')
    return shape === 'log' ? askedFor(value, requestOf(client, place)) : askedFor(value)
  })
  // Among liars, what is decided may be a value that no correct node has proposed.
  const asked = shape === 'decision' && family !== 'crash' ? undefined : new Set(values)
  const liars = new Set([...twins, ...attackers].map(({ node }) => node))
  return { history: saidForEver({ shape, liars, asked }) as HistoryVariable<unknown> }
}

/** Clients of worlds sign by the secret of every explored world. */
const signatures = new IdealSignatures(new Random(0))

function requestOf(client: number | undefined, place: number): RequestId {
  return { client: client ?? place, sequence: 1 }
}

function commandsOf(
  protocol: Protocol,
  { nodes }: CheckWorld,
  { write, propose, node = 'any', copy, client }: WorldCommand,
  place: number,
): ExploredCommand[] {
  const request = requestOf(client, place)
  const to = copy ? { copy } : {}
  const command = commandFor(protocol, request, write, propose)
  if (node === 'any') return [{ command, request }]
  if (node === 'all') {
    return Array.from({ length: nodes }, (_, each) => ({ command, request, node: each }))
  }
  return [{ command, request, node, ...to }]
}

function commandFor(
  { requests, clients, title }: Protocol,
  request: RequestId,
  write: string | undefined,
  propose: string | undefined,
): unknown {
  if (propose !== undefined) {
    if (!requests.propose) throw new RangeError(`${title} does not decide on proposals`)
    return requests.propose(utf8Bytes(propose))
  }
  if (write === undefined) throw new RangeError('a command must write or propose something')
  if (!requests.write) throw new RangeError(`${title} has no log to write to`)
  const body = utf8Bytes(write)
  if (!clients?.signs) return requests.write(body)
  const signature = signatures.sign(clientSigner(request.client), signedRequest(request, body))
  return requests.write(body, signature)
}

function boundsOf(bounds: WorldBounds = {}): Bounds {
  const number = (bound: WorldBound) => (bound === 'any' ? Number.POSITIVE_INFINITY : bound)
  const { timeouts = 0, ...others } = bounds
  const entries = Object.entries(others).map(([kind, bound]) => [kind, number(bound)])
  const perTimer = Object.entries(timeouts).map(([timer, bound]) => [timer, number(bound)])
  return {
    ...Object.fromEntries(entries),
    timeouts: typeof timeouts === 'object' ? Object.fromEntries(perTimer) : number(timeouts),
  }
}

function isWithin(nodes: ReadonlyMap<NodeId, AnyNode>, { atMost = {}, only = [] }: CheckWorld) {
  for (const [id, node] of nodes) {
    for (const [field, most] of Object.entries(atMost)) {
      if (Number(fieldAt(node, field)) > most) return false
    }
    for (const { field, is, nodes: which } of only) {
      if (which && !which.includes(id)) continue
      if (!is.includes(fieldAt(node, field) as string)) return false
    }
  }
  return true
}

/** @param path names of fields, joined by dots */
function fieldAt(node: AnyNode, path: string): unknown {
  let value: unknown = node
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !(name in value)) {
      throw new RangeError(`the node has no field '${path}'`)
    }
    value = (value as { readonly [field: string]: unknown })[name]
  }
  return value
}
