import type {
  AnyNode,
  AnyNodeClass,
  Micros,
  NodeId,
  Outcome,
  Output,
  RequestId,
} from '../../model/index.ts'

/** What a test of the suite needs a host to be able to do; a host says which it cannot, and why. */
export type Ability =
  /** Nodes crash and restart. */
  | 'crash'
  /** Time passes, and timers go off when they are due. */
  | 'clock'
  /** Random numbers are drawn, each as likely as another. */
  | 'chance'
  /** The same seed gives the same run. */
  | 'seed'
  /** A sync can be made to take as long as a test wants. */
  | 'slow disk'
  /** Nodes stop without knowing, and go on. */
  | 'pause'
  /** Messages pass by reference, frozen, and through their codec. */
  | 'passing'
  | 'signatures'
  | 'work'
  /** The state of a node can be looked at. */
  | 'state'

export interface Setting {
  readonly nodes: number
  readonly seed: number
  readonly passing: 'reference' | 'frozen' | 'encoded'
  /** What a message, a request or a reply takes, as near as the host can make it. */
  readonly linkMicros: Micros
  /** What a sync takes, as near as the host can make it. */
  readonly syncMicros: Micros
}

/** Hears what nodes put out and what clients are answered, in the order in which it happens. */
export interface Audience {
  output(node: NodeId, output: Output): void
  replied(request: RequestId, outcome: Outcome): void
}

/** A host, as the suite builds systems on it. */
export interface HostUnderTest {
  readonly name: string
  /** Why it cannot do what some tests need: they are skipped, saying so. */
  readonly cannot: { readonly [A in Ability]?: string }
  /** A system of started nodes of this class. */
  start(
    nodeClass: AnyNodeClass,
    setting: Setting,
    audience: Audience,
  ): SystemUnderTest | Promise<SystemUnderTest>
}

/** A running system. */
export interface SystemUnderTest {
  /** A client asks a node. */
  propose(node: NodeId, command: unknown, request: RequestId): void | Promise<void>
  /** Lets so much time pass; where there is no time, lets happen what can. @throws Error where a node stopped itself */
  pass(micros: Micros): void | Promise<void>
  crash(node: NodeId): void | Promise<void>
  restart(node: NodeId): void | Promise<void>
  pause(node: NodeId): void | Promise<void>
  resume(node: NodeId): void | Promise<void>
  /** The running node; undefined while it is down. */
  node(id: NodeId): AnyNode | undefined
  stop(): void | Promise<void>
}
