import { type FieldObject, FieldOperations, type Fields, type ImmutableFields } from './fields.ts'
import { unchanged } from './rename.ts'
import type { SharedMark, Type, View } from './type.ts'

/** An immutable value that any number of nodes, messages and records hold by reference. */
export type SharedValue<F extends Fields> = ImmutableFields<F> & SharedMark

/** A shared type is also the only way to make its values: `Entry({ term, command })`. */
export interface SharedType<F extends Fields> extends Type<SharedValue<F>> {
  (values: ImmutableFields<F>): SharedValue<F>
}

/**
 * An immutable type passed by reference, such as an entry of a log, whose hash and size are worked
 * out once. They live in private members, which a spread does not copy; hashing a spread copy throws.
 * @throws RangeError for a field that holds a set or a map
 */
export function shared<const F extends Fields>(name: string, fields: F): SharedType<F> {
  const operations = new FieldOperations(fields)
  operations.refuseUnordered(name)

  class Shared {
    #hash: number | undefined = undefined
    #size: number | undefined = undefined

    static hashOf(value: Shared): number {
      value.#hash ??= operations.hash(0, value as unknown as FieldObject)
      return value.#hash
    }

    static sizeOf(value: Shared): number {
      value.#size ??= operations.size(value as unknown as FieldObject)
      return value.#size
    }
  }

  type Value = SharedValue<F>
  const inside = (value: Value): Shared => value as unknown as Shared
  const fieldsOf = (value: Value): FieldObject => value as unknown as FieldObject

  const make = (values: ImmutableFields<F>): Value => {
    const value = new Shared()
    const target = value as unknown as FieldObject
    for (const field of operations.names) target[field] = (values as FieldObject)[field]
    return value as unknown as Value
  }

  const type: Type<Value> = {
    name,
    minimumBytes: operations.minimumBytes,
    immutable: true,
    initial: () => {
      throw new RangeError(`${name} has no initial value: declare option(${name})`)
    },
    write: (writer, value) => operations.write(writer, fieldsOf(value)),
    read: (reader) => {
      const value = new Shared()
      operations.readInto(reader, value as unknown as FieldObject)
      return value as unknown as Value
    },
    size: (value) => Shared.sizeOf(inside(value)),
    copy: (value) => value,
    hash: (hash, value) => (Math.imul(hash, 31) + Shared.hashOf(inside(value))) | 0,
    equal: (left, right) =>
      left === right ||
      (Shared.hashOf(inside(left)) === Shared.hashOf(inside(right)) &&
        operations.equal(fieldsOf(left), fieldsOf(right))),
    freeze: (value) => {
      if (!Object.isFrozen(value)) operations.freeze(fieldsOf(value))
    },
    view: (value): View => operations.view(fieldsOf(value)),
    rename: operations.namesNodes
      ? (value, renaming) => {
          const changed = operations.renamed(fieldsOf(value), renaming)
          return changed
            ? make({ ...fieldsOf(value), ...changed } as unknown as ImmutableFields<F>)
            : value
        }
      : unchanged,
  }
  // A function's own `name` cannot be assigned, only defined.
  return Object.defineProperties(make, Object.getOwnPropertyDescriptors(type)) as SharedType<F>
}

/**
 * A type with its own encoding, such as a block in Bitcoin's format. The values must be immutable;
 * they name no nodes unless the type says how to rename them.
 */
export function immutable<T>(
  type: Pick<
    Type<T>,
    'name' | 'minimumBytes' | 'write' | 'read' | 'size' | 'hash' | 'equal' | 'view'
  > &
    Partial<Pick<Type<T>, 'rename'>>,
): Type<T> {
  return {
    rename: unchanged,
    ...type,
    immutable: true,
    initial: () => {
      throw new RangeError(`${type.name} has no initial value: declare option(${type.name})`)
    },
    copy: (value) => value,
    freeze: () => {},
  }
}

/** Marks a field of a state that must survive a crash: only `apply` writes it. */
export function durable<T>(type: Type<T>): Type<T> & { readonly durable: true } {
  return { ...type, durable: true }
}
