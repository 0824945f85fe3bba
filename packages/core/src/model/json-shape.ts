/** The part of JSON Schema that shapes are described by here. */
export interface JsonShape {
  readonly type?: string | readonly string[]
  readonly enum?: readonly (string | number)[]
  readonly minimum?: number
  readonly maximum?: number
  readonly required?: readonly string[]
  readonly properties?: { readonly [name: string]: JsonShape }
  readonly additionalProperties?: false | JsonShape
  readonly items?: JsonShape
  /** For people; it checks nothing. */
  readonly description?: string
}

/**
 * Checks that data from outside (a file, a page's address) has the shape that a JSON Schema describes.
 * @param root what the data is, such as `the scenario`: it is left out of the names of places inside
 * @throws RangeError that names the place and says what would be right
 */
export function checkShape(data: unknown, schema: JsonShape, root: string): void {
  check(data, schema, root, root)
}

function check(value: unknown, schema: JsonShape, place: string, root: string): void {
  if (schema.enum) {
    if (!schema.enum.includes(value as string))
      fail(place, `must be one of ${schema.enum.join(', ')}`, value)
    return
  }
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  if (!types.some((type) => isOfType(value, type)))
    fail(place, `must be ${types.map(article).join(' or ')}`, value)
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum)
      fail(place, `must be at least ${schema.minimum}`, value)
    if (schema.maximum !== undefined && value > schema.maximum)
      fail(place, `must be at most ${schema.maximum}`, value)
  }
  if (Array.isArray(value)) {
    const { items } = schema
    if (items) for (const [i, item] of value.entries()) check(item, items, `${place}[${i}]`, root)
  } else if (typeof value === 'object' && value !== null) checkObject(value, schema, place, root)
}

function checkObject(value: object, schema: JsonShape, place: string, root: string): void {
  const inside = (name: string) => (place === root ? name : `${place}.${name}`)
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name))
      throw new RangeError(`${place} has no '${name}', which it must have`)
  }
  const properties = schema.properties ?? {}
  for (const [name, content] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (property) check(content, property, inside(name), root)
    else if (typeof schema.additionalProperties === 'object') {
      check(content, schema.additionalProperties, inside(name), root)
    } else if (schema.additionalProperties === false) {
      const known = Object.keys(properties).join(', ')
      throw new RangeError(`${place} has '${name}', which is not known: it may have ${known}`)
    }
  }
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value)
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    default:
      return typeof value === type
  }
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}

function fail(place: string, rule: string, value: unknown): never {
  const shown = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  const short = shown.length > 60 ? `${shown.slice(0, 57)}...` : shown
  throw new RangeError(`${place} ${rule}, not ${short}`)
}
