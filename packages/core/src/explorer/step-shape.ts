import type { Step } from './step.ts'

/** What a field of a step may hold. */
type Shape = 'number' | 'text' | 'view' | Optional
type Optional = 'draws' | 'copy'

const shapes: { readonly [K in Step['kind']]: { readonly [field: string]: Shape } } = {
  deliver: { from: 'number', to: 'number', message: 'view', drawn: 'draws' },
  lose: { from: 'number', to: 'number', message: 'view' },
  duplicate: { from: 'number', to: 'number', message: 'view' },
  timeout: { node: 'number', timer: 'text', copy: 'copy', drawn: 'draws' },
  propose: { node: 'number', place: 'number', command: 'view', copy: 'copy', drawn: 'draws' },
  mine: { node: 'number', copy: 'copy', drawn: 'draws' },
  sync: { node: 'number', copy: 'copy', drawn: 'draws' },
  restart: { node: 'number', copy: 'copy', drawn: 'draws' },
  crash: { node: 'number', survivors: 'number' },
}

const descriptions: { readonly [S in Shape]: string } = {
  number: 'a natural number',
  text: 'a text',
  view: 'what the message or command says',
  draws: 'a list of numbers',
  copy: "'second', or left out",
}

/**
 * The step that data from outside is.
 * @param place what it is called where it is not one
 * @throws RangeError that names the place and says what would be right
 */
export function stepFrom(data: { readonly [name: string]: unknown }, place: string): Step {
  const { kind } = data
  const kinds = Object.keys(shapes)
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    throw new RangeError(`${place}.kind must be one of ${kinds.join(', ')}`)
  }
  const shape = shapes[kind as Step['kind']]
  for (const [field, what] of Object.entries(shape)) {
    const absent = !Object.hasOwn(data, field)
    if (absent && isOptional(what)) continue
    if (absent || !isShaped(data[field], what)) {
      throw new RangeError(`${place}.${field} must be ${descriptions[what]}`)
    }
  }
  for (const field of Object.keys(data)) {
    if (field === 'kind' || Object.hasOwn(shape, field)) continue
    const known = ['kind', ...Object.keys(shape)].join(', ')
    throw new RangeError(`${place} has '${field}', which is not known: it may have ${known}`)
  }
  return data as unknown as Step
}

function isOptional(shape: Shape): shape is Optional {
  return shape === 'draws' || shape === 'copy'
}

function isShaped(value: unknown, shape: Shape): boolean {
  switch (shape) {
    case 'number':
      return Number.isSafeInteger(value) && (value as number) >= 0
    case 'text':
      return typeof value === 'string'
    case 'view':
      return value !== undefined
    case 'draws':
      return Array.isArray(value) && value.every((draw) => typeof draw === 'number')
    case 'copy':
      return value === 'second'
  }
}
