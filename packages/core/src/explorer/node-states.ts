import type { AnyNode, AnyNodeClass } from '../model/machine.ts'
import type { FieldObject } from '../model/schema/fields.ts'
import { type ApplicationState, applicationIdentity } from './explored-application.ts'
import type { LocalEvent } from './local-event.ts'
import { type LocalState, localIdentity, none } from './local-state.ts'
import { ownEventsOf } from './own-events.ts'
import { sealOf } from './seal.ts'
import { ValueTable } from './value-table.ts'

/** A node's state, and what the places in it stand for. */
export interface LocalParts<N extends AnyNode> {
  readonly state: LocalState
  /** Undefined while the node is down. */
  readonly fields: N | undefined
  readonly disk: N
  readonly application: ApplicationState
}

/**
 * The states that one node was ever in, each known by its place, and what the places in them stand
 * for. A hash finds what was seen before, and the equality of the schema decides.
 */
export class NodeStates<N extends AnyNode> {
  readonly #nodeClass: AnyNodeClass<N>
  readonly #make: () => N
  readonly #fields: ValueTable<N>
  readonly #applications = new ValueTable<ApplicationState>(applicationIdentity)
  readonly #locals = new ValueTable<LocalState>(localIdentity)
  /** By place. */
  readonly #fieldsOf: number[] = []
  readonly #ownEvents: (readonly LocalEvent[])[] = []

  /** @param make makes a node to look at */
  constructor(nodeClass: AnyNodeClass<N>, make: () => N) {
    const { state } = nodeClass
    this.#nodeClass = nodeClass
    this.#make = make
    this.#fields = new ValueTable<N>({
      hash: (node) => state.hash(0, asFields(node)),
      equal: (left, right) => state.equal(asFields(left), asFields(right)),
      seal: (node) => sealOf((writer) => state.write(writer, asFields(node))),
    })
  }

  get count(): number {
    return this.#locals.count
  }

  place(state: LocalState): number {
    const place = this.#locals.place(state)
    if (place === this.#fieldsOf.length) {
      this.#fieldsOf.push(state.fields)
      this.#ownEvents.push(ownEventsOf(state))
    }
    return place
  }

  at(place: number): LocalState {
    return this.#locals.at(place)
  }

  parts(place: number): LocalParts<N> {
    const state = this.at(place)
    return {
      state,
      fields: this.node(place),
      disk: this.fields(state.disk),
      application: this.application(state.application),
    }
  }

  /** The place of the protocol's fields in a state; `none` while the node is down. */
  fieldsOf(place: number): number {
    return this.#fieldsOf[place] as number
  }

  node(place: number): N | undefined {
    const fields = this.fieldsOf(place)
    return fields === none ? undefined : this.fields(fields)
  }

  ownEvents(place: number): readonly LocalEvent[] {
    return this.#ownEvents[place] as readonly LocalEvent[]
  }

  /** Keeps a copy of the node's fields, where they are new. */
  placeOfFields(node: N): number {
    return this.#fields.place(node, (original) => {
      const kept = this.#make()
      this.#nodeClass.state.copyInto(asFields(original), asFields(kept))
      return kept
    })
  }

  fields(place: number): N {
    return this.#fields.at(place)
  }

  /** Whether the fields at these places are what they were when they were kept: bytes cannot be frozen. */
  areUnchanged(...places: readonly number[]): boolean {
    return places.every((place) => place === none || this.#fields.isUnchanged(place))
  }

  placeOfApplication(application: ApplicationState): number {
    return this.#applications.place(application)
  }

  application(place: number): ApplicationState {
    return this.#applications.at(place)
  }
}

/** A node's declared fields are plain properties of it. */
export function asFields(node: AnyNode): FieldObject {
  return node as unknown as FieldObject
}
