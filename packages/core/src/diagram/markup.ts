/** Text as it stands in HTML or SVG. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** An element as markup. `content` is markup already. */
export function element(
  name: string,
  attributes: { readonly [name: string]: string | number | undefined },
  content = '',
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([attribute, value]) => ` ${attribute}="${escaped(shortened(value as string | number))}"`)
    .join('')
  return `<${name}${written}>${content}</${name}>`
}

/** Coordinates to a hundredth of a pixel. */
function shortened(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : value
}
