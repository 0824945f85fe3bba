import { existsSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Scenario, ScenarioError, scenarioSchema } from './scenario.ts'
import { scenarioFrom } from './scenario-shape.ts'

const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(scenarioSchema)

/** Anything that JSON can hold, above all what is nearly right. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(0, -1, 1, 2.5, -0, 10_000, 10_001, 2 ** 53 - 1, 2 ** 53, 1e300, '', 'raft', '5s'),
  fc.constantFrom([], ['heal@5s'], [1], [-1], [null], {}, { a: 1 }, { a: '1' }, true, null),
  fc.constantFrom('held', 'key-value', 'encoded', { verdict: 'held' }, [{ event: 1, fault: 'x' }]),
)

/** A right value for each setting. */
const right: { readonly [name in keyof Scenario]-?: fc.Arbitrary<unknown> } = {
  protocol: fc.constantFrom('raft', 'nakamoto'),
  title: fc.string(),
  seed: fc.maxSafeNat(),
  nodes: fc.integer({ min: 1, max: 10_000 }),
  network: fc.oneof(fc.string(), fc.dictionary(fc.string(), fc.jsonValue())),
  synchrony: fc.string(),
  faults: fc.array(fc.string()),
  chaos: fc.boolean(),
  byzantine: fc.array(fc.string()),
  allowExcessFaults: fc.boolean(),
  reads: fc.double({ min: 0, max: 1, noNaN: true }),
  for: fc.string(),
  until: fc.integer({ min: 1 }),
  workload: fc.constantFrom('key-value', 'payments', 'none'),
  clients: fc.nat(10_000),
  thinkTime: fc.string(),
  rate: fc.double({ min: 0.001, max: 1_000_000, noNaN: true }),
  parameters: fc.dictionary(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  passing: fc.constantFrom('reference', 'frozen', 'encoded'),
  disk: fc.string(),
  hashPower: fc.array(fc.double({ min: 0, max: 1e9, noNaN: true })),
  membershipChanges: fc.boolean(),
  interventions: fc.array(fc.record({ event: fc.nat(), fault: fc.string() })),
  steps: fc.array(fc.string()),
  expect: fc.record(
    { verdict: fc.constantFrom('held', 'violated', 'inconclusive'), property: fc.string() },
    { requiredKeys: ['verdict'] },
  ),
  $schema: fc.string(),
}
const scenario = fc.record(right, { requiredKeys: ['protocol'] })

/** Puts something else in a place of a value: at the end of a path, whose steps are taken modulo what there is. */
function changed(value: unknown, path: readonly number[], into: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined || typeof value !== 'object' || value === null) return into
  const keys = Object.keys(value)
  if (keys.length === 0) return into
  const key = keys[step % keys.length] as string
  const copy: { [key: string]: unknown } & unknown[] = structuredClone(value) as never
  copy[key as never] = changed(copy[key as never], rest, into) as never
  return copy
}

const isScenario = (data: unknown): boolean => {
  try {
    expect(scenarioFrom(data)).toBe(data)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError)
    return false
  }
}

test('every right scenario passes, by our own rules and by the JSON Schema', () => {
  fc.assert(
    fc.property(scenario, (data) => {
      expect(isScenario(data)).toBe(true)
      expect(validate(data), JSON.stringify(validate.errors)).toBe(true)
    }),
  )
})

test('our own rules and the JSON Schema agree on whatever is nearly a scenario', () => {
  const path = fc.array(fc.nat(), { maxLength: 4 })
  const nearly = fc.tuple(scenario, path, anything).map(([...of]) => changed(...of))
  const extended = fc
    .tuple(scenario, fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString')), anything)
    .map(([data, name, value]) => ({
      ...data,
      ...JSON.parse(`{${JSON.stringify(name)}:0}`),
      [name]: value,
    }))
  const verdicts = new Set<boolean>()
  fc.assert(
    fc.property(fc.oneof(nearly, extended, anything), (data) => {
      const valid = validate(data)
      verdicts.add(valid)
      expect(isScenario(data), JSON.stringify(data)).toBe(valid)
    }),
    { numRuns: 2_000 },
  )
  expect(verdicts.size).toBe(2)
})

test('the copy of the schema in docs is up to date', () => {
  const path = new URL('../../../../docs/scenario.schema.json', import.meta.url)
  const advice = 'run npx node --conditions=quorate-source scripts/write-scenario-schema.ts'
  expect(existsSync(path), advice).toBe(true)
  const copy: unknown = JSON.parse(readFileSync(path, 'utf8'))
  expect(copy, advice).toEqual(JSON.parse(JSON.stringify(scenarioSchema)))
})
