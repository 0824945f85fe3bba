import type { View } from '../model/schema/type.ts'

/** A longer text or number in hexadecimal is shown by its beginning. */
const longestText = 20
/** A longer list is shown by its first elements. */
const mostElements = 4
/** Fields within fields within fields are left to who wants to know. */
const deepest = 3
/** A longer description is shown by its beginning. */
const longestDetail = 200

/** A text of a view in words: most are bytes as hexadecimal digits. */
export type ReadBytes = (text: string) => string

/** What a message or a command is, and what it says, in words. */
export interface ViewWords {
  readonly label: string
  readonly detail: string
}

/** `requestVote` and `term 1, lastLogIndex 0`. What is left out is marked by an ellipsis. */
export function wordsOf(view: View, read: ReadBytes = hexText): ViewWords {
  if (typeof view !== 'object' || view === null || Array.isArray(view)) {
    return { label: valueText(view, 0, read), detail: '' }
  }
  const { kind, ...fields } = view
  const detail = shortened(fieldsText(fields, 0, read))
  if (typeof kind !== 'string') return { label: detail, detail: '' }
  return { label: kind, detail }
}

/** Both in one: `requestVote, term 1`. */
export function viewText(view: View): string {
  const { label, detail } = wordsOf(view)
  return detail === '' ? label : `${label}, ${detail}`
}

/** What bytes say, given as hexadecimal digits: text where all of it can be read; the beginning of what is long. */
export function hexText(hex: string): string {
  const text = readableText(hex)
  if (text !== undefined)
    return text.length <= longestText ? `'${text}'` : `'${text.slice(0, longestText)}…'`
  return hex.length <= longestText ? hex : `${hex.slice(0, 8)}…`
}

/** The ASCII text that hexadecimal digits stand for, if they do. */
function readableText(hex: string): string | undefined {
  if (!/^(?:[2-6][0-9a-f]|7[0-9a-e])+$/.test(hex)) return undefined
  const codes = hex.match(/../g) ?? []
  return String.fromCharCode(
    ...codes.slice(0, longestText + 1).map((code) => Number.parseInt(code, 16)),
  )
}

function fieldsText(
  fields: { readonly [name: string]: View },
  depth: number,
  read: ReadBytes,
): string {
  return Object.entries(fields)
    .map(([name, value]) => fieldText(name, value, depth, read))
    .join(', ')
}

function fieldText(name: string, value: View, depth: number, read: ReadBytes): string {
  if (value === true) return name
  if (value === false) return `not\u00a0${name}`
  if (value === null) return `no\u00a0${name}`
  if (Array.isArray(value) && value.length === 0) return `no\u00a0${name}`
  // A name and its value stay on one line.
  return `${name}\u00a0${valueText(value, depth, read)}`
}

function valueText(value: View, depth: number, read: ReadBytes): string {
  if (typeof value === 'string') return value === '' ? '""' : read(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (depth === deepest) return '…'
  if (Array.isArray(value)) return listText(value, depth, read)
  const { kind, ...fields } = value
  const inside = fieldsText(fields, depth + 1, read)
  if (typeof kind === 'string') return inside === '' ? kind : `${kind} (${inside})`
  return `(${inside})`
}

function listText(values: readonly View[], depth: number, read: ReadBytes): string {
  const shown = values.slice(0, mostElements).map((value) => valueText(value, depth + 1, read))
  if (shown.length < values.length) shown.push(`… ${values.length} in all`)
  return `[${shown.join(', ')}]`
}

function shortened(text: string): string {
  if (text.length <= longestDetail) return text
  const cut = text.lastIndexOf(', ', longestDetail)
  return `${text.slice(0, cut > 0 ? cut : longestDetail)}, …`
}
