/** How values are placed along an axis. */
export interface Scale {
  readonly kind: 'linear' | 'log'
  readonly low: number
  readonly high: number
}

/** A scale that takes in all of these values, and whose ends are among its ticks. */
export function scaleOf(kind: Scale['kind'], values: readonly number[]): Scale {
  const known = values.filter((value) => Number.isFinite(value) && (kind === 'linear' || value > 0))
  if (known.length === 0)
    return { kind, low: kind === 'log' ? 1 : 0, high: kind === 'log' ? 10 : 1 }
  const least = Math.min(...known)
  const most = Math.max(...known)
  if (kind === 'log') {
    const low = 10 ** Math.floor(Math.log10(least) + 1e-9)
    const high = Math.max(low * 10, 10 ** Math.ceil(Math.log10(most) - 1e-9))
    if (!hasFineTicks(low, high)) return { kind, low, high }
    const ticks = ticksOf({ kind, low, high })
    const first = ticks.findLast((tick) => tick <= least * (1 + 1e-9)) ?? low
    const last = ticks.find((tick) => tick > first && tick >= most * (1 - 1e-9)) ?? high
    return { kind, low: first, high: last }
  }
  const low = Math.min(0, least)
  const step = roundStep((most - low || 1) / 5)
  return { kind, low: Math.floor(low / step) * step, high: Math.ceil((most || 1) / step) * step }
}

/** Where a value is between the ends: from 0 to 1. */
export function placeOn({ kind, low, high }: Scale, value: number): number {
  return kind === 'log'
    ? Math.log(value / low) / Math.log(high / low)
    : (value - low) / (high - low)
}

/** A scale from the least of some values to the greatest, with a little room on both sides. */
export function scaleAround(kind: Scale['kind'], values: readonly number[]): Scale {
  const least = Math.min(...values)
  const most = Math.max(...values)
  if (kind === 'log') {
    const room = (most > least ? most / least : 10) ** (1 / 20)
    return { kind, low: least / room, high: most * room }
  }
  const room = (most - least || 1) / 20
  return { kind, low: least - room, high: most + room }
}

/** Up to so many powers of ten apart, 2 and 5 times each power are marked too. */
const fewDecades = 2

/** The values that are marked: powers of ten, and what is between where they are few; or about five round ones. */
export function ticksOf({ kind, low, high }: Scale): number[] {
  if (kind === 'log') {
    const decades = Math.round(Math.log10(high / low))
    if (hasFineTicks(low, high)) return fineTicks(low, high)
    const every = Math.ceil(decades / 6)
    const powers = Array.from({ length: decades + 1 }, (_, i) => i).filter((i) => i % every === 0)
    return powers.map((i) => rounded(low * 10 ** i))
  }
  const step = roundStep((high - low) / 5)
  const count = Math.round((high - low) / step)
  return Array.from({ length: count + 1 }, (_, i) => rounded(low + i * step))
}

function hasFineTicks(low: number, high: number): boolean {
  return high / low <= 10 ** fewDecades * (1 + 1e-9)
}

/** 1, 2 and 5 times every power of ten from one value to another. */
function fineTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low) + 1e-9)
  const powers = Array.from({ length: fewDecades + 2 }, (_, i) => 10 ** (first + i))
  return powers
    .flatMap((power) => [1, 2, 5].map((factor) => rounded(factor * power)))
    .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9))
}

/** The next larger of 1, 2 and 5 times a power of ten. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const [step = 10] = [1, 2, 5, 10].filter((factor) => factor * power >= rough * 0.999)
  return step * power
}

function rounded(value: number): number {
  return Number(value.toPrecision(12))
}
