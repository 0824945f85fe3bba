/**
 * A value in a recorded history, as EDN and JSON have them. Integers that a number cannot hold exactly
 * are bigints; what JSON calls an array is a vector, an object a map.
 */
export type Datum =
  | null
  | boolean
  | number
  | bigint
  | string
  /** `:ok`, `ok`, `\a`, `1/3`: the text is what is written, without the colon of a keyword. */
  | { readonly kind: 'keyword' | 'symbol' | 'character' | 'ratio'; readonly text: string }
  | { readonly kind: 'vector' | 'list' | 'set'; readonly items: readonly Datum[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Datum, Datum])[] }
  | { readonly kind: 'tagged'; readonly tag: string; readonly value: Datum }

/** A value as EDN, the same for equal ones: a list equals a vector, sets and maps have no order. */
export function datumText(datum: Datum): string {
  if (typeof datum === 'string') return JSON.stringify(datum)
  if (datum === null) return 'nil'
  if (typeof datum !== 'object') return String(datum)
  switch (datum.kind) {
    case 'keyword':
      return `:${datum.text}`
    case 'symbol':
    case 'ratio':
      return datum.text
    case 'character':
      return `\\${datum.text}`
    case 'vector':
    case 'list':
      return `[${datum.items.map(datumText).join(' ')}]`
    case 'set':
      return `#{${datum.items.map(datumText).sort().join(' ')}}`
    case 'map': {
      const entries = datum.entries.map(([key, value]) => `${datumText(key)} ${datumText(value)}`)
      return `{${entries.sort().join(', ')}}`
    }
    case 'tagged':
      return `#${datum.tag} ${datumText(datum.value)}`
  }
}

/**
 * A value as a program in JavaScript expects it: keywords, symbols, characters and ratios as texts, all
 * collections but maps as arrays, maps as objects. Tags are left out.
 */
export function plainDatum(datum: Datum): unknown {
  if (datum === null || typeof datum !== 'object') return datum
  switch (datum.kind) {
    case 'keyword':
    case 'symbol':
    case 'character':
    case 'ratio':
      return datum.text
    case 'vector':
    case 'list':
    case 'set':
      return datum.items.map(plainDatum)
    case 'map':
      return Object.fromEntries(
        datum.entries.map(([key, value]) => [nameOf(key), plainDatum(value)]),
      )
    case 'tagged':
      return plainDatum(datum.value)
  }
}

/** A key of a map as the name of a field: `:type`, `"type"`. */
export function nameOf(datum: Datum): string {
  if (typeof datum === 'string') return datum
  const isName = typeof datum === 'object' && datum !== null && datum.kind === 'keyword'
  return isName ? datum.text : datumText(datum)
}

/** A pair, `[0 3]`, whatever it is tagged with. */
export function pairOf(datum: Datum | undefined): readonly [Datum, Datum] | undefined {
  if (typeof datum !== 'object' || datum === null) return undefined
  if (datum.kind === 'tagged') return pairOf(datum.value)
  if (datum.kind !== 'vector' && datum.kind !== 'list') return undefined
  const [first, second] = datum.items
  if (datum.items.length !== 2 || first === undefined || second === undefined) return undefined
  return [first, second]
}
