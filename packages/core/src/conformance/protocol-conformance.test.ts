import { describe, expect, it } from 'vitest'
import { type AnyNodeClass, immutable, machine, natural, union } from '../model/index.ts'
import {
  Census,
  type CensusMessage,
  type CensusRecord,
  census,
  censusParameters,
  censusSchema,
  censusUnderTest,
} from './testing/census.protocol.ts'
import {
  type Effort,
  type ProtocolTest,
  protocolConformance,
} from './testing/protocol-conformance.ts'
import { declarationTests } from './testing/protocol-declaration.ts'
import type { ProtocolUnderTest } from './testing/protocol-under-test.ts'

const effort: Effort = {
  seeds: [1, 2],
  encodedSeeds: [1],
  watchedEvents: 300,
  hostileInputs: 3_000,
}

describe('the suite passes a protocol that', () => {
  for (const { name, run } of protocolConformance(censusUnderTest(), effort)) it(name, run)
})

/** What the suite finds wrong, test by test. */
function failuresOf(
  under: ProtocolUnderTest,
  tests: (under: ProtocolUnderTest, effort: Effort) => ProtocolTest[] = protocolConformance,
): { [test: string]: string } {
  const failures: { [test: string]: string } = {}
  for (const { name, run } of tests(under, effort)) {
    try {
      run()
    } catch (error) {
      failures[name] = error instanceof Error ? error.message : String(error)
    }
  }
  return failures
}

const sameRuns =
  'keeps its durable fields the fold of its records, and runs alike by reference, frozen and encoded'
const decodes = 'decodes hostile bytes to a DecodeError or to what encodes to the same bytes'

describe('the suite sees a protocol that', () => {
  it('changes a durable field without a record', () => {
    class Forgetful extends Census {
      override timeout(timer: 'period'): void {
        super.timeout(timer)
        this.counted += 1
      }
    }
    expect(failuresOf(censusUnderTest({}, Forgetful))[sameRuns]).toMatch(
      /durable fields equal the fold of the records: node \d changed counted without a record/,
    )
  })

  it('changes a message that it received', () => {
    class Scribbler extends Census {
      override receive(from: number, message: CensusMessage): void {
        super.receive(from, message)
        ;(message.counted as number[])[0] = 0
      }
    }
    expect(failuresOf(censusUnderTest({}, Scribbler))[sameRuns]).toMatch(
      /messages frozen: assertion: .*read only/,
    )
  })

  it('changes a record that it has persisted', () => {
    class Rewriter extends Census {
      override count(): void {
        const record: { kind: 'count'; counted: number } = {
          kind: 'count',
          counted: this.counted + 1,
        }
        this.record(record as CensusRecord)
        record.counted = 0
      }
    }
    expect(failuresOf(censusUnderTest({}, Rewriter))[sameRuns]).toMatch(/read only/)
  })

  it('sends what its codec does not bring back', () => {
    const rounded = immutable<number>({
      ...natural,
      name: 'rounded',
      write: (writer, value) => writer.natural(value - (value % 2)),
    })
    class Rounded extends machine({
      ...censusSchema,
      message: union({ count: { counted: rounded } }),
    }) {
      start(): void {
        this.host.setTimer('period', 50_000)
      }
      receive(from: number, message: { readonly counted: number }): void {
        this.heard.set(from, message.counted)
      }
      timeout(): void {
        this.host.setTimer('period', 50_000)
        this.record({ kind: 'count', counted: this.counted + 1 })
        this.broadcast({ kind: 'count', counted: this.counted })
      }
      propose(): void {}
      apply(record: CensusRecord): void {
        this.counted = record.counted
      }
    }
    const failures = failuresOf(censusUnderTest({ roleOf: () => 'idle' }, Rounded))
    expect(failures[sameRuns]).toMatch(/the schema forgets message.counted/)
  })

  it('takes bytes for a message that no message is written as', () => {
    const rounded = immutable<number>({
      ...natural,
      name: 'rounded',
      read: (reader) => {
        const value = natural.read(reader)
        return value - (value % 2)
      },
    })
    class Rounded extends machine({
      ...censusSchema,
      message: union({ count: { counted: rounded } }),
    }) {
      start(): void {
        this.host.setTimer('period', 50_000)
      }
      receive(from: number, message: { readonly counted: number }): void {
        this.heard.set(from, message.counted)
      }
      timeout(): void {
        this.host.setTimer('period', 50_000)
        this.record({ kind: 'count', counted: this.counted + 1 })
        this.broadcast({ kind: 'count', counted: this.counted * 2 })
      }
      propose(): void {}
      apply(record: CensusRecord): void {
        this.counted = record.counted
      }
    }
    const failures = failuresOf(censusUnderTest({ roleOf: () => 'idle' }, Rounded))
    expect(failures[decodes]).toMatch(/is encoded again as/)
  })

  it('has a decoder that throws something else', () => {
    const fragile = immutable<number>({
      ...natural,
      name: 'fragile',
      read: (reader) => {
        const value = reader.natural()
        if (value > 1_000) throw new RangeError('too many')
        return value
      },
    })
    class Fragile extends (machine({
      ...censusSchema,
      record: union({ count: { counted: fragile } }),
    }) as unknown as typeof Census) {}
    Object.defineProperties(Fragile.prototype, methodsOf(Census))
    expect(failuresOf(censusUnderTest({}, Fragile))[decodes]).toMatch(/RangeError: too many/)
  })

  it('draws lots that no seed decides', () => {
    class Gambler extends Census {
      override remark(): string {
        return `${Math.random()}`
      }
    }
    expect(
      failuresOf(censusUnderTest({}, Gambler))[
        'gives the same run for a seed, and another for another'
      ],
    ).toMatch(/the traces of the same seeds/)
  })

  it('keeps something in its state that is no plain data', () => {
    class Hider extends Census {
      override start(): void {
        super.start()
        Object.assign(this.heard, { secret: 1 })
        this.heard.set(-1, 5)
      }
    }
    const failures = failuresOf(censusUnderTest({}, Hider))
    expect(
      failures['has a state of plain data, which can be copied, written, hashed and shown'],
    ).toMatch(/cannot encode -1/)
  })

  it('sends to itself', () => {
    class Echo extends Census {
      override count(): void {
        super.count()
        this.host.send(this.host.self, { kind: 'count', counted: [], remark: '' })
      }
    }
    expect(failuresOf(censusUnderTest({}, Echo))['sends to others alone']).toMatch(
      /messages to the/,
    )
  })

  it('never writes anything down', () => {
    class Careless extends Census {
      override count(): void {
        this.broadcast({ kind: 'count', counted: [1], remark: '' })
      }
    }
    expect(
      failuresOf(censusUnderTest({}, Careless))['records, crashes and comes back in these runs'],
    ).toBe('nothing was recorded')
  })

  it('plays a role that it does not declare, or tells more or less than one sentence', () => {
    const telling = 'has a role and one sentence for every moment'
    const failure = (changes: Parameters<typeof censusUnderTest>[0]): string | undefined =>
      failuresOf(censusUnderTest(changes))[telling]
    expect(failure({ roleOf: () => 'king' })).toMatch(/is a 'king', which is no role/)
    for (const told of ['', 'no capital.', 'No end', 'Two. Sentences.', 'A\nline.']) {
      expect(failure({ narrate: () => told })).toMatch(/not one sentence/)
    }
    let looks = 0
    const meddling = (nodes: ReadonlyMap<number, unknown>): string => {
      looks += 1
      for (const node of nodes.values()) (node as Census).heard.set(9, looks)
      return 'All is well.'
    }
    expect(failure({ narrate: meddling })).toMatch(/states after a look at them/)
  })

  it('declares what cannot be', () => {
    const twice = [census.mutants[0], census.mutants[0]] as never
    const wrong: { readonly [test: string]: Parameters<typeof censusUnderTest>[0][] } = {
      'describes itself': [{ name: 'The Census' }, { summary: 'No sentence' }, { faults: '' }],
      'says how many faults it tolerates': [
        { resilience: { bound: 'n > f', maximumFaulty: (nodes) => nodes + 1 } },
        { resilience: { bound: 'n > f', maximumFaulty: (nodes) => 5 - nodes } },
        { resilience: { bound: 'n > f', maximumFaulty: () => 0 } },
        { usualNodes: 0 },
      ],
      'names its roles, the leader among them': [
        { leader: 'king' },
        { roles: [] },
        { roles: ['idle', 'idle', 'counting'] },
      ],
      'declares parameters that are in range at first': [
        { node: classWith({ periodMs: { ...censusParameters.periodMs, initial: 0 } }) },
        { node: classWith({ periodMs: { ...censusParameters.periodMs, what: '' } }) },
      ],
      'forms requests that its codec knows': [{ requests: { write: () => ({ kind: 'write' }) } }],
      'has properties of different names, checked afresh in every run': [
        { checkers: () => [oneChecker] },
        { checkers: () => [{ ...oneChecker }, { ...oneChecker }] },
        { narrate: () => '' },
      ],
      'has planted bugs, each of which breaks a property that is checked': [
        { mutants: twice },
        { mutants: [{ name: 'x', bug: 'it is wrong', breaks: ['peace'], node: MutantCensus }] },
        { mutants: [{ name: 'x', bug: 'it is wrong', breaks: [], node: MutantCensus }] },
        { mutants: [{ name: 'x', bug: 'it is wrong', breaks: ['assertion'], node: Census }] },
      ],
    }
    for (const [test, all] of Object.entries(wrong)) {
      for (const changes of all) {
        const failures = failuresOf(censusUnderTest(changes), declarationTests)
        expect(Object.keys(failures)).toContain(test)
      }
    }
  })
})

class MutantCensus extends Census {}

const oneChecker = { property: 'agreement', kind: 'safety', violation: undefined } as const

/** The methods of a class, to be put into another. */
function methodsOf(nodeClass: typeof Census): PropertyDescriptorMap {
  const { constructor: _, ...methods } = Object.getOwnPropertyDescriptors(nodeClass.prototype)
  return methods as unknown as PropertyDescriptorMap
}

function classWith(parameters: object): AnyNodeClass<never> {
  class Changed extends (machine({
    ...censusSchema,
    parameters: parameters as typeof censusParameters,
  }) as unknown as typeof Census) {}
  Object.defineProperties(Changed.prototype, methodsOf(Census))
  return Changed as unknown as AnyNodeClass<never>
}
