import { DecodeError } from './decode-error.ts'
import {
  type FieldObject,
  FieldOperations,
  type Fields,
  type FieldValues,
  type ImmutableFields,
  type Measured,
} from './fields.ts'
import { mix } from './hash.ts'
import { renameEach, unchanged } from './rename.ts'
import type { Type } from './type.ts'
import { naturalSize } from './writer.ts'

/**
 * A value or `undefined`.
 * @throws RangeError for an option of an option: there is only one `undefined`
 */
export function option<T>(type: Type<T>): Type<T | undefined> {
  if (type.optional) throw new RangeError(`option(${type.name}): there is only one undefined`)
  const { write, read, size, copy, hash, equal, rename } = type
  return {
    name: `option(${type.name})`,
    minimumBytes: 1,
    immutable: type.immutable,
    optional: true,
    unordered: type.unordered,
    initial: () => undefined,
    write: (writer, value) => {
      writer.byte(value === undefined ? 0 : 1)
      if (value !== undefined) write(writer, value)
    },
    read: (reader) => {
      const present = reader.byte()
      if (present > 1) throw new DecodeError(`an option of ${present}`)
      return present === 1 ? read(reader) : undefined
    },
    size: (value) => (value === undefined ? 1 : 1 + size(value)),
    copy: (value) => (value === undefined ? undefined : copy(value)),
    hash: (seed, value) => (value === undefined ? mix(seed, 0) : hash(mix(seed, 1), value)),
    equal: (left, right) =>
      left === undefined || right === undefined ? left === right : equal(left, right),
    freeze: (value) => {
      if (value !== undefined) type.freeze(value)
    },
    view: (value) => (value === undefined ? null : type.view(value)),
    rename:
      rename === unchanged
        ? unchanged
        : (value, renaming) => (value === undefined ? undefined : rename(value, renaming)),
  }
}

/** Values in order. */
export function list<T>(element: Type<T>): Type<T[]> {
  boundable(element, 'list')
  const { write, read, size, copy, hash, equal, rename } = element
  return {
    name: `list(${element.name})`,
    minimumBytes: 1,
    immutable: false,
    unordered: element.unordered,
    initial: () => [],
    write: (writer, values) => {
      writer.natural(values.length)
      for (let i = 0; i < values.length; i += 1) write(writer, values[i] as T)
    },
    read: (reader) => {
      const count = reader.count(element.minimumBytes)
      const values: T[] = []
      for (let i = 0; i < count; i += 1) values.push(read(reader))
      return values
    },
    size: (values) => {
      let total = naturalSize(values.length)
      for (let i = 0; i < values.length; i += 1) total += size(values[i] as T)
      return total
    },
    copy: (values) => (element.immutable ? values.slice() : values.map((value) => copy(value))),
    hash: (seed, values) => {
      let mixed = mix(seed, values.length)
      for (let i = 0; i < values.length; i += 1) mixed = hash(mixed, values[i] as T)
      return mixed
    },
    equal: (left, right) => {
      if (left.length !== right.length) return false
      for (let i = 0; i < left.length; i += 1) {
        if (!equal(left[i] as T, right[i] as T)) return false
      }
      return true
    },
    freeze: (values) => {
      for (const value of values) element.freeze(value)
      Object.freeze(values)
    },
    view: (values) => values.map((value) => element.view(value)),
    rename:
      rename === unchanged
        ? unchanged
        : (values, renaming) => renameEach(values, rename, renaming) as T[],
  }
}

/** Refuses element types that may take no bytes: nothing would bound how many a few bytes can claim. */
export function boundable(
  element: Pick<Type<unknown>, 'name' | 'minimumBytes'>,
  container: string,
): void {
  if (element.minimumBytes < 1) {
    throw new RangeError(
      `a ${container} of ${element.name}: its elements must take at least one byte`,
    )
  }
}

/** Named fields that may be assigned, such as what a leader knows of one follower. */
export function struct<const F extends Fields>(fields: F): Type<FieldValues<F>> {
  const operations = new FieldOperations(fields)
  type Value = FieldValues<F>
  return {
    name: `{${operations.names.join(', ')}}`,
    minimumBytes: operations.minimumBytes,
    immutable: false,
    unordered: operations.unorderedField !== undefined,
    initial: () => {
      const value: FieldObject = {}
      operations.initialise(value)
      return value as Value
    },
    write: (writer, value) => operations.write(writer, value),
    read: (reader) => {
      const value: FieldObject = {}
      operations.readInto(reader, value)
      return value as Value
    },
    size: (value) => operations.size(value),
    copy: (value) => {
      const copied: FieldObject = {}
      operations.copyInto(value, copied)
      return copied as Value
    },
    hash: (hash, value) => operations.hash(hash, value),
    equal: (left, right) => left === right || operations.equal(left, right),
    freeze: (value) => operations.freeze(value),
    view: (value) => operations.view(value),
    rename: operations.namesNodes
      ? (value, renaming) => {
          const changed = operations.renamed(value, renaming)
          return changed ? ({ ...(value as FieldObject), ...changed } as Value) : value
        }
      : unchanged,
  }
}

/** The alternatives of a union: for each kind, its fields. */
export type Kinds = { readonly [kind: string]: Fields }

/** An immutable value of one of several kinds. */
export type UnionValue<K extends Kinds> = {
  readonly [N in keyof K]: { readonly kind: N } & ImmutableFields<K[N]>
}[keyof K]

/** A discriminated union, such as a protocol's messages. */
export interface UnionType<K extends Kinds> extends Type<UnionValue<K>> {
  readonly kinds: readonly (keyof K & string)[]
  /** The place of a value's kind in `kinds`: a small number for tables and traces. */
  kindOf(value: UnionValue<K>): number
  /** Gives `size(value)` and `hash(0, value)`. */
  measure(value: UnionValue<K>, into: Measured): void
}

/**
 * One of several kinds of values, told apart by `kind`. Never changed after it was made.
 * @throws RangeError for more than 256 kinds, a field named `kind`, or a field that holds a set or a map
 */
export function union<const K extends Kinds>(alternatives: K): UnionType<K> {
  const kinds = Object.keys(alternatives)
  const operations = kinds.map((kind) => alternative(kind, alternatives[kind] as Fields))
  if (kinds.length > 256) throw new RangeError(`a union of ${kinds.length} kinds: 256 at most`)
  type Value = UnionValue<K>
  const kindOf = (value: Value): number => {
    const kind = value.kind as string
    // Names of kinds are constants of the program, which compare by address: quicker than a map.
    for (let place = 0; place < kinds.length; place += 1) if (kinds[place] === kind) return place
    throw new RangeError(`'${String(kind)}' is not one of ${kinds.join(', ')}`)
  }
  const fieldsOf = (place: number): FieldOperations => operations[place] as FieldOperations
  return {
    kinds,
    kindOf,
    name: kinds.join(' | '),
    minimumBytes:
      1 + operations.reduce((least, fields) => Math.min(least, fields.minimumBytes), 2 ** 31),
    immutable: true,
    initial: () => {
      throw new RangeError(`a union has no initial value: declare option(${kinds.join(' | ')})`)
    },
    write: (writer, value) => {
      const place = kindOf(value)
      writer.byte(place)
      fieldsOf(place).write(writer, value as FieldObject)
    },
    read: (reader) => {
      const place = reader.byte()
      const kind = kinds[place]
      if (kind === undefined)
        throw new DecodeError(`kind ${place}, which is none of ${kinds.join(', ')}`)
      const value: FieldObject = { kind }
      fieldsOf(place).readInto(reader, value)
      return value as Value
    },
    size: (value) => 1 + fieldsOf(kindOf(value)).size(value as FieldObject),
    copy: (value) => value,
    hash: (hash, value) => {
      const place = kindOf(value)
      return fieldsOf(place).hash(mix(hash, place), value as FieldObject)
    },
    measure: (value, into) => {
      const place = kindOf(value)
      fieldsOf(place).measure(mix(0, place), value as FieldObject, into)
      into.bytes += 1
    },
    equal: (left, right) =>
      left === right ||
      (left.kind === right.kind &&
        fieldsOf(kindOf(left)).equal(left as FieldObject, right as FieldObject)),
    freeze: (value) => fieldsOf(kindOf(value)).freeze(value as FieldObject),
    view: (value) => ({
      kind: value.kind as string,
      ...fieldsOf(kindOf(value)).view(value as FieldObject),
    }),
    rename: operations.some(({ namesNodes }) => namesNodes)
      ? (value, renaming) => {
          const changed = fieldsOf(kindOf(value)).renamed(value as FieldObject, renaming)
          return changed ? { ...value, ...(changed as Partial<Value>) } : value
        }
      : unchanged,
  }
}

/** The fields of one kind of a union. */
function alternative(kind: string, fields: Fields): FieldOperations {
  const operations = new FieldOperations(fields)
  if (operations.names.includes('kind')) {
    throw new RangeError(`${kind}.kind: what tells the kinds of a union apart is no field`)
  }
  operations.refuseUnordered(kind)
  return operations
}
