import type { NodeId } from '../model/identity.ts'
import type { LocalEventKind } from './local-event.ts'

/** Each kind of event, after "when". */
const eventWords: { readonly [K in LocalEventKind]: string } = {
  deliver: 'a message arrives',
  timeout: 'a timer fires',
  propose: 'a client asks',
  mine: 'it finds a block',
  sync: 'a write becomes durable',
  crash: 'it crashes',
  restart: 'it starts',
}

/**
 * The protocol is not what a host may take it for: a function of its state and of what happens to it.
 * A step is taken once and then remembered, so that nothing which was explored could be believed.
 */
export class UnsoundProtocol extends RangeError {
  override readonly name = 'UnsoundProtocol'

  /** A step did not go as it went before. */
  static ofUnsteady(node: NodeId, event: LocalEventKind): UnsoundProtocol {
    return new UnsoundProtocol(
      `node ${node} does not always do the same in the same state when ${eventWords[event]}: a step may depend on nothing but the node's declared state, the event and the host`,
    )
  }

  /** A step changed in place what others hold as well. */
  static ofChanged(node: NodeId, what: string, event: LocalEventKind): UnsoundProtocol {
    return new UnsoundProtocol(
      `node ${node} changes ${what} when ${eventWords[event]}: make a copy of bytes, and change that`,
    )
  }

  /** Equality overlooks a part of what values hold. */
  static ofEquality(): UnsoundProtocol {
    return new UnsoundProtocol(
      'the schema takes two values for equal that its codec writes as different ones',
    )
  }
}
