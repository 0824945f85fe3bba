/**
 * Plain data: null, undefined, booleans, numbers, bigints, texts, arrays and objects of these. It is
 * what it says, all of it: two of the same text are equal.
 */
export class PlainDataError extends Error {
  override readonly name = 'PlainDataError'
}

const maxDepth = 100

/**
 * A text that equal data share and others do not; the order of an object's fields does not matter.
 * @throws PlainDataError that says where something is no plain data: a Map, a class, a function
 */
export function plainText(data: unknown, path: string, depth = 0): string {
  switch (typeof data) {
    case 'string':
      return JSON.stringify(data)
    case 'number':
      return Object.is(data, -0) ? '-0' : String(data)
    case 'bigint':
      return `${data}n`
    case 'boolean':
    case 'undefined':
      return String(data)
    case 'object':
      if (data === null) return 'null'
      if (depth === maxDepth) throw new PlainDataError(`${path} is nested too deeply, or in itself`)
      return Array.isArray(data) ? arrayText(data, path, depth) : objectText(data, path, depth)
    default:
      throw new PlainDataError(`${path} is a ${typeof data}, which cannot be compared by value`)
  }
}

function arrayText(data: readonly unknown[], path: string, depth: number): string {
  if (Object.keys(data).length !== data.length) {
    throw new PlainDataError(`${path} is an array with holes or with names`)
  }
  return `[${data.map((item, index) => plainText(item, `${path}[${index}]`, depth + 1)).join()}]`
}

function objectText(data: object, path: string, depth: number): string {
  const prototype = Object.getPrototypeOf(data)
  // Also of another realm: what has a class, or is a Map, has a prototype further up.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const name = prototype.constructor?.name || 'class'
    throw new PlainDataError(
      `${path} is a ${name}: what it holds would be forgotten when states are compared`,
    )
  }
  if (Object.getOwnPropertySymbols(data).length > 0) {
    throw new PlainDataError(`${path} has a field named by a symbol`)
  }
  const fields = Object.getOwnPropertyNames(data).sort()
  const texts = fields.map((field) => {
    const { get, enumerable } = Object.getOwnPropertyDescriptor(data, field) as PropertyDescriptor
    const own = `${path}.${field}`
    if (get || !enumerable) throw new PlainDataError(`${own} is computed or hidden`)
    const value = (data as Record<string, unknown>)[field]
    return `${JSON.stringify(field)}:${plainText(value, own, depth + 1)}`
  })
  return `{${texts.join()}}`
}

/** A copy of plain data, in which the fields of objects have the order of their names. */
export function plainCopy<T>(data: T): T {
  if (typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return data.map(plainCopy) as T
  const entries = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([field, value]) => [field, plainCopy(value)])) as T
}

/** Makes plain data unchangeable, all of it. */
export function frozen<T>(data: T): T {
  if (typeof data !== 'object' || data === null || Object.isFrozen(data)) return data
  for (const value of Object.values(data)) frozen(value)
  return Object.freeze(data)
}
