import { mixNumber } from './hash.ts'
import type { Reader } from './reader.ts'
import { type Renaming, unchanged } from './rename.ts'
import type { Immutable, Type, View } from './type.ts'
import { naturalSize, type Writer } from './writer.ts'

/** Named fields in their declared order: the inside of a struct, a message, a record, a state. */
// biome-ignore lint/suspicious/noExplicitAny: a type is invariant in its values, so no other argument admits every one
export type Fields = { readonly [name: string]: Type<any> }

/** The values of fields, as they may be assigned. */
export type FieldValues<F extends Fields> = {
  -readonly [K in keyof F]: F[K] extends Type<infer T> ? T : never
}

/** The values of fields, never to be changed. */
export type ImmutableFields<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Type<infer T> ? Immutable<T> : never
}

/** An object whose fields have declared types. */
export type FieldObject = { [name: string]: unknown }

/** What a value weighs and what tells it from others: its encoded size and its hash. */
export interface Measured {
  bytes: number
  hash: number
}

/**
 * What is derived for a run of fields, on any object that has them. The functions of the types are
 * taken out of them once: to look one up in `types[i]`, which may be any object, costs as much as to call it.
 */
export class FieldOperations {
  readonly names: readonly string[]
  readonly types: readonly Type<unknown>[]
  readonly minimumBytes: number
  readonly #writes: readonly Type<unknown>['write'][]
  readonly #reads: readonly Type<unknown>['read'][]
  readonly #sizes: readonly Type<unknown>['size'][]
  readonly #copies: readonly Type<unknown>['copy'][]
  readonly #hashes: readonly Type<unknown>['hash'][]
  readonly #equals: readonly Type<unknown>['equal'][]
  readonly #renames: readonly Type<unknown>['rename'][]
  /** Which fields hold natural numbers, as most of a message do: measured in place, without a call. */
  readonly #naturals: readonly boolean[]

  constructor(fields: Fields) {
    this.names = Object.keys(fields)
    this.types = this.names.map((name) => fields[name] as Type<unknown>)
    this.minimumBytes = this.types.reduce((sum, type) => sum + type.minimumBytes, 0)
    this.#writes = this.types.map((type) => type.write)
    this.#reads = this.types.map((type) => type.read)
    this.#sizes = this.types.map((type) => type.size)
    this.#copies = this.types.map((type) => type.copy)
    this.#hashes = this.types.map((type) => type.hash)
    this.#equals = this.types.map((type) => type.equal)
    this.#renames = this.types.map((type) => type.rename)
    this.#naturals = this.types.map(({ size, hash }) => size === naturalSize && hash === mixNumber)
  }

  /** The first field that holds a set or a map. */
  get unorderedField(): string | undefined {
    return this.names.find((_, i) => this.types[i]?.unordered)
  }

  /** Whether any field may name a node. */
  get namesNodes(): boolean {
    return this.#renames.some((rename) => rename !== unchanged)
  }

  /**
   * For what is sent, recorded or shared: what arrives there would be in another order than what left.
   * @throws RangeError where a field holds a set or a map
   */
  refuseUnordered(owner: string): void {
    const field = this.unorderedField
    if (field === undefined) return
    throw new RangeError(
      `${owner}.${field} holds a set or a map, whose order is not part of its value: use a list`,
    )
  }

  initialise(target: FieldObject): void {
    for (let i = 0; i < this.names.length; i += 1) {
      target[this.names[i] as string] = (this.types[i] as Type<unknown>).initial()
    }
  }

  /**
   * Like `initialise`, on an object that lacks the fields. Defined rather than assigned: V8 keeps an
   * object fast through any number of definitions, but makes it a dictionary, twenty times slower to
   * read, after a dozen assignments of computed names.
   */
  define(target: object): void {
    for (let i = 0; i < this.names.length; i += 1) {
      Object.defineProperty(target, this.names[i] as string, {
        value: (this.types[i] as Type<unknown>).initial(),
        writable: true,
        enumerable: true,
        configurable: true,
      })
    }
  }

  write(writer: Writer, source: FieldObject): void {
    const { names } = this
    for (let i = 0; i < names.length; i += 1) {
      const write = this.#writes[i] as Type<unknown>['write']
      write(writer, source[names[i] as string])
    }
  }

  readInto(reader: Reader, target: FieldObject): void {
    const { names } = this
    for (let i = 0; i < names.length; i += 1) {
      const read = this.#reads[i] as Type<unknown>['read']
      target[names[i] as string] = read(reader)
    }
  }

  size(source: FieldObject): number {
    const { names } = this
    let total = 0
    for (let i = 0; i < names.length; i += 1) {
      const value = source[names[i] as string]
      total += this.#naturals[i]
        ? naturalSize(value as number)
        : (this.#sizes[i] as Type<unknown>['size'])(value)
    }
    return total
  }

  copyInto(source: FieldObject, target: FieldObject): void {
    const { names } = this
    for (let i = 0; i < names.length; i += 1) {
      const copy = this.#copies[i] as Type<unknown>['copy']
      target[names[i] as string] = copy(source[names[i] as string])
    }
  }

  hash(seed: number, source: FieldObject): number {
    const { names } = this
    let mixed = seed
    for (let i = 0; i < names.length; i += 1) {
      const value = source[names[i] as string]
      mixed = this.#naturals[i]
        ? mixNumber(mixed, value as number)
        : (this.#hashes[i] as Type<unknown>['hash'])(mixed, value)
    }
    return mixed
  }

  /** `size` and `hash` in one: a field is looked up by its name once, which takes longer than all else. */
  measure(seed: number, source: FieldObject, into: Measured): void {
    const { names } = this
    let total = 0
    let mixed = seed
    for (let i = 0; i < names.length; i += 1) {
      const value = source[names[i] as string]
      if (this.#naturals[i]) {
        total += naturalSize(value as number)
        mixed = mixNumber(mixed, value as number)
      } else {
        total += (this.#sizes[i] as Type<unknown>['size'])(value)
        mixed = (this.#hashes[i] as Type<unknown>['hash'])(mixed, value)
      }
    }
    into.bytes = total
    into.hash = mixed
  }

  equal(left: FieldObject, right: FieldObject): boolean {
    const { names } = this
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string
      const equal = this.#equals[i] as Type<unknown>['equal']
      if (!equal(left[name], right[name])) return false
    }
    return true
  }

  /** The renamed values of the fields that this changes; undefined where it changes none. */
  renamed(source: FieldObject, renaming: Renaming): FieldObject | undefined {
    const { names } = this
    let changed: FieldObject | undefined
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string
      const rename = this.#renames[i] as Type<unknown>['rename']
      const after = rename(source[name], renaming)
      if (after === source[name]) continue
      changed ??= {}
      changed[name] = after
    }
    return changed
  }

  /** The fields in which two objects differ: what a failed comparison tells a person. */
  differing(left: FieldObject, right: FieldObject): string[] {
    return this.names.filter(
      (name, i) => !(this.types[i] as Type<unknown>).equal(left[name], right[name]),
    )
  }

  freeze(source: FieldObject): void {
    for (let i = 0; i < this.names.length; i += 1) {
      ;(this.types[i] as Type<unknown>).freeze(source[this.names[i] as string])
    }
    Object.freeze(source)
  }

  view(source: FieldObject): { [name: string]: View } {
    const view: { [name: string]: View } = {}
    for (let i = 0; i < this.names.length; i += 1) {
      const name = this.names[i] as string
      view[name] = (this.types[i] as Type<unknown>).view(source[name])
    }
    return view
  }
}
