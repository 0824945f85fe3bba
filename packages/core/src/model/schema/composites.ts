import { DecodeError } from './decode-error.ts'
import {
  type FieldObject,
  FieldOperations,
  type Fields,
  type FieldValues,
  type ImmutableFields,
} from './fields.ts'
import { mix } from './hash.ts'
import type { Type } from './type.ts'
import { naturalSize } from './writer.ts'

/** A value or `undefined`. */
export function option<T>(type: Type<T>): Type<T | undefined> {
  return {
    name: `option(${type.name})`,
    minimumBytes: 1,
    immutable: type.immutable,
    initial: () => undefined,
    write: (writer, value) => {
      writer.byte(value === undefined ? 0 : 1)
      if (value !== undefined) type.write(writer, value)
    },
    read: (reader) => {
      const present = reader.byte()
      if (present > 1) throw new DecodeError(`an option of ${present}`)
      return present === 1 ? type.read(reader) : undefined
    },
    size: (value) => (value === undefined ? 1 : 1 + type.size(value)),
    copy: (value) => (value === undefined ? undefined : type.copy(value)),
    hash: (hash, value) => (value === undefined ? mix(hash, 0) : type.hash(mix(hash, 1), value)),
    equal: (left, right) =>
      left === undefined || right === undefined ? left === right : type.equal(left, right),
    freeze: (value) => {
      if (value !== undefined) type.freeze(value)
    },
    view: (value) => (value === undefined ? null : type.view(value)),
  }
}

/** Values in order. */
export function list<T>(element: Type<T>): Type<T[]> {
  boundable(element, 'list')
  return {
    name: `list(${element.name})`,
    minimumBytes: 1,
    immutable: false,
    initial: () => [],
    write: (writer, values) => {
      writer.natural(values.length)
      for (let i = 0; i < values.length; i += 1) element.write(writer, values[i] as T)
    },
    read: (reader) => {
      const count = reader.count(element.minimumBytes)
      const values: T[] = []
      for (let i = 0; i < count; i += 1) values.push(element.read(reader))
      return values
    },
    size: (values) => {
      let size = naturalSize(values.length)
      for (let i = 0; i < values.length; i += 1) size += element.size(values[i] as T)
      return size
    },
    copy: (values) => (element.immutable ? values.slice() : values.map(element.copy)),
    hash: (hash, values) => {
      let mixed = mix(hash, values.length)
      for (let i = 0; i < values.length; i += 1) mixed = element.hash(mixed, values[i] as T)
      return mixed
    },
    equal: (left, right) => {
      if (left.length !== right.length) return false
      for (let i = 0; i < left.length; i += 1) {
        if (!element.equal(left[i] as T, right[i] as T)) return false
      }
      return true
    },
    freeze: (values) => {
      for (const value of values) element.freeze(value)
      Object.freeze(values)
    },
    view: (values) => values.map(element.view),
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
  const make = (fill: (target: FieldObject) => void): FieldValues<F> => {
    const value: FieldObject = {}
    fill(value)
    return value as FieldValues<F>
  }
  return {
    name: `{${operations.names.join(', ')}}`,
    minimumBytes: operations.minimumBytes,
    immutable: false,
    initial: () => make((target) => operations.initialise(target)),
    write: (writer, value) => operations.write(writer, value),
    read: (reader) => make((target) => operations.readInto(reader, target)),
    size: (value) => operations.size(value),
    copy: (value) => make((target) => operations.copyInto(value, target)),
    hash: (hash, value) => operations.hash(hash, value),
    equal: (left, right) => left === right || operations.equal(left, right),
    freeze: (value) => operations.freeze(value),
    view: (value) => operations.view(value),
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
}

/** One of several kinds of values, told apart by `kind`. Never changed after it was made. */
export function union<const K extends Kinds>(alternatives: K): UnionType<K> {
  const kinds = Object.keys(alternatives)
  const operations = kinds.map((kind) => new FieldOperations(alternatives[kind] as Fields))
  const places = new Map(kinds.map((kind, place) => [kind, place]))
  type Value = UnionValue<K>
  const kindOf = (value: Value): number => {
    const place = places.get(value.kind as string)
    if (place === undefined)
      throw new RangeError(`'${String(value.kind)}' is not one of ${kinds.join(', ')}`)
    return place
  }
  const fieldsOf = (place: number): FieldOperations => operations[place] as FieldOperations
  return {
    kinds,
    kindOf,
    name: kinds.join(' | '),
    minimumBytes: 1 + Math.min(...operations.map((fields) => fields.minimumBytes)),
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
    equal: (left, right) =>
      left === right ||
      (left.kind === right.kind &&
        fieldsOf(kindOf(left)).equal(left as FieldObject, right as FieldObject)),
    freeze: (value) => fieldsOf(kindOf(value)).freeze(value as FieldObject),
    view: (value) => ({
      kind: value.kind as string,
      ...fieldsOf(kindOf(value)).view(value as FieldObject),
    }),
  }
}
