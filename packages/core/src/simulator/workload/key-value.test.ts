import { describe, expect, test } from 'vitest'
import { keyValueModel } from '../../checkers/linearizability/key-value-model.ts'
import { checkLinearizability } from '../../checkers/linearizability/linearizability.ts'
import { decodeCommand } from '../../machines/key-value-command.ts'
import type { Desk } from '../testing/desk.protocol.ts'
import { deskForms } from '../testing/desk.protocol.ts'
import { allDesks, deskOf, deskWorld } from '../testing/desk-world.ts'
import type { World, WorldOptions } from '../world.ts'
import { type KeyValueSettings, KeyValueWorkload, usualKeyValueSettings } from './key-value.ts'

function start(
  settings: Partial<KeyValueSettings> = {},
  options: Partial<WorldOptions> = {},
): { world: World; workload: KeyValueWorkload } {
  const all = { ...usualKeyValueSettings, clients: 1, ...settings }
  const workload = new KeyValueWorkload(all, deskForms)
  return { world: deskWorld(workload, all.clients, options), workload }
}

/** Every request that reached a desk, with the desk, in order of time. */
function asked(world: World): (Desk['asked'][number] & { node: number })[] {
  return world.hosts
    .flatMap(({ self }) => deskOf(world, self).asked.map((request) => ({ ...request, node: self })))
    .sort((one, other) => one.atMicros - other.atMicros)
}

const judged = (workload: KeyValueWorkload) =>
  checkLinearizability(workload.history.history(), keyValueModel, { maxStates: 1_000_000 }).verdict

const writesOnly = { readShare: 0 }
const readsOnly = { readShare: 1 }

describe('clients that are served', () => {
  test('ask one thing at a time, and the next when they are answered', () => {
    const { world, workload } = start({ clients: 3, thinkMicros: 500 })
    world.advance(1_000_000)
    const history = workload.history.history()
    // There and back takes 2 ms, and thinking half of one.
    expect(workload.completed).toBeGreaterThan(3 * 380)
    expect(history.length - workload.completed).toBeLessThanOrEqual(3)
    for (let client = 0; client < 3; client++) {
      const own = history.filter((operation) => operation.client === client)
      for (const [i, operation] of own.slice(1).entries()) {
        expect(operation.call).toBe((own[i]?.return as number) + 500)
      }
    }
    expect(workload.completedSinceMark.every((completed) => completed > 380)).toBe(true)
    workload.markProgress()
    expect(workload.completedSinceMark).toEqual([0, 0, 0])
    expect(judged(workload)).toBe('linearizable')
  })

  test('do not all begin in the same moment', () => {
    const { world } = start({ clients: 20 })
    world.advance(15_000)
    const first = new Map<number, number>()
    for (const { client, atMicros } of asked(world)) {
      if (!first.has(client % 20)) first.set(client % 20, atMicros)
    }
    expect(new Set(first.values()).size).toBeGreaterThan(10)
  })

  test('name writes in a session with consecutive numbers, and reads in a stream of their own', () => {
    const { world } = start({ clients: 2 })
    world.advance(1_000_000)
    for (let client = 0; client < 2; client++) {
      const numbers = (stream: number) =>
        asked(world)
          .filter((request) => request.client === client + stream * 2)
          .map(({ sequence, command }) => ({ sequence, kind: command.kind }))
      for (const [stream, kind] of ['write', 'read'].entries()) {
        const requests = numbers(stream)
        expect(requests.length).toBeGreaterThan(100)
        expect(requests).toEqual(requests.map((_, i) => ({ sequence: i + 1, kind })))
      }
    }
  })

  test('ask for the share of reads, and of those by lease, that they were told to', () => {
    const { world } = start({ clients: 5, readShare: 0.3, leaseShare: 0.6 })
    world.advance(2_000_000)
    const requests = asked(world)
    const reads = requests.filter(({ command }) => command.kind === 'read')
    const byLease = reads.filter(({ command }) => command.kind === 'read' && command.lease === 1)
    expect(reads.length / requests.length).toBeCloseTo(0.3, 1)
    expect(byLease.length / reads.length).toBeCloseTo(0.6, 1)
  })

  test('write every value once, and never one that was written before', () => {
    const { world } = start({ clients: 3, ...writesOnly })
    world.advance(1_000_000)
    const values = asked(world).flatMap(({ command }) => {
      const operation = decodeCommand((command as { body: Uint8Array }).body)
      return operation && 'value' in operation ? [operation.value] : []
    })
    expect(values.length).toBeGreaterThan(1_000)
    expect(new Set(values).size).toBe(values.length)
  })

  test('tell how long each answer took', () => {
    const { world, workload } = start()
    const latencies: number[] = []
    workload.onLatency = (micros) => latencies.push(micros)
    world.advance(100_000)
    expect(new Set(latencies)).toEqual(new Set([2_000]))
    expect(latencies.length).toBe(workload.completed)
  })
})

describe('clients in an open loop', () => {
  test('ask at the rate they were told to, at random times', () => {
    const { world, workload } = start({ clients: 10, operationsPerSecond: 200 })
    world.advance(10_000_000)
    expect(Math.abs(workload.completed - 2_000)).toBeLessThan(4 * Math.sqrt(2_000))
    const calls = workload.history.history().map(({ call }) => call)
    const gaps = calls.slice(1).map((call, i) => call - (calls[i] as number))
    const long = gaps.filter((gap) => gap > 5_000).length / gaps.length
    // Of waits without memory a share of 1/e is longer than their mean.
    expect(long).toBeCloseTo(Math.exp(-1), 1)
  })

  test('count their latency from when an operation was due, though its client was busy', () => {
    const latencies: number[] = []
    const { world, workload } = start({ clients: 1, operationsPerSecond: 1_000 })
    workload.onLatency = (micros) => latencies.push(micros)
    world.advance(1_000_000)
    // An answer takes 2 ms, so that a client can do half of what is due, and falls behind.
    expect(latencies.length).toBeCloseTo(500, -2)
    expect(latencies[0]).toBeLessThan(5_000)
    expect(latencies.at(-1)).toBeGreaterThan(300_000)
  })

  test('go on with what is due next when they have given one up', () => {
    const settings = { operationsPerSecond: 20, attempts: 1, timeoutMicros: 10_000 }
    const { world, workload } = start({ ...writesOnly, ...settings })
    allDesks(world, 'drop')
    const latencies: number[] = []
    workload.onLatency = (micros) => latencies.push(micros)
    world.advance(5_000_000)
    allDesks(world, 'serve')
    world.advance(10_000_000)
    expect(asked(world).length).toBeGreaterThan(150)
    expect(latencies.length).toBeGreaterThan(60)
    expect(latencies.at(-1)).toBeLessThan(200_000)
  })
})

describe('a client that is refused', () => {
  test('asks whom it is referred to, at once, and stays there', () => {
    const { world, workload } = start({ clients: 5 })
    for (const id of [1, 2]) deskOf(world, id).mode = 'refer'
    world.advance(500_000)
    const elsewhere = asked(world).filter(({ node }) => node !== 0)
    expect(elsewhere.length).toBeGreaterThan(0)
    for (const { client, sequence, atMicros } of elsewhere) {
      const again = asked(world).find(
        (request) =>
          request.node === 0 && request.client === client && request.sequence === sequence,
      )
      expect(again?.atMicros).toBe(atMicros + 2_000)
      expect(atMicros).toBeLessThan(15_000)
    }
    expect(workload.completed).toBeGreaterThan(1_000)
  })

  test('asks others, each time after a rest, and gives up what then did not take place', () => {
    const { world, workload } = start({ ...writesOnly, attempts: 5 })
    allDesks(world, 'refuse')
    world.advance(6_000_000)
    const first = asked(world).filter(({ sequence }) => sequence === 1)
    expect(first).toHaveLength(5)
    for (const [i, { node, atMicros }] of first.slice(1).entries()) {
      expect(node).not.toBe(first[i]?.node)
      expect(atMicros).toBeGreaterThan((first[i]?.atMicros as number) + 2_000)
    }
    expect(asked(world).at(-1)?.sequence).toBeGreaterThan(1)
    // Whatever was asked and refused is gone from the history; only the last may be under way.
    expect(workload.history.history().length).toBeLessThanOrEqual(1)
  })

  test('is asked for nothing new before its operation is over', () => {
    const { world } = start({ attempts: 5 })
    allDesks(world, 'refuse')
    world.advance(3_000_000)
    const names = asked(world).map(({ client, sequence }) => `${client} ${sequence}`)
    const changes = names.filter((name, i) => name !== names[i - 1])
    expect(changes.length).toBe(new Set(names).size)
  })
})

describe('a client without an answer', () => {
  const timeoutMicros = 20_000

  test('asks another node for the same, under the same name, and is answered once', () => {
    const { world, workload } = start({ ...writesOnly, timeoutMicros })
    allDesks(world, 'swallow')
    world.advance(20_000)
    allDesks(world, 'serve')
    world.advance(60_000)
    const [one, other] = asked(world)
    expect(other).toMatchObject({ client: one?.client, sequence: one?.sequence })
    expect(other?.atMicros).toBe((one?.atMicros as number) + timeoutMicros)
    expect(other?.node).not.toBe(one?.node)
    const [operation] = workload.history.history()
    expect(operation).toMatchObject({ client: 0, call: (one?.atMicros as number) - 1_000 })
    expect(operation?.return).toBe((other?.atMicros as number) + 1_000)
  })

  test('gives a write up at last, and leaves it open in the history', () => {
    const { world, workload } = start({ ...writesOnly, timeoutMicros, attempts: 3 })
    allDesks(world, 'swallow')
    world.advance(150_000)
    allDesks(world, 'serve')
    world.advance(600_000)
    const open = workload.history.history().filter((operation) => operation.return === undefined)
    expect(open.length).toBeGreaterThanOrEqual(2)
    expect(workload.completed).toBeGreaterThan(50)
    const attempts = asked(world).filter(({ sequence }) => sequence === 1)
    expect(attempts).toHaveLength(3)
    expect(judged(workload)).toBe('linearizable')
  })

  test('gives a read up and forgets it: it changed nothing', () => {
    const { world, workload } = start({ ...readsOnly, timeoutMicros, attempts: 3 })
    allDesks(world, 'drop')
    world.advance(500_000)
    expect(new Set(asked(world).map(({ sequence }) => sequence)).size).toBeGreaterThan(3)
    expect(workload.history.history().length).toBeLessThanOrEqual(1)
  })

  test('keeps a write open that was refused after an attempt without an answer', () => {
    const { world, workload } = start({ ...writesOnly, timeoutMicros, attempts: 3 })
    allDesks(world, 'swallow')
    world.advance(25_000)
    allDesks(world, 'refuse')
    world.advance(300_000)
    expect(workload.completed).toBe(0)
    const [first, ...others] = workload.history.history()
    expect(first).toMatchObject({ return: undefined })
    expect(others.length).toBeLessThanOrEqual(1)
  })

  test('takes an answer that comes late from the first it asked, and names that node', () => {
    // Node 0 is so slow that its answer comes after the client has asked another, which drops it.
    const { world, workload } = start(
      { ...writesOnly, timeoutMicros, attempts: 3 },
      { byzantine: new Map([[0, { kind: 'delayed', delayMicros: 30_000 }]]), seed: 3 },
    )
    deskOf(world, 1).mode = 'refer'
    deskOf(world, 2).mode = 'drop'
    world.advance(1_000_000)
    expect(workload.completed).toBeGreaterThan(5)
    expect([...workload.answers].map(({ node }) => node)).toEqual(
      new Array<number>(workload.completed).fill(0),
    )
    const [answer] = workload.answers
    const operation = workload.history
      .history()
      .find(({ client, call }) => client === answer?.client && call === answer.callMicros)
    expect(operation?.return).toBeGreaterThan((operation?.call as number) + 30_000)
  })

  test('ignores answers to what it has given up', () => {
    const { world, workload } = start(
      { ...writesOnly, timeoutMicros: 5_000, attempts: 1 },
      { nodes: 1, byzantine: new Map([[0, { kind: 'delayed', delayMicros: 100_000 }]]) },
    )
    world.advance(3_000_000)
    expect(workload.completed).toBe(0)
    expect(deskOf(world, 0).ran.length).toBeGreaterThan(10)
    expect(judged(workload)).toBe('linearizable')
  })
})

describe('a client whose session is lost', () => {
  test('begins another, under a name that nobody had, and counts from one', () => {
    const { world, workload } = start({ clients: 2, ...writesOnly })
    world.advance(20_000)
    allDesks(world, 'expire')
    world.advance(23_000)
    allDesks(world, 'serve')
    world.advance(60_000)
    allDesks(world, 'expire')
    world.advance(63_000)
    allDesks(world, 'serve')
    world.advance(90_000)
    const sessions = new Map<number, number[]>()
    for (const { client, sequence } of asked(world)) {
      sessions.set(client, [...(sessions.get(client) ?? []), sequence])
    }
    // Of two clients, streams 0, 2, 3 and so on; stream 1 is for reads.
    const names = [...sessions.keys()].sort((one, other) => one - other)
    expect(names.slice(0, 4)).toEqual([0, 1, 4, 5])
    expect(names).not.toContain(2)
    expect(names).not.toContain(3)
    for (const sequences of sessions.values()) {
      expect(sequences).toEqual(sequences.map((_, i) => i + 1))
    }
    // What met the end of a session did not take place.
    const open = workload.history.history().filter((operation) => operation.return === undefined)
    expect(open.length).toBeLessThanOrEqual(2)
    expect(judged(workload)).toBe('linearizable')
  })
})

test('a store that loses a write is found out by its clients alone', () => {
  const { world, workload } = start({ clients: 3, keys: 2 })
  world.advance(50_000)
  for (const host of world.hosts) host.application.restore(deskWorldStart)
  world.advance(100_000)
  expect(judged(workload)).toBe('violated')
})

const deskWorldStart = (() => {
  const { world } = start()
  return world.hostOf(0).application.snapshot()
})()
