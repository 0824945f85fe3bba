import type { RequestId } from './identity.ts'

/**
 * What a protocol tells the world. Three shapes of answer, one vocabulary: agreement protocols
 * decide once, log protocols commit entries for ever, chain protocols adopt a tip and may roll back.
 */
export type Output =
  /** A single value, once and for all. A node that comes back from a crash may say it again. */
  | { readonly kind: 'decided'; readonly value: Uint8Array }
  /** One more entry of the log is final at this node. */
  | {
      readonly kind: 'committed'
      readonly index: number
      /** The term, view or round that the entry itself carries, on which all agree; 0 where it carries none. */
      readonly term: number
      /** What the entry holds for the machine; empty for entries of the protocol's own. */
      readonly command: Uint8Array
      /** Whose request it is; undefined for entries of the protocol's own. */
      readonly request: RequestId | undefined
      /** False where the machine did not run it, because the session had seen the request before. */
      readonly applied: boolean
    }
  /** The committed prefix up to `index` was replaced by a snapshot received from a peer. */
  | { readonly kind: 'restored'; readonly index: number; readonly term: number }
  /** The node found a block of its own. */
  | { readonly kind: 'mined'; readonly block: string; readonly height: number }
  /** The node's best chain now ends in `tip`; `disconnected` blocks were undone first. */
  | {
      readonly kind: 'adopted'
      readonly tip: string
      readonly height: number
      readonly disconnected: number
      readonly connected: readonly string[]
    }

/**
 * The answer to one client request.
 *
 * Only `done` says that the command took effect. `refused` says that this attempt certainly did not,
 * so the client may ask elsewhere. A request that gets no answer may have taken effect.
 */
export type Outcome =
  | { readonly kind: 'done'; readonly result: Uint8Array }
  | {
      readonly kind: 'refused'
      /** Why, in a word or two that a person can read: `not the leader`, `no leader`, `session expired`. */
      readonly reason: string
      /** The node to ask instead, where the refusing node knows one. */
      readonly leader: number | undefined
    }

export interface Reply {
  readonly request: RequestId
  readonly outcome: Outcome
}
