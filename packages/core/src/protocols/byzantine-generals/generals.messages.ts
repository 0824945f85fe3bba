import {
  bytes,
  type Immutable,
  type Infer,
  list,
  type NodeId,
  natural,
  nodeId,
  struct,
  union,
} from '../../model/index.ts'
import { Order } from './order.ts'

/** The general who gives the order; all others are lieutenants. */
export const commander: NodeId = 0

/** One name under a written order, and the signature that proves it. */
export const Link = struct({ signer: nodeId, signature: bytes })
export type Link = Immutable<Infer<typeof Link>>

export const GeneralsMessage = union({
  /** By word of mouth: "the order is `order`", said along `path` from the commander to the sender. */
  oral: { path: list(nodeId), order: Order },
  /** In writing, v:0:j1:...:jk in the paper: signed by the commander, then by each who passed it on. */
  written: { order: Order, chain: list(Link) },
})
export type GeneralsMessage = Infer<typeof GeneralsMessage>

export type Message<K extends GeneralsMessage['kind']> = Extract<
  GeneralsMessage,
  { readonly kind: K }
>

/** Nothing outlives a crash: a general who falls is out of the battle. */
export const GeneralsRecord = union({})
export type GeneralsRecord = Infer<typeof GeneralsRecord>

export const GeneralsCommand = union({ propose: { value: bytes } })
export type GeneralsCommand = Infer<typeof GeneralsCommand>

/** A client's request, answered once this general has decided. */
export const Waiting = struct({ client: natural, sequence: natural })
