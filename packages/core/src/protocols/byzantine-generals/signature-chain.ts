import type { NodeId } from '../../model/index.ts'
import { Writer } from '../../model/index.ts'
import type { Link } from './generals.messages.ts'
import { type Order, orders } from './order.ts'

/** What the next to sign an order signs: the order, and all that stands under it already. */
export function signedText(order: Order, chain: readonly Link[]): Uint8Array {
  const writer = new Writer()
  writer.text('generals')
  writer.byte(orders.indexOf(order))
  for (const { signer, signature } of chain) {
    writer.natural(signer)
    writer.bytes(signature)
  }
  return writer.finish()
}

export function signers(chain: readonly Link[]): NodeId[] {
  return chain.map(({ signer }) => signer)
}
