/** A number as short as an axis or a cell needs it: 0.00059, 0.4, 12, 3,400, 1.2 M. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 1e6) return `${trimmed((value / 1e6).toPrecision(3))} M`
  if (size >= 1000) return Math.round(value).toLocaleString('en-US')
  if (size >= 100) return String(Math.round(value))
  if (size === 0) return '0'
  if (size < 0.0001) return value.toExponential(1).replace('.0e', 'e')
  return trimmed(value.toPrecision(size < 1 ? 2 : 3))
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
