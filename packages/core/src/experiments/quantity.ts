/** Numbers as people read them: the same in a terminal and on a page, whatever the place. */

/** `4,489`. */
export function whole(value: number): string {
  return grouped(String(value))
}

/** With about three digits that count: `0.79`, `22.3`, `1,798`. */
export function rounded(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return grouped(String(Number(value.toFixed(digits))))
}

/** Sets commas between thousands. */
function grouped(number: string): string {
  const [integer = '', fraction] = number.split('.')
  const thousands = integer.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? thousands : `${thousands}.${fraction}`
}

/** `40.4 kB`, in powers of a thousand. */
export function byteCount(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let scaled = value
  let unit = 0
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1000
    unit += 1
  }
  return `${rounded(scaled)} ${units[unit]}`
}

/** `200 µs`, `5 ms`, `1 s`. */
export function timeSpan(micros: number): string {
  if (micros < 1_000) return `${rounded(micros)} µs`
  if (micros < 1_000_000) return `${rounded(micros / 1_000)} ms`
  return `${rounded(micros / 1_000_000)} s`
}

/** `4.2 ms`, `1.35 s`, `1,025 s`. */
export function wallTime(seconds: number): string {
  return seconds < 1 ? `${rounded(seconds * 1000)} ms` : `${rounded(seconds)} s`
}

/** `1 block`, `20 blocks`. */
export function counted(count: number, one: string): string {
  return `${whole(count)} ${count === 1 ? one : `${one}s`}`
}
