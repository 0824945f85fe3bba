import { type Infer, oneOf } from '../../model/index.ts'
import { isUtf8, readUtf8, utf8Length, writeUtf8 } from '../../model/utf8.ts'

/** What a general may be ordered to do. */
export const Order = oneOf('retreat', 'attack')
export type Order = Infer<typeof Order>

/** Obeyed, and passed on, where there is no order (§3). */
export const defaultOrder: Order = 'retreat'

export const orders: readonly Order[] = ['retreat', 'attack']

export function opposite(order: Order): Order {
  return order === 'attack' ? 'retreat' : 'attack'
}

/** The order that a client's bytes spell; undefined for any other text. */
export function orderOf(value: Uint8Array): Order | undefined {
  if (!isUtf8(value, 0, value.length)) return undefined
  const text = readUtf8(value, 0, value.length)
  return orders.find((order) => order === text)
}

export function orderBytes(order: Order): Uint8Array {
  const bytes = new Uint8Array(utf8Length(order))
  writeUtf8(order, bytes, 0)
  return bytes
}
