import { DecodeError } from './decode-error.ts'
import { Reader } from './reader.ts'
import type { Renaming } from './rename.ts'
import { Writer } from './writer.ts'

/** Plain data for people and for JSON: what a value looks like from outside. */
export type View = null | boolean | number | string | View[] | { [name: string]: View }

/**
 * A type that exists at run time: all that a host needs to do with its values. Its functions do
 * without `this`, so that containers may take them out of it.
 *
 * Immutable values (numbers, texts, messages, shared values) are never changed after they were made:
 * they are copied by reference, and only their containers are copied.
 */
export interface Type<T> {
  readonly name: string
  /** No value of this type takes fewer bytes: what bounds a count before anything is allocated. */
  readonly minimumBytes: number
  readonly immutable: boolean
  /** True where `undefined` is a value. */
  readonly optional?: boolean
  /** True where the values hold sets or maps: these are for states alone, never sent, recorded or shared. */
  readonly unordered?: boolean | undefined
  /** What a field of this type holds before anything was assigned. */
  initial(): T
  /** Throws RangeError for a value that the type does not allow. */
  write(writer: Writer, value: T): void
  /** Throws DecodeError, and nothing else. Accepts only what `write` writes, so that decoding and encoding again gives the same bytes. */
  read(reader: Reader): T
  /** How many bytes `write` takes. */
  size(value: T): number
  copy(value: T): T
  /** Mixes the value into `hash`. Equal values give equal hashes, whatever the order of insertion into sets and maps. */
  hash(hash: number, value: T): number
  equal(left: T, right: T): boolean
  /** Freezes the value and all that it holds: a protocol that changes a message in flight then throws. */
  freeze(value: T): void
  view(value: T): View
  /**
   * The value with other numbers for the nodes that it names: the value itself where it names none or
   * none changes, and parts of it where they do not change, so that who goes on to change the one
   * copies it first. A renaming after another does what both in one would do. Nodes that are hidden
   * in bytes, texts or plain numbers are not seen.
   */
  rename(value: T, renaming: Renaming): T
  /** What keys sort by when they are encoded; only types that can be keys have it. */
  compare?(left: T, right: T): number
  /** True for a field of a state that must survive a crash. */
  readonly durable?: true
}

/** Made immutable all the way down; what is immutable already stays as it is. */
export type Immutable<T> = T extends
  | number
  | string
  | boolean
  | bigint
  | undefined
  | null
  | Uint8Array
  | SharedMark
  ? T
  : T extends ReadonlyArray<infer E>
    ? ReadonlyArray<Immutable<E>>
    : T extends ReadonlySet<infer E>
      ? ReadonlySet<Immutable<E>>
      : T extends ReadonlyMap<infer K, infer V>
        ? ReadonlyMap<K, Immutable<V>>
        : { readonly [K in keyof T]: Immutable<T[K]> }

/** Marks values of a `shared` type. A private member, because a spread drops it: a spread copy does not compile. */
export declare abstract class SharedMark {
  private readonly mark: never
}

/** The TypeScript type of a schema. */
export type Infer<S> = S extends Type<infer T> ? T : never

/** The writer that is free to use; none while a type whose values encode others is being written. */
let freeWriter: Writer | undefined = new Writer()

/**
 * The value as bytes of its own.
 * @throws RangeError for a value that the type does not allow
 */
export function encode<T>(type: Type<T>, value: NoInfer<T>): Uint8Array {
  const writer = freeWriter ?? new Writer()
  freeWriter = undefined
  try {
    type.write(writer, value)
    return writer.finish()
  } finally {
    writer.reset()
    freeWriter = writer
  }
}

/**
 * The value that these bytes are. The result may hold views of them, so they must not be changed afterwards.
 * @throws DecodeError if they are anything but exactly one value
 */
export function decode<T>(type: Type<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes)
  const value = type.read(reader)
  if (reader.left !== 0)
    throw new DecodeError(`${reader.left} bytes after the end of a ${type.name}`)
  return value
}
