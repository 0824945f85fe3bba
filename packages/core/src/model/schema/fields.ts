import type { Reader } from './reader.ts'
import type { Immutable, Type, View } from './type.ts'
import type { Writer } from './writer.ts'

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

/** What is derived for a run of fields, on any object that has them. */
export class FieldOperations {
  readonly names: readonly string[]
  readonly types: readonly Type<unknown>[]
  readonly minimumBytes: number

  constructor(fields: Fields) {
    this.names = Object.keys(fields)
    this.types = this.names.map((name) => fields[name] as Type<unknown>)
    this.minimumBytes = this.types.reduce((sum, type) => sum + type.minimumBytes, 0)
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
    for (let i = 0; i < this.names.length; i += 1) {
      ;(this.types[i] as Type<unknown>).write(writer, source[this.names[i] as string])
    }
  }

  readInto(reader: Reader, target: FieldObject): void {
    for (let i = 0; i < this.names.length; i += 1) {
      target[this.names[i] as string] = (this.types[i] as Type<unknown>).read(reader)
    }
  }

  size(source: FieldObject): number {
    let size = 0
    for (let i = 0; i < this.names.length; i += 1) {
      size += (this.types[i] as Type<unknown>).size(source[this.names[i] as string])
    }
    return size
  }

  copyInto(source: FieldObject, target: FieldObject): void {
    for (let i = 0; i < this.names.length; i += 1) {
      const name = this.names[i] as string
      target[name] = (this.types[i] as Type<unknown>).copy(source[name])
    }
  }

  hash(hash: number, source: FieldObject): number {
    let mixed = hash
    for (let i = 0; i < this.names.length; i += 1) {
      mixed = (this.types[i] as Type<unknown>).hash(mixed, source[this.names[i] as string])
    }
    return mixed
  }

  equal(left: FieldObject, right: FieldObject): boolean {
    for (let i = 0; i < this.names.length; i += 1) {
      const name = this.names[i] as string
      if (!(this.types[i] as Type<unknown>).equal(left[name], right[name])) return false
    }
    return true
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
