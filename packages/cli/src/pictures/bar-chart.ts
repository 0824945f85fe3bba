import { element, escaped } from './markup.ts'
import { placeOn, type Scale, scaleOf } from './scale.ts'

export interface BarChart {
  readonly title: string
  /** What is to be seen, in a sentence: also what is read out. */
  readonly caption: string
  readonly scale: Scale['kind']
  readonly bars: readonly {
    readonly name: string
    readonly value: number
    /** The value as it is to be read, with its unit. */
    readonly text: string
    readonly hue: number
  }[]
}

const width = 480
const rowHeight = 28
/** As wide as a letter is, on a phone. */
const letterWidth = 8.5

/** Lying bars, each with its name before it and its value behind it, as SVG. */
export function barChart({ title, caption, scale: kind, bars }: BarChart): string {
  const scale = scaleOf(
    kind,
    bars.map(({ value }) => value),
  )
  const widest = (texts: readonly string[]) =>
    Math.max(...texts.map((text) => text.length)) * letterWidth
  const nameWidth = 8 + widest(bars.map(({ name }) => name))
  const textWidth = 8 + widest(bars.map(({ text }) => text))
  const longest = width - nameWidth - textWidth
  const rows = bars.map(({ name, value, text, hue }, i) => {
    const y = i * rowHeight
    // The least bar of a scale of powers of ten is still one.
    const length = Number.isFinite(value) ? Math.max(2, placeOn(scale, value) * longest) : 0
    const bar = { x: nameWidth, y: y + 6, width: length, height: rowHeight - 12 }
    return (
      element(
        'text',
        { x: nameWidth - 8, y: y + 18, 'text-anchor': 'end', class: 'label' },
        escaped(name),
      ) +
      element('rect', { ...bar, class: `bar t${(hue % 5) + 1}` }) +
      element('text', { x: nameWidth + length + 8, y: y + 18, class: 'value' }, escaped(text))
    )
  })
  const attributes = {
    viewBox: `0 0 ${width} ${bars.length * rowHeight}`,
    role: 'img',
    'aria-label': `${title}. ${caption}`,
  }
  return element('svg', attributes, element('title', {}, escaped(title)) + rows.join('\n'))
}
