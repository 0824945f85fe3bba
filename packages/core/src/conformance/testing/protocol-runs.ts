import {
  type AnyNodeClass,
  type Checker,
  decode,
  encode,
  type FieldObject,
  type Kinds,
  type Protocol,
  Reader,
  type Type,
  type UnionType,
  Writer,
} from '../../model/index.ts'
import { Random } from '../../model/random.ts'
import type { Passing } from '../../simulator/transmission.ts'
import { decodeHostile, HostileBytes, simplestOf } from './hostile-decoding.ts'
import type { Effort, ProtocolTest } from './protocol-conformance.ts'
import { type ProtocolUnderTest, runOf, trafficOf, watchRun } from './protocol-under-test.ts'
import { mustEqual, mustHold } from './trial.ts'

/** Also says that the durable fields equal the fold of the records: the run verifies it at every step. */
function sameInEveryPassing(under: ProtocolUnderTest, { seeds, encodedSeeds }: Effort): void {
  const hashOf = (seed: number, passing: Passing): string => {
    const { violation, trace } = runOf(under, seed, passing).world
    const where = `seed ${seed}, messages ${passing}`
    mustHold(violation === undefined, `${where}: ${violation?.property}: ${violation?.message}`)
    return trace.hash
  }
  for (const seed of seeds) {
    const byReference = hashOf(seed, 'reference')
    const others: Passing[] = encodedSeeds.includes(seed) ? ['frozen', 'encoded'] : ['frozen']
    for (const passing of others) {
      mustEqual(
        `seed ${seed}: the trace with messages ${passing}`,
        hashOf(seed, passing),
        byReference,
      )
    }
  }
}

/** The test above says nothing of a protocol that never writes, or never loses what it has written. */
function recordsAndCrashes(under: ProtocolUnderTest, { seeds }: Effort): void {
  let recorded = 0
  let crashed = 0
  let restarted = 0
  const counter: Checker = {
    property: 'counted',
    kind: 'safety',
    violation: undefined,
    recorded: () => {
      recorded += 1
    },
    crashed: () => {
      crashed += 1
    },
    restarted: () => {
      restarted += 1
    },
  }
  const { protocol } = under
  const counted: Protocol = {
    ...protocol,
    checkers: (context) => [...protocol.checkers(context), counter],
  }
  for (const seed of seeds) {
    runOf(
      {
        protocol: counted,
        plan: (some, passing) => ({ ...under.plan(some, passing), protocol: counted }),
      },
      seed,
    )
  }
  mustHold(protocol.node.schema.record.kinds.length === 0 || recorded > 0, 'nothing was recorded')
  if (protocol.crashes === 'recover') {
    mustHold(restarted > 0, 'no node ever crashed and came back')
  } else if (protocol.family !== 'byzantine') {
    // Where nodes may lie, a few runs may have spent all their faults on that.
    mustHold(crashed > 0, 'no node ever crashed')
  }
}

function repeatsBySeed(under: ProtocolUnderTest, { seeds }: Effort): void {
  const hashes = seeds.map((seed) => runOf(under, seed).world.trace.hash)
  const again = seeds.map((seed) => runOf(under, seed).world.trace.hash)
  mustEqual('the traces of the same seeds', again, hashes)
  mustEqual('the number of different traces', new Set(hashes).size, seeds.length)
}

const sentence = /^[\p{Lu}\d][^\n]*\.$/u
const sentenceEnd = /[.!?]\s+\p{Lu}/u

function tellsWhatHappens(under: ProtocolUnderTest, { seeds, watchedEvents }: Effort): void {
  const { protocol } = under
  const { state } = protocol.node
  let looks = 0
  for (const seed of seeds) {
    watchRun(under, seed, watchedEvents, (nodes, event) => {
      const hashes = (): number[] =>
        [...nodes.values()].map((node) => state.hash(0, node as unknown as FieldObject))
      looks += 1
      const before = looks % 20 === 1 ? hashes() : undefined
      for (const [id, node] of nodes) {
        const role = protocol.roleOf(node)
        mustHold(protocol.roles.includes(role), `node ${id} is a '${role}', which is no role`)
        protocol.chainOf?.(node)
      }
      const told = protocol.narrate(nodes)
      const isOne = sentence.test(told) && !sentenceEnd.test(told) && told.length <= 300
      mustHold(isOne, `event ${event}: not one sentence: ${JSON.stringify(told)}`)
      for (const { property, broken } of protocol.invariants) {
        mustHold(broken(nodes) === undefined, `event ${event}: ${property} is broken`)
      }
      if (before) mustEqual(`event ${event}: states after a look at them`, hashes(), before)
    })
  }
}

/** Hosts copy states, write them to checkpoints, and tell them apart. */
function hasPlainState(under: ProtocolUnderTest, { seeds, watchedEvents }: Effort): void {
  const { parameters } = under.plan(1, 'reference')
  for (const seed of seeds) {
    let looks = 0
    watchRun(under, seed, watchedEvents, (nodes, event) => {
      looks += 1
      if (looks % 20 !== 0) return
      for (const [id, node] of nodes) {
        // Not the protocol's own where the node attacks, and keeps more in mind.
        const nodeClass = node.constructor as AnyNodeClass
        const { state } = nodeClass
        const fresh = (): FieldObject =>
          new nodeClass(node.host, parameters as never) as unknown as FieldObject
        const members = ['host', 'parameters', ...state.names].sort()
        const fields = node as unknown as FieldObject
        const where = `event ${event}: node ${id}`
        mustEqual(`${where}: what it is made of`, Object.keys(node).sort(), members)
        const copy = fresh()
        state.copyInto(fields, copy)
        const written = fresh()
        const writer = new Writer()
        state.write(writer, fields)
        state.readInto(new Reader(writer.finish()), written)
        for (const [what, other] of Object.entries({ copy, written })) {
          const different = state.differing(fields, other).join(', ')
          mustEqual(`${where}: fields that a ${what} has otherwise`, different, '')
          mustEqual(`${where}: the hash of a ${what}`, state.hash(0, other), state.hash(0, fields))
        }
        const view = state.view(fields)
        mustEqual(`${where}: its view`, JSON.parse(JSON.stringify(view)), view)
      }
    })
  }
}

function sendsToOthers(under: ProtocolUnderTest, { seeds }: Effort): void {
  for (const seed of seeds) {
    mustEqual('messages to the sender or to nobody', trafficOf(under, seed).misdirected, 0)
  }
}

/** Runs beyond those of the effort, where these have not shown every kind of value. */
const moreSeeds = Array.from({ length: 12 }, (_, i) => 1_001 + i)

/** Real encodings of every kind of message, record and command; the simplest there are of a kind that no run shows. */
function corporaOf(
  under: ProtocolUnderTest,
  { seeds }: Effort,
): Map<UnionType<Kinds>, Uint8Array[]> {
  const { message, record, command } = under.protocol.node.schema
  const corpora = new Map([message, record, command].map((type) => [type, [] as Uint8Array[]]))
  const unseen = (type: UnionType<Kinds>, corpus: readonly Uint8Array[]): number[] =>
    [...type.kinds.keys()].filter((place) => !corpus.some((bytes) => bytes[0] === place))
  const add = (type: UnionType<Kinds>, corpus: Uint8Array[]): void => {
    for (const place of unseen(type, corpus)) {
      const simplest = simplestOf(type as Type<unknown>, place)
      if (simplest) corpus.push(simplest)
    }
  }
  for (const [i, seed] of [...seeds, ...moreSeeds].entries()) {
    const { messages, records, commands } = trafficOf(under, seed)
    corpora.get(message)?.push(...messages.values())
    corpora.get(record)?.push(...records.values())
    corpora.get(command)?.push(...commands.values())
    if (i < seeds.length - 1) continue
    for (const [type, corpus] of corpora) add(type, corpus)
    if ([...corpora].every(([type, corpus]) => unseen(type, corpus).length === 0)) break
  }
  return corpora
}

function survivesHostileBytes(under: ProtocolUnderTest, effort: Effort): void {
  const random = new Random(effort.seeds[0] ?? 1).split('hostile bytes')
  const corpora = [...corporaOf(under, effort)].filter(([, corpus]) => corpus.length > 0)
  mustHold(corpora.length > 0, 'nothing was ever encoded')
  for (const [union, corpus] of corpora) {
    const type = union as Type<unknown>
    for (const bytes of corpus) {
      mustEqual('a real value, encoded again', encode(type, decode(type, bytes)), bytes)
    }
    const hostile = new HostileBytes(corpus, random)
    const accepted = new Set<number>()
    for (let i = 0; i < effort.hostileInputs / corpora.length; i += 1) {
      const bytes = hostile.next()
      if (!decodeHostile(type, bytes)) continue
      hostile.keep(bytes)
      accepted.add(bytes[0] as number)
    }
    const missed = union.kinds.filter((_, place) => !accepted.has(place))
    mustEqual('kinds of which no hostile input was accepted', missed, [])
  }
}

/** What a protocol owes to its host, seen in chaos runs. */
export function runTests(under: ProtocolUnderTest, effort: Effort): ProtocolTest[] {
  const test = (
    name: string,
    run: (under: ProtocolUnderTest, effort: Effort) => void,
  ): ProtocolTest => ({ name, run: () => run(under, effort) })
  return [
    test(
      'keeps its durable fields the fold of its records, and runs alike by reference, frozen and encoded',
      sameInEveryPassing,
    ),
    test('records, crashes and comes back in these runs', recordsAndCrashes),
    test('gives the same run for a seed, and another for another', repeatsBySeed),
    test('has a role and one sentence for every moment', tellsWhatHappens),
    test(
      'has a state of plain data, which can be copied, written, hashed and shown',
      hasPlainState,
    ),
    test('sends to others alone', sendsToOthers),
    test(
      'decodes hostile bytes to a DecodeError or to what encodes to the same bytes',
      survivesHostileBytes,
    ),
  ]
}
