import type { FieldObject, FieldOperations } from './fields.ts'
import { decode, encode, type Type } from './type.ts'

/**
 * A value holds what its schema does not say. Hosts copy, hash and compare by the schema alone, so
 * that such a part would be lost in one place and kept in another: nothing that rests on it could be
 * believed.
 */
export class ForgottenPart extends RangeError {
  override readonly name = 'ForgottenPart'

  /** @param place where it is: `state.log[2].leader` */
  constructor(place: string) {
    super(`the schema forgets ${place}: declare it there, or do not keep it`)
  }
}

/**
 * Makes sure that a value is all that its type says, by comparing it with a copy made by the codec.
 * @param place what the value is, for the message
 * @throws ForgottenPart that names the first part which the copy lacks
 */
export function checkNothingForgotten<T>(type: Type<T>, value: T, place: string): void {
  const forgotten = firstForgotten(value, decode(type, encode(type, value)), place)
  if (forgotten !== undefined) throw new ForgottenPart(forgotten)
}

/** The same for each declared field of a state. That there are no others, the node itself makes sure of. */
export function checkNoFieldForgotten(fields: FieldOperations, source: FieldObject): void {
  for (const [i, name] of fields.names.entries()) {
    checkNothingForgotten(fields.types[i] as Type<unknown>, source[name], `state.${name}`)
  }
}

/** Where `value` has something that `copy` does not. */
function firstForgotten(value: unknown, copy: unknown, place: string): string | undefined {
  if (typeof value !== 'object' || value === null) return value === copy ? undefined : place
  if (typeof copy !== 'object' || copy === null) return place
  if (value instanceof Uint8Array) return undefined
  if (value instanceof Set) return forgottenBeside(value, place)
  if (value instanceof Map) {
    const inside = forgottenInMap(value, copy as Map<unknown, unknown>, place)
    return inside ?? forgottenBeside(value, place)
  }
  for (const [key, content] of Object.entries(value)) {
    const own = (copy as FieldObject)[key]
    const inside = Array.isArray(value) ? `${place}[${key}]` : `${place}.${key}`
    const forgotten = firstForgotten(content, own, inside)
    if (forgotten !== undefined) return forgotten
  }
  return undefined
}

/** What a set or a map has as a property, beside its elements: no schema says such a thing. */
function forgottenBeside(value: object, place: string): string | undefined {
  for (const name in value) if (Object.hasOwn(value, name)) return `${place}.${name}`
  return undefined
}

function forgottenInMap(
  value: ReadonlyMap<unknown, unknown>,
  copy: ReadonlyMap<unknown, unknown>,
  place: string,
): string | undefined {
  for (const [key, content] of value) {
    const forgotten = firstForgotten(content, copy.get(key), `${place}[${String(key)}]`)
    if (forgotten !== undefined) return forgotten
  }
  return undefined
}
