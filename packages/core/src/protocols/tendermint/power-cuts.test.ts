import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, text } from '../../model/index.ts'
import { Accountability } from './accountability.ts'
import { HeightAgreement } from './height-agreement.ts'
import { tendermintMutants } from './tendermint.mutants.ts'
import { Tendermint } from './tendermint.ts'
import { ScriptedValidators, type TendermintTimer } from './testing/scripted-validators.ts'
import { VoteDurability } from './vote-durability.ts'

/** Something that happens; the number says to whom, or which. */
type Step = readonly [
  kind: 'deliver' | 'sync' | 'write' | 'timeout' | 'crash' | 'crash all',
  n: number,
]

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.oneof(
    { weight: 60, arbitrary: fc.constant('deliver' as const) },
    { weight: 25, arbitrary: fc.constant('sync' as const) },
    { weight: 4, arbitrary: fc.constant('write' as const) },
    { weight: 4, arbitrary: fc.constant('timeout' as const) },
    { weight: 2, arbitrary: fc.constant('crash' as const) },
    { weight: 1, arbitrary: fc.constant('crash all' as const) },
  ),
  fc.nat(),
)

/** Validators with slow disks, among whom things happen in whatever order. */
class StormyValidators {
  readonly checkers = [
    new HeightAgreement(),
    new Accountability(new Set<number>()),
    new VoteDurability(),
  ]
  readonly world: ScriptedValidators
  written = 0

  constructor(protocol: typeof Tendermint) {
    const parameters = { snapshotBlocks: 3, trailingBlocks: 1 }
    this.world = new ScriptedValidators({
      disks: 'slow',
      checkers: this.checkers,
      parameters,
      protocol,
    })
  }

  take([kind, n]: Step): void {
    const { world } = this
    const id = n % world.nodes.length
    switch (kind) {
      case 'deliver': {
        const chosen = world.inFlight[n % Math.max(1, world.inFlight.length)]
        world.deliver((inFlight) => inFlight === chosen)
        return
      }
      case 'sync':
        return world.sync(id)
      case 'write':
        this.written += 1
        return world.write(`${this.written}`, { client: this.written, sequence: 1 })
      case 'timeout':
        return this.fireTimer(id, n)
      case 'crash':
        return this.cutPower(id, n)
      case 'crash all':
        for (const each of world.nodes) this.cutPower(each, n + 7 * each)
        return
    }
  }

  private fireTimer(id: number, n: number): void {
    const timers = [...this.world.host(id).timers.keys()]
    const timer = timers[n % Math.max(1, timers.length)]
    if (timer !== undefined) this.world.timeout(id, timer as TendermintTimer)
  }

  /** Of what the disk has not acknowledged a part may be there all the same. */
  private cutPower(id: number, n: number): void {
    const { durable, records } = this.world.host(id)
    this.world.crash(id, durable + (n % (records.length - durable + 1)))
    this.world.start(id)
  }

  /** Everything arrives, and timers go off, until all have decided the same. */
  heal(): void {
    const { world } = this
    for (let time = 0; time < 40; time += 1) {
      do {
        world.deliverAll()
        for (const id of world.nodes) world.sync(id)
      } while (world.inFlight.length > 0 || this.unsynced)
      for (const id of world.nodes) {
        for (const timer of ['status', 'propose', 'prevote', 'precommit'] as const) {
          if (world.host(id).timers.has(timer)) world.timeout(id, timer)
        }
      }
    }
  }

  private get unsynced(): boolean {
    return this.world.hosts.some(({ durable, records }) => durable < records.length)
  }

  /** Committed entries that validators have told of and no longer have; the last request, where it is not done; violations. */
  faults(): string[] {
    const { world } = this
    const violations = this.checkers.flatMap(({ violation }) => violation?.message ?? [])
    const journals = world.nodes.map((id) => world.journal(id).split(' '))
    const lost = world.outputs.flatMap(({ node, output }) => {
      if (output.kind !== 'committed') return []
      const line = decode(text, output.command)
      const there = journals.every((journal) => journal[output.index - 1] === line)
      return there ? [] : [`entry ${output.index} of validator ${node}: ${line}`]
    })
    const undone = journals.filter((journal) => !journal.includes(`${this.written}`))
    return [...violations, ...lost, ...undone.map((journal) => `stuck: ${journal.join(' ')}`)]
  }
}

const steps = fc.array(step, { minLength: 200, maxLength: 600, size: 'max' })

function faultsAfter(story: readonly Step[], protocol: typeof Tendermint): string[] {
  const storm = new StormyValidators(protocol)
  for (const taken of story) storm.take(taken)
  storm.take(['write', 0])
  storm.heal()
  return storm.faults()
}

/** What 150 stories find wrong: one of them, or none. */
function found(protocol: typeof Tendermint): string[] {
  let faults: string[] = []
  const holds = fc.property(steps, (story) => {
    faults = faultsAfter(story, protocol)
    return faults.length === 0
  })
  fc.check(holds, { numRuns: 150, seed: 1, endOnFailure: true })
  return faults
}

test('whatever is lost when power fails, of one validator or of all, nothing is that was committed', () => {
  expect(found(Tendermint)).toEqual([])
})

test.each([
  ['own-vote-counted-early', 'came back without the'],
  ['vote-not-persisted', 'came back without the'],
])('of %s it would be found', (name, fault) => {
  const planted = tendermintMutants.find((mutant) => mutant.name === name)
  expect(found(planted?.node as typeof Tendermint).join()).toContain(fault)
})
