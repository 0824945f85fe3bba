import fc from 'fast-check'
import {
  ascendingNodes,
  bigNatural,
  bool,
  byNode,
  bytes,
  int,
  list,
  map,
  natural,
  nodeId,
  oneOf,
  option,
  set,
  shared,
  struct,
  type Type,
  text,
  union,
} from '../index.ts'

/** A type of the schema with arbitrary values of it, and what is known of those values from outside the schema. */
export interface Sample {
  readonly type: Type<unknown>
  readonly values: fc.Arbitrary<unknown>
  /** The containers in a value that may be changed, and that no copy may share. */
  mutableParts(value: unknown): object[]
  /** The values within that are never changed, and that every copy holds by reference. */
  immutableParts(value: unknown): unknown[]
  /** The value with every set and map filled in the opposite order. */
  reversed(value: unknown): unknown
}

/** Numbers of up to 53 bits, of every length of encoding. */
export const naturals: fc.Arbitrary<number> = fc.oneof(
  fc.nat({ max: 300 }),
  fc.nat(),
  fc.maxSafeNat(),
  fc
    .tuple(fc.integer({ min: 1, max: 53 }), fc.integer({ min: -2, max: 1 }))
    .map(([bits, offset]) => Math.min(Math.max(0, 2 ** bits + offset), Number.MAX_SAFE_INTEGER)),
)

/** Integers of up to 52 bits and a sign. */
export const integers: fc.Arbitrary<number> = fc
  .tuple(naturals, fc.boolean())
  .map(([value, negative]) => Math.min(value, 2 ** 52 - 1) * (negative && value > 0 ? -1 : 1))

/** Texts of every kind of character, byte order marks and `__proto__` among them. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '\ufeff', '\ufeffa', '\u0000', '__proto__', 'constructor', '\u{10ffff}'),
)

export const byteStrings: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 40 })

export const bigNaturals: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: 300n }),
  fc.bigInt({ min: 0n, max: 2n ** 300n }),
)

const scalar = (type: Type<unknown>, values: fc.Arbitrary<unknown>): Sample => ({
  type,
  values,
  mutableParts: () => [],
  immutableParts: (value) => [value],
  reversed: (value) => value,
})

const colours = ['red', 'green', 'blue'] as const

const keys = [
  scalar(natural, naturals),
  scalar(int, integers),
  scalar(nodeId, fc.nat({ max: 9 })),
  scalar(text, texts),
  scalar(oneOf(...colours), fc.constantFrom(...colours)),
]

const scalars = [
  ...keys,
  scalar(bool, fc.boolean()),
  scalar(bytes, byteStrings),
  scalar(bigNatural, bigNaturals),
]

function optionOf(inner: Sample): Sample {
  const unless =
    <T>(nothing: T, otherwise: (value: unknown) => T) =>
    (value: unknown) =>
      value === undefined ? nothing : otherwise(value)
  return {
    type: option(inner.type),
    values: fc.option(inner.values, { nil: undefined }),
    mutableParts: unless([], inner.mutableParts),
    immutableParts: unless([], inner.immutableParts),
    reversed: unless<unknown>(undefined, inner.reversed),
  }
}

function listOf(element: Sample): Sample {
  const elements = (value: unknown): unknown[] => value as unknown[]
  return {
    type: list(element.type),
    values: fc.array(element.values, { maxLength: 5 }),
    mutableParts: (value) => [value as object, ...elements(value).flatMap(element.mutableParts)],
    immutableParts: (value) => elements(value).flatMap(element.immutableParts),
    reversed: (value) => elements(value).map(element.reversed),
  }
}

/** Every sample of it is about ten nodes. */
const someNodes: Sample = {
  ...listOf(scalar(nodeId, fc.nat({ max: 9 }))),
  type: ascendingNodes,
  values: fc
    .uniqueArray(fc.nat({ max: 9 }), { maxLength: 6 })
    .map((nodes) => nodes.sort((left, right) => left - right)),
}

function byNodeOf(element: Sample): Sample {
  return {
    ...listOf(element),
    type: byNode(element.type),
    values: fc.oneof(fc.constant([]), fc.array(element.values, { minLength: 10, maxLength: 10 })),
  }
}

function setOf(key: Sample): Sample {
  const values = (value: unknown): unknown[] => [...(value as Set<unknown>)]
  return {
    type: set(key.type as Type<number>),
    values: fc.uniqueArray(key.values, { maxLength: 6 }).map((elements) => new Set(elements)),
    mutableParts: (value) => [value as object],
    immutableParts: values,
    reversed: (value) => new Set(values(value).reverse()),
  }
}

function mapOf(key: Sample, content: Sample): Sample {
  const entries = (value: unknown): [unknown, unknown][] => [...(value as Map<unknown, unknown>)]
  const contents = (value: unknown): unknown[] => entries(value).map(([, inside]) => inside)
  return {
    type: map(key.type as Type<number>, content.type),
    values: fc
      .uniqueArray(fc.tuple(key.values, content.values), {
        maxLength: 5,
        selector: ([name]) => name,
      })
      .map((pairs) => new Map(pairs)),
    mutableParts: (value) => [value as object, ...contents(value).flatMap(content.mutableParts)],
    immutableParts: (value) => contents(value).flatMap(content.immutableParts),
    reversed: (value) =>
      new Map(
        entries(value)
          .reverse()
          .map(([name, inside]) => [name, content.reversed(inside)]),
      ),
  }
}

type Samples = { readonly [field: string]: Sample }
type Values = { readonly [field: string]: unknown }

const typesOf = (fields: Samples): { [field: string]: Type<unknown> } =>
  Object.fromEntries(Object.entries(fields).map(([name, sample]) => [name, sample.type]))

const valuesOf = (fields: Samples): fc.Arbitrary<Values> =>
  fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, sample]) => [name, sample.values])),
  )

function structOf(fields: Samples): Sample {
  const within = <T>(value: unknown, take: (sample: Sample, inside: unknown) => T[]): T[] =>
    Object.entries(fields).flatMap(([name, sample]) => take(sample, (value as Values)[name]))
  return {
    type: struct(typesOf(fields)),
    values: valuesOf(fields),
    mutableParts: (value) => [
      value as object,
      ...within(value, (sample, inside) => sample.mutableParts(inside)),
    ],
    immutableParts: (value) => within(value, (sample, inside) => sample.immutableParts(inside)),
    reversed: (value) =>
      Object.fromEntries(
        Object.entries(fields).map(([name, sample]) => [
          name,
          sample.reversed((value as Values)[name]),
        ]),
      ),
  }
}

function unionOf(alternatives: { readonly [kind: string]: Samples }): Sample {
  const kinds = Object.keys(alternatives)
  return scalar(
    union(Object.fromEntries(kinds.map((kind) => [kind, typesOf(alternatives[kind] as Samples)]))),
    fc.oneof(
      ...kinds.map((kind) =>
        valuesOf(alternatives[kind] as Samples).map((values) => ({ kind, ...values })),
      ),
    ),
  )
}

function sharedOf(fields: Samples): Sample {
  const make = shared('Shared', typesOf(fields))
  return scalar(
    make,
    valuesOf(fields).map((values) => make(values as never)),
  )
}

const bySimpleName = (samples: readonly Sample[]): Samples =>
  Object.fromEntries(samples.map((sample, place) => [`field${place}`, sample]))

const [aNatural, anInteger, aNode, aText] = keys as [Sample, Sample, Sample, Sample, Sample]
const aBytes = scalar(bytes, byteStrings)
const everyScalar = bySimpleName(scalars)

/** Types whose values may pass between nodes: every way of putting types together, on every type that it meets in practice. */
const sendable: readonly Sample[] = (() => {
  const simple = [
    ...scalars,
    ...scalars.map(optionOf),
    ...scalars.map(listOf),
    structOf({}),
    structOf(everyScalar),
    sharedOf({}),
    sharedOf(everyScalar),
    unionOf({ only: {} }),
    unionOf({ first: {}, second: everyScalar, third: { a: aText } }),
  ]
  const pair = structOf({ a: aNatural, b: listOf(anInteger) })
  const entry = sharedOf({ term: aNatural, command: optionOf(aBytes), pair })
  const either = unionOf({ one: { pair }, many: { entries: listOf(entry), pairs: listOf(pair) } })
  const nested = [pair, entry, either, listOf(aText)]
  return [
    ...simple,
    ...nested,
    ...nested.map(optionOf),
    ...nested.map(listOf),
    someNodes,
    byNodeOf(aNatural),
    byNodeOf(aNode),
    byNodeOf(pair),
    listOf(optionOf(pair)),
    optionOf(listOf(optionOf(listOf(aBytes)))),
    structOf(bySimpleName(nested)),
    sharedOf(bySimpleName(nested)),
    unionOf({ a: bySimpleName(nested), b: { entry }, c: { either: optionOf(either) } }),
  ]
})()

/** Types for a node's state: those, and sets and maps. */
const storable: readonly Sample[] = (() => {
  const sets = keys.map(setOf)
  const maps = keys.map((key) => mapOf(key, aNatural))
  const votes = setOf(aNode)
  const flow = structOf({ next: aNatural, holders: votes })
  const inside = [listOf(aText), votes, flow, optionOf(aBytes), mapOf(aText, votes), structOf({})]
  return [
    ...sendable,
    ...sets,
    ...maps,
    ...inside.map((content) => mapOf(aText, content)),
    ...inside.map((content) => mapOf(aNode, content)),
    ...[votes, flow, ...maps].map(listOf),
    ...[votes, flow, ...maps].map(optionOf),
    structOf(bySimpleName([...sets, ...inside])),
  ]
})()

/** In a counterexample, a type is shown by its name. */
const shown = (sample: Sample): Sample =>
  Object.assign({ [fc.toStringMethod]: () => sample.type.name }, sample)

/** A type of the schema, with `count` values of it. */
export const anyValues = (count: number): fc.Arbitrary<readonly [Sample, ...unknown[]]> =>
  fc
    .constantFrom(...storable)
    .chain((sample) =>
      fc.tuple(fc.constant(shown(sample)), ...Array.from({ length: count }, () => sample.values)),
    )

/** A type that may be sent, with a value of it. */
export const anySendable: fc.Arbitrary<readonly [Sample, unknown]> = fc
  .constantFrom(...sendable)
  .chain((sample) => fc.tuple(fc.constant(shown(sample)), sample.values))
