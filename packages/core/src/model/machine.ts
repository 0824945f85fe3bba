import type { Host } from './host.ts'
import type { LogPosition } from './identity.ts'
import type { ParameterDeclarations, ParameterValues } from './parameters.ts'
import type { ProtocolNode } from './protocol-node.ts'
import {
  FieldOperations,
  type Fields,
  type FieldValues,
  type Infer,
  type Kinds,
  type UnionType,
} from './schema/index.ts'

/** All that a protocol declares of its data, once. Everything else is derived from it. */
export interface MachineSchema<
  S extends Fields = Fields,
  M extends Kinds = Kinds,
  R extends Kinds = Kinds,
  C extends Kinds = Kinds,
  T extends string = string,
  P extends ParameterDeclarations = ParameterDeclarations,
> {
  readonly state: S
  readonly message: UnionType<M>
  /** What goes to disk. */
  readonly record: UnionType<R>
  /** What a client may ask for. */
  readonly command: UnionType<C>
  readonly timers: readonly T[]
  readonly parameters: P
}

/** The derived operations on the state of a node: what hosts copy, compare, hash and show. */
export class StateOperations extends FieldOperations {
  readonly fields: Fields
  /** The same for the durable fields alone. */
  readonly durable: FieldOperations

  constructor(fields: Fields) {
    super(fields)
    this.fields = fields
    this.durable = new FieldOperations(
      Object.fromEntries(Object.entries(fields).filter(([, type]) => type.durable === true)),
    )
  }
}

/** What a protocol's class inherits beside the fields of its schema. */
export interface Machine<M, R, T extends string, P> {
  readonly host: Host<M, R, T>
  readonly parameters: P
  /** Applies a record, then persists it: the only way to change a durable field. */
  record(record: R): LogPosition
  /** Sends to every peer. */
  broadcast(message: M): void
  // The parts of `ProtocolNode` that a protocol may leave out: it overrides those it needs.
  durable(position: LogPosition): void
  template(): Uint8Array
  mined(header: Uint8Array): void
}

/** What `machine` returns: a class with the schema's fields, to extend. */
export type MachineClass<
  S extends Fields,
  M extends Kinds,
  R extends Kinds,
  C extends Kinds,
  T extends string,
  P extends ParameterDeclarations,
> = {
  new (
    host: Host<Infer<UnionType<M>>, Infer<UnionType<R>>, T>,
    parameters: ParameterValues<P>,
  ): FieldValues<S> & Machine<Infer<UnionType<M>>, Infer<UnionType<R>>, T, ParameterValues<P>>
  readonly schema: MachineSchema<S, M, R, C, T, P>
  readonly state: StateOperations
}

/** Any protocol's node, as a host sees it. */
export type AnyNode = Machine<unknown, unknown, string, ParameterValues> &
  ProtocolNode<unknown, unknown, unknown, string>

/** Any protocol's class, as a host sees it. */
export interface AnyNodeClass<N extends AnyNode = AnyNode> {
  /** The parameters must be values of `schema.parameters`, which `parameterValues` makes sure of. */
  new (host: Host<unknown, unknown, string>, parameters: never): N
  readonly schema: {
    readonly message: UnionType<Kinds>
    readonly record: UnionType<Kinds>
    readonly command: UnionType<Kinds>
    readonly timers: readonly string[]
    readonly parameters: ParameterDeclarations
  }
  readonly state: StateOperations
}

/**
 * The base class of a protocol, made from its schema. The declared fields are plain fields, so that
 * the class reads like its paper; nothing else can be added to a node: it throws when it is tried.
 * @throws RangeError for a field that has the name of a member, or a timer that is declared twice
 */
export function machine<
  const S extends Fields,
  const M extends Kinds,
  const R extends Kinds,
  const C extends Kinds,
  const T extends string,
  const P extends ParameterDeclarations,
>(schema: MachineSchema<S, M, R, C, T, P>): MachineClass<S, M, R, C, T, P> {
  checkNames(schema)
  const state = new StateOperations(schema.state)
  type Message = Infer<UnionType<M>>
  type Record = Infer<UnionType<R>>

  abstract class Base {
    static readonly schema = schema
    static readonly state = state
    readonly host: Host<Message, Record, T>
    readonly parameters: ParameterValues<P>

    constructor(host: Host<Message, Record, T>, parameters: ParameterValues<P>) {
      this.host = host
      this.parameters = parameters
      // The class that is made may have more fields than this one: see `withFields`.
      ;(new.target as unknown as { readonly state: StateOperations }).state.define(this)
      Object.preventExtensions(this)
    }

    abstract apply(record: Record): void

    record(record: Record): LogPosition {
      this.apply(record)
      return this.host.persist(record)
    }

    broadcast(message: Message): void {
      const peers = this.host.peers
      for (let i = 0; i < peers.length; i += 1) this.host.send(peers[i] as number, message)
    }

    durable(_position: LogPosition): void {}

    template(): Uint8Array {
      throw new Error('this protocol does not mine')
    }

    mined(_header: Uint8Array): void {
      throw new Error('this protocol does not mine')
    }
  }
  return Base as unknown as MachineClass<S, M, R, C, T, P>
}

/**
 * The class with more fields: for an attack, which keeps in mind what an honest node does not. Fields
 * that are durable must be written by records of the class itself.
 * @throws RangeError for a field that the class has already
 */
export function withFields<B extends AnyNodeConstructor, const S extends Fields>(
  base: B,
  fields: S,
): ExtendedClass<B, S> {
  const known = base.state.fields
  const twice = Object.keys(fields).find((name) => Object.hasOwn(known, name))
  if (twice !== undefined) throw new RangeError(`state.${twice}: the class has it already`)
  checkNames({ state: fields, timers: [] })
  const state = new StateOperations({ ...known, ...fields })
  abstract class Extended extends (base as unknown as AnyNodeClass) {
    static override readonly state = state
  }
  return Extended as unknown as ExtendedClass<B, S>
}

/** A protocol's own class, with whatever types. */
interface AnyNodeConstructor {
  // biome-ignore lint/suspicious/noExplicitAny: a class is contravariant in its host, so no other argument admits every one
  new (host: any, parameters: any): object
  readonly state: StateOperations
}

type ExtendedClass<B extends AnyNodeConstructor, S extends Fields> = Omit<B, 'prototype'> & {
  new (...parts: ConstructorParameters<B>): InstanceType<B> & FieldValues<S>
}

/** What every node has beside its fields. */
const members = new Set<string>([
  'host',
  'parameters',
  'record',
  'broadcast',
  'start',
  'receive',
  'timeout',
  'propose',
  'durable',
  'apply',
  'template',
  'mined',
] satisfies (keyof AnyNode)[])

function checkNames({ state, timers }: Pick<MachineSchema, 'state' | 'timers'>): void {
  for (const name of Object.keys(state)) {
    if (members.has(name)) {
      throw new RangeError(`state.${name}: a node has a member of that name already`)
    }
  }
  const twice = timers.find((name, place) => timers.indexOf(name) !== place)
  if (twice !== undefined) throw new RangeError(`timers: ${twice} is declared twice`)
}
