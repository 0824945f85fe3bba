import { describe, expect, test } from 'vitest'
import { bool, durable, machine, natural, union } from '../model/index.ts'
import { type ExploreOptions, explore, replay } from './index.ts'

const Poke = machine({
  state: { seen: natural, stored: durable(natural), clock: natural, verified: bool },
  message: union({ poke: { times: natural } }),
  record: union({ stored: { times: natural } }),
  command: union({ go: {} }),
  timers: ['first', 'second'],
  parameters: {},
})

/** Does nothing; each test says what else. */
class Quiet extends Poke {
  start(): void {}
  receive(_from: number, _message: unknown): void {}
  timeout(_timer: string): void {}
  propose(): void {}
  apply(record: { readonly times: number }): void {
    this.stored = record.times
  }
}

const go = { command: { kind: 'go' }, node: 0 }
const world = {
  nodes: 2,
  commands: [go],
  invariants: [],
} satisfies Partial<ExploreOptions>

function violationOf(nodeClass: ExploreOptions['nodeClass']): string | undefined {
  return explore({ ...world, nodeClass: nodeClass as NonNullable<typeof nodeClass> }).violation
    ?.message
}

describe('the explorer as a host', () => {
  test('delivers messages that nobody can change any more', () => {
    class ChangesMessages extends Quiet {
      override propose(): void {
        this.host.send(1, { kind: 'poke', times: 1 })
      }
      override receive(_from: number, message: { times: number }): void {
        message.times += 1
      }
    }
    expect(violationOf(ChangesMessages)).toMatch(/^node 1: Cannot assign to read only property/)
  })

  test('lets no node send to itself, or to nobody', () => {
    class SendsToItself extends Quiet {
      override propose(): void {
        this.host.send(0, { kind: 'poke', times: 1 })
      }
    }
    expect(violationOf(SendsToItself)).toBe('node 0: node 0 sends to 0: must be one of 1')
  })

  test('arms declared timers alone', () => {
    class Undeclared extends Quiet {
      override propose(): void {
        this.host.setTimer('third' as 'first', 1)
      }
    }
    expect(violationOf(Undeclared)).toBe(
      "node 0: 'third' is no timer: the timers are first, second",
    )
  })

  test('lets a node do nothing while it applies a record on behalf of its disk', () => {
    class SendsWhenApplying extends Quiet {
      override propose(): void {
        this.record({ kind: 'stored', times: 1 })
      }
      override apply(record: { readonly times: number }): void {
        super.apply(record)
        this.host.sendEagerly(1, { kind: 'poke', times: 1 })
      }
    }
    expect(violationOf(SendsWhenApplying)).toMatch(/^node 0: Cannot add property 0/)
  })

  test('lets nothing leave before what was recorded ahead of it is on disk, unless sent eagerly', () => {
    class Records extends Quiet {
      override propose(): void {
        const request = { client: 7, sequence: 1 }
        const outcome = { kind: 'done', result: new Uint8Array(0) } as const
        this.host.send(1, { kind: 'poke', times: 0 })
        this.record({ kind: 'stored', times: 1 })
        this.host.send(1, { kind: 'poke', times: 1 })
        this.record({ kind: 'stored', times: 2 })
        this.host.send(1, { kind: 'poke', times: 2 })
        this.host.reply(request, outcome)
        this.host.sendEagerly(1, { kind: 'poke', times: 3 })
        this.host.replyEagerly({ ...request, client: 8 }, outcome)
      }
      override durable(position: number): void {
        this.seen = position
      }
    }
    const options = { ...world, nodeClass: Records, disk: 'asynchronous' } as const
    const { steps, nodes } = replay(options, [
      { kind: 'propose', node: 0, place: 0, command: { kind: 'go' } },
      { kind: 'sync', node: 0 },
      { kind: 'sync', node: 0 },
    ])
    const left = steps.map(({ sent, replies, nodes: after }) => [
      sent.map(({ message }) => (message as { times: number }).times),
      replies.map(({ request }) => request.client),
      after.get(0)?.seen,
    ])
    expect(left).toEqual([
      [[0, 3], [8], 0],
      [[1], [], 1],
      [[2], [7], 2],
    ])
    expect(nodes.get(0)?.stored).toBe(2)

    // A crash after the first record leaves that one alone, and nothing is sent any more.
    const crashed = replay({ ...options, bounds: { crashes: 1 } }, [
      { kind: 'propose', node: 0, place: 0, command: { kind: 'go' } },
      { kind: 'crash', node: 0, survivors: 1 },
      { kind: 'restart', node: 0 },
    ])
    expect(crashed.nodes.get(0)).toMatchObject({ stored: 1, seen: 0 })
    expect(crashed.steps[1]?.nodes.has(0)).toBe(false)
    expect(crashed.steps.slice(1).flatMap(({ sent, replies }) => [...sent, ...replies])).toEqual([])
  })

  test('knows whose signature it is', () => {
    class Signs extends Quiet {
      override propose(): void {
        const bytes = Uint8Array.of(1)
        const signature = this.host.sign(bytes)
        this.verified =
          this.host.verify(0, bytes, signature) &&
          !this.host.verify(1, bytes, signature) &&
          !this.host.verify(0, Uint8Array.of(2), signature)
      }
    }
    const path = [{ kind: 'propose', node: 0, place: 0, command: { kind: 'go' } }] as const
    const { nodes } = replay({ ...world, nodeClass: Signs }, path)
    expect(nodes.get(0)?.verified).toBe(true)
  })

  test('fires any armed timer, in any order, each once for each time that it was armed', () => {
    class ArmsTwo extends Quiet {
      override start(): void {
        this.host.setTimer('first', 10)
        this.host.setTimer('first', 30)
        this.host.setTimer('second', 20)
      }
      override timeout(timer: 'first' | 'second'): void {
        this.seen = this.seen * 10 + (timer === 'first' ? 1 : 2)
        this.clock = this.host.now()
        if (this.seen === 2) this.host.cancelTimer('first')
      }
    }
    const options = { nodes: 1, nodeClass: ArmsTwo, bounds: { timeouts: 5 }, invariants: [] }
    const seen = new Set<string>()
    const gather = {
      property: 'gathers',
      broken: (nodes: ReadonlyMap<number, ArmsTwo>) => {
        const node = nodes.get(0)
        seen.add(`${node?.seen} at ${node?.clock}`)
        return undefined
      },
    }
    explore({ ...options, invariants: [gather] })
    expect([...seen].sort()).toEqual(['0 at 0', '1 at 0', '12 at 0', '2 at 0'])
    seen.clear()
    explore({ ...options, invariants: [gather], clock: 'deadlines' })
    // The second timer may be late: then its deadline is past, and the clock does not go back.
    expect([...seen].sort()).toEqual(['0 at 0', '1 at 30', '12 at 30', '2 at 20'])
  })

  test('mints only what a miner was allowed to find', () => {
    class Forges extends Quiet {
      override start(): void {
        this.host.mine(7)
      }
      override template(): Uint8Array {
        return new Uint8Array(80).fill(this.seen)
      }
      override mined(header: Uint8Array): void {
        const id = this.idOf(header)
        this.verified = this.host.verifyWork(id, 7) && !this.host.verifyWork(id, 8)
        this.seen += this.host.verifyWork(this.idOf(header.with(0, 9)), 7) ? 100 : 1
        this.host.stopMining()
      }
      idOf(header: Uint8Array): string {
        const digest = this.host.hash(this.host.hash(header)).toReversed()
        return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      }
    }
    const options = { nodes: 1, nodeClass: Forges, bounds: { blocks: 3 }, invariants: [] }
    expect(explore(options).uniqueStates).toBe(2)
    const { nodes } = replay(options, [{ kind: 'mine', node: 0 }])
    expect(nodes.get(0)).toMatchObject({ verified: true, seen: 1 })
  })

  test('shows invariants nodes that they cannot make act', () => {
    const meddles = {
      property: 'meddles',
      broken: (nodes: ReadonlyMap<number, Quiet>) => {
        nodes.get(0)?.broadcast({ kind: 'poke', times: 1 })
        return undefined
      },
    }
    expect(() => explore({ ...world, nodeClass: Quiet, invariants: [meddles] })).toThrow(TypeError)
  })
})
